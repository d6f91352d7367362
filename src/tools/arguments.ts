/** From what a model sent to arguments a row can trust. */
import type { z } from 'zod';
import { isObject } from '../client/json-object.js';
import { AegisError } from '../errors.js';
import type { AnyArgs, Operation } from './define.js';
import { nearest } from './near-miss.js';
import { inputJsonSchema, inputSchema } from './schema.js';

/**
 * Parses the arguments of one call. Takes the published wrapper form (`{agent_id, payload: {…}}`), numbers,
 * booleans and objects sent as text. Throws `invalid_arguments` naming every problem by its path; an unknown
 * argument is refused with the near miss.
 */
export function parseArguments(
  name: string,
  operation: Operation,
  raw: unknown,
  tenant?: string | undefined,
): AnyArgs {
  const properties = propertiesOf(operation, tenant);
  const given = renamed(operation, unwrap(operation, properties, asRecord(name, raw)));
  refuseUnknown(name, given, Object.keys(properties));
  const pinned = tenant !== undefined && Object.hasOwn(operation.input(), TENANT) ? { [TENANT]: tenant } : {};
  const parsed = inputSchema(operation).safeParse({ ...coerce(given, properties), ...pinned });
  if (!parsed.success) throw badArguments(name, parsed.error.issues.map(describe));
  return parsed.data;
}

/** The argument that names a tenant: absent from every schema once configuration pins the tenant. */
export const TENANT = 'tenant_id';

function propertiesOf(operation: Operation, tenant: string | undefined): AnyArgs {
  const { properties } = inputJsonSchema(operation);
  const all = isObject(properties) ? properties : {};
  return Object.fromEntries(Object.entries(all).filter(([key]) => tenant === undefined || key !== TENANT));
}

function asRecord(name: string, raw: unknown): AnyArgs {
  if (raw === undefined || raw === null) return {};
  if (!isObject(raw)) throw badArguments(name, ['the arguments must be an object']);
  if (isDeeperThan(raw, MAX_DEPTH)) throw badArguments(name, [`nested deeper than ${MAX_DEPTH} levels`]);
  return raw;
}

/** No real argument comes near it, and what reads arguments recurses. */
const MAX_DEPTH = 128;

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}

/** The members of the wrapper beside the other arguments, which win. A wrapper that is an argument too stays. */
function unwrap({ wrapper }: Operation, properties: AnyArgs, given: AnyArgs): AnyArgs {
  if (wrapper === undefined || Object.hasOwn(properties, wrapper)) return given;
  const inner = given[wrapper];
  const value = typeof inner === 'string' ? jsonObject(inner) : inner;
  if (!isObject(value)) return given;
  const { [wrapper]: _taken, ...outer } = given;
  return { ...value, ...outer };
}

/** An alias counts where neither the argument nor another alias of it is given; otherwise it is unknown. */
function renamed({ aliases }: Operation, given: AnyArgs): AnyArgs {
  const all = new Map(Object.entries(given));
  for (const [alias, name] of Object.entries(aliases)) {
    if (!all.has(alias) || all.has(name)) continue;
    all.set(name, all.get(alias));
    all.delete(alias);
  }
  return Object.fromEntries(all);
}

function refuseUnknown(name: string, given: AnyArgs, known: readonly string[]): void {
  const problems = Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearest(key, known);
      return `unknown argument ${quote(key)}${near === undefined ? '' : `; did you mean "${near}"?`}`;
    });
  if (problems.length > 0) throw badArguments(name, problems, `Arguments: ${known.join(', ') || 'none'}.`);
}

/** Models often send `"5"` for 5 and JSON text for an object or a list; the listed schema says what was meant. */
function coerce(given: AnyArgs, properties: AnyArgs): AnyArgs {
  const entries = Object.entries(given)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => [key, typeof value === 'string' ? fromText(value, properties[key]) : value]);
  return Object.fromEntries(entries);
}

function fromText(text: string, schema: unknown): unknown {
  const type = isObject(schema) ? schema.type : undefined;
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (type === 'object') return jsonObject(text) ?? text;
  if (type === 'array') return jsonArray(text) ?? text;
  return text;
}

/** The object that a text is the JSON of; undefined for any other text. */
export function jsonObject(text: string): AnyArgs | undefined {
  const value = jsonOf(text, '{');
  return isObject(value) ? value : undefined;
}

function jsonArray(text: string): unknown[] | undefined {
  const value = jsonOf(text, '[');
  return Array.isArray(value) ? value : undefined;
}

function jsonOf(text: string, opening: '{' | '['): unknown {
  if (!text.trimStart().startsWith(opening)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe(issue: z.core.$ZodIssue): string {
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return `${issue.path.map(String).join('.') || 'arguments'}: ${missing ? 'is missing' : issue.message}`;
}

/** Longest part of a foreign name that a message repeats, characters. */
const MAX_QUOTED = 60;

function quote(key: string): string {
  return key.length > MAX_QUOTED ? `"${key.slice(0, MAX_QUOTED)}…"` : `"${key}"`;
}

/** Most problems that one message names. */
const MAX_PROBLEMS = 10;

function badArguments(name: string, all: readonly string[], next?: string): AegisError {
  const problems = all.slice(0, MAX_PROBLEMS);
  const more = all.length > problems.length ? [`${all.length - problems.length} more`] : [];
  const list = [...problems, ...more].join('; ');
  return new AegisError('invalid_arguments', `${name}: ${list}${list.endsWith('?') ? '' : '.'}`, {
    next: next ?? 'Correct the arguments and call again; nothing was sent.',
    details: { problems },
  });
}
