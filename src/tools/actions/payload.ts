/** The JSON in an SSE event. */
import { parseJson } from '../../client/json.js';
import { isObject } from '../../client/json-object.js';
import type { SseEvent } from '../../client/types.js';

/** The parsed data of an event; undefined when it is no JSON. */
export function readPayload({ data }: SseEvent): unknown {
  try {
    return parseJson(data);
  } catch {
    return undefined;
  }
}

/** The text of an `{error}` payload, which servers send in place of events (D44); undefined for anything else. */
export function readErrorPayload(payload: unknown): string | undefined {
  if (!isObject(payload) || payload.event_type !== undefined) return undefined;
  return typeof payload.error === 'string' ? payload.error : undefined;
}
