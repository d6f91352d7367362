/**
 * Finding the run of a workflow that was just started through SEAL: the tool answers with the id of the workflow where
 * that of the run belongs, so the newest run is taken. Starts of one workflow therefore go one after another; only a
 * start by another process in between can make that the wrong one.
 */
import type { HttpClient } from '../../client/types.js';
import { readAnswer, readSealAnswer } from '../answer.js';
import type { Context } from '../context.js';
import type { AnyArgs } from '../define.js';
import { buildRequest } from '../request.js';
import { idOf, listOf } from '../results.js';

/** Starts under way, per server and workflow. */
const turns = new WeakMap<HttpClient, Map<string, Promise<unknown>>>();

/**
 * Does the work when all that was given for the same workflow before it is done. Rejects as soon as the caller gives up
 * waiting for that; the work is then never done.
 */
export async function inTurn<T>(context: Context, workflow: string, work: () => Promise<T>): Promise<T> {
  const { http } = context.upstream('orchestrator');
  const waiting = turns.get(http) ?? new Map<string, Promise<unknown>>();
  turns.set(http, waiting);
  const before = waiting.get(workflow) ?? Promise.resolve();
  const mine = hasEnded(before, context.signal).then(work);
  const all = Promise.allSettled([before, mine]);
  waiting.set(workflow, all);
  void all.then(() => waiting.get(workflow) === all && waiting.delete(workflow));
  return await mine;
}

function hasEnded(before: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    void before.then(() => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    });
  });
}

const LIST_TOOL = 'aegis.workflow.executions.list';

const listRuns = {
  operation: 'listWorkflowExecutions',
  route: 'GET /v1/workflows/executions',
  query: ['workflow_id', 'limit'],
} as const;

/**
 * The newest run of the workflow whose id the start answered with; through SEAL where the security context lists the
 * tool, else over REST.
 *
 * @param as name of the MCP tool, for the receipt of the signed look.
 */
export async function newestRun(
  context: Context,
  answered: string,
  as: string,
): Promise<AnyArgs & { readonly execution_id: string }> {
  const wanted = { workflow_id: answered, limit: 1 };
  const body = (await context.sealLists(LIST_TOOL))
    ? readSealAnswer(as, await context.sealInvoke(LIST_TOOL, wanted, { as }))
    : await readRuns(context, wanted);
  const [newest] = listOf('executions', body, (run) => run);
  // An empty list means that the id was no workflow's: then it is the run's own.
  if (newest === undefined) return { execution_id: answered, status: 'running' };
  return { ...newest, execution_id: idOf('execution_id', newest) };
}

async function readRuns(context: Context, wanted: AnyArgs): Promise<unknown> {
  const request = await buildRequest(listRuns, wanted, context);
  const { http } = context.upstream('orchestrator');
  return readAnswer(await http.send(request, { signal: context.signal }), request.method);
}
