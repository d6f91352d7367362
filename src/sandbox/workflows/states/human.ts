import { parseDuration, sleepLong } from '../durations.js';
import type { HumanState } from '../manifest-schema.js';
import { renderTemplate } from '../templates.js';
import type { Services, Step } from './step.js';

/** Wait of a Human state without `timeout`, seconds. */
const DEFAULT_WAIT_SECONDS = 3600;

/**
 * Pauses until the run's approval record is answered or its time is over; then `default_response` counts, or
 * the state fails. A record that already exists is one the run waited for before a restart: it is taken up
 * again.
 */
export async function executeHuman(state: HumanState, step: Step, services: Services): Promise<unknown> {
  const { approvals, clock } = services;
  const id = step.run.execution_id;
  if (!approvals.isWaiting(id)) {
    approvals.open(id, step.run.tenant_id, renderTemplate(state.prompt, step.view), waitSeconds(state));
  }
  const timer = new AbortController();
  const signal = AbortSignal.any([step.signal, timer.signal]);
  const expiry = sleepLong(clock, approvals.remaining(id), signal);
  expiry.catch(() => {});
  try {
    if (approvals.given(id) === undefined) await Promise.race([approvals.answered(id), expiry]);
  } finally {
    timer.abort();
  }
  return takeAnswer(state, id, services);
}

/** Runs without interruption, so that an answer and the end of the time cannot both count. */
function takeAnswer(state: HumanState, id: string, { approvals }: Services): unknown {
  const given = approvals.given(id);
  if (given !== undefined) return given;
  if (state.default_response === undefined) {
    approvals.close(id);
    throw new Error('Human input timeout');
  }
  const standing = { response: state.default_response, timeout: true };
  approvals.answerRun(id, standing);
  return standing;
}

function waitSeconds(state: HumanState): number {
  const wait = state.timeout === undefined ? undefined : parseDuration(state.timeout);
  return wait === undefined ? DEFAULT_WAIT_SECONDS : Math.ceil(wait / 1000);
}
