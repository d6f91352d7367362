/** Runs a tool workflow: one HTTP call a step, extracted values in a flat state, the step's policy on failure. */

import { refuse } from '../../replies.js';
import { JsonSyntaxError } from '../../seal/json-reader.js';
import { parseJson } from '../body.js';
import { resolveToken } from '../credentials.js';
import { JsonPathError, selectAll } from '../jsonpath/index.js';
import { internal, invalid, missing } from '../refusals.js';
import { findOperation } from '../specs/operations.js';
import type { ApiSpec, Specs } from '../specs/specs.js';
import { withinLimit } from '../time-limit.js';
import { callUpstream, UpstreamFault } from '../upstream.js';
import { operationUrl } from '../url.js';
import { renderTemplate } from './templates.js';
import type { ToolWorkflow, WorkflowStep } from './workflows.js';

/** What a run is for. */
export interface WorkflowCall {
  readonly workflow: ToolWorkflow;
  readonly executionId: string;
  readonly args: unknown;
  /** Prefixes the path of just-in-time credentials. */
  readonly tenant: string;
  readonly signal: AbortSignal;
}

/** Schema WorkflowResult of the contract. */
export interface WorkflowResult {
  readonly workflow_id: string;
  readonly execution_id: string;
  /** Body of the last step that answered; `{}` if none did. */
  readonly result: unknown;
  /** `input`, and `<step>.<key>` for each extractor that matched. */
  readonly state: Readonly<Record<string, unknown>>;
}

/** Nested loops multiply text; memory must not follow. The real server has no cap. */
const MAX_BODY = 32 * 1024 * 1024;

interface Run extends WorkflowCall {
  readonly spec: ApiSpec;
  readonly token: string;
  readonly state: Map<string, unknown>;
}

/**
 * Runs all steps. Refuses 404 without the spec, 401 and 500 for its credential, 400 for a template that renders no
 * JSON and for an invalid JSONPath (both whatever `on_error` says), 500 for the failure of an aborting step.
 */
export async function runWorkflow(call: WorkflowCall, specs: Specs): Promise<WorkflowResult> {
  const { workflow, args, executionId, tenant } = call;
  const spec = specs.get(workflow.api_spec_id, tenant) ?? missing('api spec not found for workflow');
  const token = resolveToken(spec.credential_path, tenant);
  const run: Run = { ...call, spec, token, state: new Map([['input', args]]) };
  let result: unknown = {};
  for (const step of workflow.steps) {
    const answer = await runStep(step, run);
    if (answer !== undefined) result = answer.body;
  }
  return {
    workflow_id: workflow.id,
    execution_id: executionId,
    result,
    state: Object.fromEntries(run.state),
  };
}

/** The step's answer; undefined when it failed and the workflow continues. */
async function runStep(step: WorkflowStep, run: Run): Promise<{ readonly body: unknown } | undefined> {
  const json = renderBody(step, run);
  try {
    const answer = await callStep(step, json, run);
    withinLimit(() => extract(step, answer.body, run.state));
    return answer;
  } catch (error) {
    if (!(error instanceof UpstreamFault)) throw error;
    if (step.on_error === 'Continue') return undefined;
    const retries = step.on_error === 'AbortWorkflow' ? 0 : step.on_error.RetryN;
    return retry(error, retries, () => callStep(step, json, run));
  }
}

/** Extra attempts, at once; extractors do not run on what they bring. */
async function retry<T>(first: UpstreamFault, times: number, attempt: () => Promise<T>): Promise<T> {
  let last = first;
  for (let count = 0; count < times; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof UpstreamFault)) throw error;
      last = error;
    }
  }
  return refuse(500, last.message);
}

function callStep(step: WorkflowStep, json: unknown, { spec, token, signal }: Run) {
  const operation = findOperation(spec, step.operation_id) ?? missing('operation not found');
  const { method, path } = operation;
  return callUpstream({ method, url: operationUrl(spec, path), token, body: { json } }, signal);
}

function renderBody(step: WorkflowStep, { args, state }: Run): unknown {
  const view = { input: args, state: Object.fromEntries(state) };
  const rendered = withinLimit(() => render(step.body_template, view));
  if (rendered.length > MAX_BODY)
    internal(`step '${step.name}' template renders more than ${MAX_BODY} characters`);
  try {
    return parseJson(Buffer.from(rendered));
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return invalid(`step '${step.name}' template did not render valid JSON: ${error.message}`);
  }
}

function render(template: string, view: Parameters<typeof renderTemplate>[1]): string {
  try {
    return renderTemplate(template, view);
  } catch (error) {
    return internal(error instanceof Error ? error.message : String(error));
  }
}

function extract(step: WorkflowStep, body: unknown, state: Map<string, unknown>): void {
  for (const [key, path] of Object.entries(step.extractors)) {
    const matches = selectOr(path, body, (reason) =>
      invalid(`step '${step.name}' extractor '${key}' is not a valid JSONPath: ${reason}`),
    );
    if (matches.length > 0) state.set(`${step.name}.${key}`, matches[0]);
  }
}

function selectOr(path: string, body: unknown, refusal: (reason: string) => never): readonly unknown[] {
  try {
    return selectAll(path, body);
  } catch (error) {
    if (error instanceof JsonPathError) return refusal(error.message);
    throw error;
  }
}
