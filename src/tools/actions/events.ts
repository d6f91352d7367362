/** The events of every AEGIS stream in one form, whichever server and whichever route sent them. */
import { isObject, type JsonObject } from '../../client/json-object.js';
import { asObject, asText } from '../manifest/values.js';
import { cleanJson, cleanText } from '../untrusted.js';

/** One event. Texts are cleaned of invisible characters; they are still what agents wrote: data, not instructions. */
export interface ActivityEvent {
  /** snake_case, as in `iteration_started` or `workflow_state_entered`. */
  readonly type: string;
  /** RFC 3339; the documented `iteration_output` has none. */
  readonly timestamp?: string;
  readonly execution_id?: string;
  readonly agent_id?: string;
  readonly iteration?: number;
  /** Workflow state. */
  readonly state?: string;
  /** The server's own sentence; not stable. */
  readonly message?: string;
  /** What else the event says, without nulls, what stands above and what all events of a run share. */
  readonly data: JsonObject;
}

/** Keys of payloads that the event itself carries, or that are the same in every event of a run. */
const LIFTED = [
  'event_type',
  'execution_id',
  'agent_id',
  'iteration_number',
  'state_name',
  'temporal_sequence_number',
  'workflow_id',
  'tenant_id',
];

/**
 * The event in a parsed SSE payload, or undefined when it is none. Reads the live envelope with its tagged
 * details (CorrelatedActivityEvent), persisted workflow records with flat details (TemporalEventPayload), log
 * events with PascalCase names (WorkflowLogEvent), and the documented one-key objects (D22).
 */
export function normalizeEvent(value: unknown): ActivityEvent | undefined {
  if (!isObject(value)) return undefined;
  if (typeof value.event_type === 'string') {
    return compose(value.event_type, value, unwrap(value.details));
  }
  const [key, ...others] = Object.keys(value);
  if (key === undefined || others.length > 0 || !isObject(value[key])) return undefined;
  return compose(key, {}, asObject(value[key]));
}

function compose(name: string, envelope: JsonObject, payload: JsonObject): ActivityEvent | undefined {
  const type = toSnakeCase(name);
  if (!/^[a-z][a-z0-9_]{0,79}$/.test(type)) return undefined;
  const timestamp = asText(envelope.timestamp) ?? findTimestamp(payload);
  const iteration = envelope.iteration ?? envelope.iteration_number ?? payload.iteration_number;
  return {
    type,
    ...(timestamp === undefined ? {} : { timestamp: cleanText(timestamp) }),
    ...pickText('execution_id', envelope.execution_id ?? payload.execution_id),
    ...pickText('agent_id', envelope.agent_id ?? payload.agent_id),
    ...(typeof iteration === 'number' ? { iteration } : {}),
    ...pickText('state', envelope.state_name ?? payload.state_name),
    ...pickText('message', envelope.message),
    data: readData(payload, timestamp),
  };
}

function toSnakeCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_').toLowerCase();
}

/** The fields inside `{type, Variant: {…}}`, however deep variants nest; a flat payload is its own fields. */
function unwrap(details: unknown): JsonObject {
  let inner = asObject(details);
  for (let level = 0; level < 4; level += 1) {
    const [key, ...others] = Object.keys(inner).filter((each) => each !== 'type');
    if (key === undefined || others.length > 0 || !/^[A-Z]/.test(key)) break;
    inner = asObject(inner[key]);
  }
  return inner;
}

function findTimestamp(payload: JsonObject): string | undefined {
  const stamped = Object.entries(payload).find(
    ([key, value]) => key.endsWith('_at') && typeof value === 'string',
  );
  return asText(payload.timestamp) ?? asText(stamped?.[1]);
}

function pickText<K extends string>(key: K, value: unknown): { readonly [name in K]?: string } {
  const picked: { [name in K]?: string } = {};
  if (typeof value === 'string') picked[key] = cleanText(value);
  return picked;
}

function readData(payload: JsonObject, timestamp: string | undefined): JsonObject {
  const entries = Object.entries(payload).filter(([key, value]) => {
    if (value === null || LIFTED.includes(key)) return false;
    return key !== 'timestamp' || value !== timestamp;
  });
  return asObject(cleanJson(Object.fromEntries(entries)));
}
