/** Stored log events of a workflow execution, page by page (getWorkflowExecutionLogs). */
import { asObject } from '../manifest/values.js';
import { shapeError } from '../results.js';

/** Reads at most `limit` events from `offset`, oldest first; the parsed body. */
export type ReadPage = (limit: number, offset: number) => Promise<unknown>;

/** The events of one page. Throws AegisError `bad_response` for an answer that is no page. */
export async function readEvents(
  readPage: ReadPage,
  limit: number,
  offset: number,
): Promise<readonly unknown[]> {
  const { events } = asObject(await readPage(limit, offset));
  if (!Array.isArray(events)) throw shapeError('a page of log events');
  return events;
}
