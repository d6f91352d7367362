/** JSON objects among values whose shape is not known. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** True for an object with named members: neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
