/** Decoding of request bodies the way the server's JSON extractor does: which fault is 400 and which is 422. */
import { type JsonDocument, type JsonNode, JsonSyntaxError, readJson } from './json-reader.js';
import { refuseBody } from './refusal.js';

/** A decoded body: its members and the names given more than once. */
export interface Body {
  readonly members: ReadonlyMap<string, JsonNode>;
  readonly repeated: ReadonlySet<string>;
}

/** The members of a JSON object. Refuses broken JSON with 400 text, any other value with 422 text. */
export function readBody(bytes: Uint8Array): Body {
  const { value, repeated } = parse(bytes);
  if (!(value instanceof Map)) return refuseBody(422, 'invalid type, expected a JSON object');
  return { members: value, repeated };
}

/** A member that may be absent or null. Refuses a repeated or mistyped one with 422 text. */
export function optionalString({ members, repeated }: Body, name: string): string | undefined {
  if (repeated.has(name)) refuseBody(422, `duplicate field \`${name}\``);
  const value = members.get(name) ?? undefined;
  if (value !== undefined && typeof value !== 'string') {
    return refuseBody(422, `${name}: invalid type, expected a string`);
  }
  return value;
}

/** A member that must be a string. Refuses otherwise with 422 text. */
export function requiredString(body: Body, name: string): string {
  const value = optionalString(body, name);
  if (value !== undefined) return value;
  if (body.members.has(name)) return refuseBody(422, `${name}: invalid type: null, expected a string`);
  return refuseBody(422, `missing field \`${name}\``);
}

function parse(bytes: Uint8Array): JsonDocument {
  try {
    return readJson(bytes);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return refuseBody(400, error.message);
    throw error;
  }
}
