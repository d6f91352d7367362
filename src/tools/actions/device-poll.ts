/** `device_poll`: asks once, or again and again until the user has decided or the time is over. */
import { z } from 'zod';
import { AegisError } from '../../errors.js';
import type { AnyArgs, Call } from '../define.js';
import { record, without } from '../results.js';
import { advised } from './advice.js';
import { pause } from './connection.js';
import { DEVICE_POLL_ADVICE } from './credential-refusals.js';
import { withoutSecrets } from './credential-views.js';

export interface DevicePollArgs {
  readonly device_code: string;
  readonly provider: string;
  readonly max_seconds?: number | undefined;
}

export const devicePollResult = () =>
  z.looseObject({
    status: z.string(),
    credential_id: z.string().nullish(),
    provider: z.string().nullish(),
    polls: z.int(),
    interval_seconds: z.number(),
  });

/** RFC 8628, section 3.5: the interval where the server names none, and what `slow_down` adds to it; seconds. */
const INTERVAL = 5;

/** Longest and shortest pause that a server can ask for, seconds. */
const BOUNDS = [1, 60] as const;

interface Poll {
  readonly status: string;
  readonly answer: AnyArgs;
}

/**
 * Polls at the server's interval. Pending is a result, not an error, and so is running out of time.
 * @throws AegisError `cancelled`; what the server refuses, except that it is too early or too often.
 */
export async function devicePoll(
  call: Call<DevicePollArgs>,
): Promise<z.input<ReturnType<typeof devicePollResult>>> {
  const { signal, progress } = call.context;
  const deadline = performance.now() + (call.args.max_seconds ?? 0) * 1_000;
  let interval = INTERVAL;
  for (let polls = 1; ; polls += 1) {
    const { status, answer } = await poll(call);
    interval = nextInterval(interval, status, answer);
    const told = toResult(status, answer, polls, interval);
    const over = performance.now() + interval * 1_000 > deadline;
    if (told.status !== 'pending' || over) return told;
    progress({ progress: polls, message: `pending; asks again in ${interval} s` });
    await pause(interval * 1_000, signal);
    if (signal.aborted) throw new AegisError('cancelled', 'Polling was cancelled; the flow itself goes on.');
  }
}

/** RFC 8628 names the states that are no failure in an error answer: they count as pending here. */
async function poll(call: Call<DevicePollArgs>): Promise<Poll> {
  try {
    const answer = withoutSecrets(record(await advised(DEVICE_POLL_ADVICE, call.send())));
    return { status: typeof answer.status === 'string' ? answer.status : 'pending', answer };
  } catch (error) {
    const reason = error instanceof AegisError ? error.details?.reason : undefined;
    if (reason === 'authorization_pending' || reason === 'slow_down') return { status: reason, answer: {} };
    if (reason === 'access_denied') return { status: 'denied', answer: {} };
    if (reason === 'expired_token') return { status: 'expired', answer: {} };
    throw error;
  }
}

function nextInterval(current: number, status: string, { interval }: AnyArgs): number {
  const asked = typeof interval === 'number' ? interval : current + (status === 'slow_down' ? INTERVAL : 0);
  return Math.min(Math.max(asked, BOUNDS[0]), BOUNDS[1]);
}

const PUBLISHED: Readonly<Record<string, string>> = {
  complete: 'approved',
  authorization_pending: 'pending',
  slow_down: 'pending',
};

/** The live server says `complete` and `binding_id` for the published `approved` and `credential_id`. */
function toResult(status: string, answer: AnyArgs, polls: number, interval_seconds: number) {
  const id = answer.credential_id ?? answer.binding_id;
  return {
    ...without(answer, 'binding_id', 'device_code', 'interval'),
    status: PUBLISHED[status] ?? status,
    ...(typeof id === 'string' && { credential_id: id }),
    polls,
    interval_seconds,
  };
}
