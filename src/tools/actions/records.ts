/** Records as published, completed from events and logs where the live server leaves things out. */
import { isObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import type { AnyArgs, AnyWire, Call } from '../define.js';
import { readManifest } from '../manifest/yaml.js';
import { buildRequest } from '../request.js';
import { record, textOf, toExecution, toWorkflow } from '../results.js';
import { readExecutionHistory, readWorkflowHistory } from './final-output.js';

type Execution = ReturnType<typeof toExecution>;

/**
 * An agent execution with times, iterations, output and error. The live record has only id, agent, status and
 * tenant (D25); the rest comes from the stored history of an execution, read only when the record lacks it.
 */
export async function publishedExecution(
  call: Call<{ readonly execution_id: string }>,
  history: AnyWire,
): Promise<Execution> {
  const found = toExecution(record(await call.send()));
  if ('started_at' in found || 'output' in found) return found;
  const request = await buildRequest(history, call.args, call.context);
  const { http } = call.context.upstream('orchestrator');
  const stream = (signal: AbortSignal) => http.stream(request, { signal });
  const told = await readExecutionHistory({ signal: call.context.signal, stream });
  const { status: _status, final_output, complete, problem, ...rest } = told;
  const output = final_output === undefined ? {} : { output: final_output };
  return {
    ...found,
    ...rest,
    ...output,
    ...(complete ? {} : { incomplete: problem ?? 'the history was cut short' }),
  };
}

/**
 * A workflow with the metadata that the live server keeps only inside manifest_yaml (D32). A stored manifest
 * that cannot be read here is no reason to withhold the workflow.
 */
export async function publishedWorkflow(body: AnyArgs): Promise<ReturnType<typeof toWorkflow>> {
  const found = toWorkflow(body);
  if ('metadata' in found || typeof found.manifest_yaml !== 'string' || found.manifest_yaml === '')
    return found;
  const { metadata } = await readManifest(found.manifest_yaml).catch((): AnyArgs => ({}));
  return isObject(metadata) ? { ...found, metadata } : found;
}

type WorkflowExecution = AnyArgs & { execution_id: string; status: string };

/**
 * A workflow execution with final_output, which the live server tells only in the log (D40). A log that cannot
 * be read is no error, because the record was: `incomplete` says why.
 */
export async function publishedWorkflowExecution(
  call: Call<{ readonly execution_id: string }>,
  page: AnyWire,
): Promise<WorkflowExecution> {
  const body = record(await call.send());
  const status = textOf(body, 'status').toLowerCase();
  const found = { final_output: null, ...body, execution_id: call.args.execution_id, status };
  if ('final_output' in body || status === 'running' || status === 'pending') return found;
  const readPage = (limit: number, offset: number): Promise<unknown> =>
    call.read(page, { ...call.args, limit, offset });
  const told = await readWorkflowHistory(readPage).catch(describeLoss);
  return { ...found, ...told, status };
}

function describeLoss(thrown: unknown): { incomplete: string } {
  const error = AegisError.from(thrown);
  if (error.code === 'cancelled') throw error;
  return { incomplete: error.message };
}
