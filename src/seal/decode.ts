/** Reading what orchestrator and gateway answer to a call that they took. */
import { isRecord } from './envelope.js';
import { SealError } from './errors.js';
import { excerpt } from './excerpt.js';
import type { SealResponse } from './transport.js';

/** Reads JSON text and throws for anything else. */
export type JsonReader = (text: string) => unknown;

/**
 * The tool's own value from a 2xx answer. Servers wrap it differently: `{payload:{result}}` (the specification),
 * a JSON-RPC answer, `{result}` alone (gateway), or not at all (orchestrator).
 *
 * @throws SealError `tool_failed` for a wrapped error, `bad_response` for an answer that is no JSON, or nested so deeply
 *   that nothing can be done with it.
 */
export function readResult(response: SealResponse, readJson: JsonReader): unknown {
  const { status } = response;
  const body = parseJson(response.text, readJson);
  if (body === undefined) throw unreadable(status, 'without a JSON body');
  if (isDeeper(body, MAX_DEPTH)) throw unreadable(status, `with JSON of more than ${MAX_DEPTH} levels`);
  if (!isRecord(body)) return body;
  if (isWrapper(body.payload)) return unwrap(body.payload, status);
  const isWrapped = 'jsonrpc' in body || ('result' in body && Object.keys(body).length === 1);
  return isWrapped && isWrapper(body) ? unwrap(body, status) : body;
}

function unreadable(status: number, how: string): SealError {
  return new SealError('bad_response', `HTTP ${status} ${how}.`, { status, mayHaveRun: true });
}

function isWrapper(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && ('result' in value || ('error' in value && value.error !== null));
}

function unwrap(wrapper: Record<string, unknown>, status: number): unknown {
  const { error } = wrapper;
  if (error === undefined || error === null) return wrapper.result;
  const text = isRecord(error) && typeof error.message === 'string' ? error.message : JSON.stringify(error);
  throw new SealError('tool_failed', excerpt(text), { status, mayHaveRun: true });
}

/** Levels of nesting that no server writes (serde_json reads 128), and that every walk of a value can take. */
const MAX_DEPTH = 256;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

/** Undefined for text that is no JSON; JSON itself has no undefined. */
export function parseJson(text: string, readJson: JsonReader = JSON.parse): unknown {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}
