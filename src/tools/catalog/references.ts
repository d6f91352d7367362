/**
 * Walks a JSON Schema (2020-12) in the places where it holds schemas, and puts what local references name in their
 * place: most hosts resolve none.
 */
import { isObject, type JsonObject } from '../../client/json-object.js';

/** Why a schema cannot be offered, as words in brackets. */
export class SchemaFault extends Error {
  override readonly name = 'SchemaFault';
}

const MAPS = ['properties', 'patternProperties', 'dependentSchemas'];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const SINGLES = [
  'items',
  'additionalProperties',
  'contains',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contentSchema',
];

/** Members that name schemas, or by which others do. Once all references are resolved nothing needs them. */
const NAMING = new Set(['$schema', '$id', '$comment', '$anchor', '$defs', 'definitions']);
/** References whose meaning depends on how one got there, or on names given elsewhere. */
const DYNAMIC = ['$dynamicRef', '$dynamicAnchor', '$recursiveRef', '$recursiveAnchor'];

/** Keys that the strictest of the hosts takes; a single other key makes it refuse all tools. */
const KEY = /^[a-zA-Z0-9_.-]{1,64}$/;
/** Most references that are followed: they can double what they name each time. */
const MAX_FOLLOWED = 200;

/**
 * The schema without references and names.
 * @throws SchemaFault for a reference that leads nowhere, elsewhere or in a circle, and for keys and patterns that
 * hosts refuse.
 */
export function resolveReferences(root: JsonObject): JsonObject {
  let followed = 0;
  const walk = (schema: unknown, path: readonly string[]): unknown => {
    if (!isObject(schema)) return schema;
    const { $ref, ...rest } = schema;
    check(rest);
    const inner = mapSchemas(rest, (each) => walk(each, path));
    if ($ref === undefined) return inner;
    followed += 1;
    if (followed > MAX_FOLLOWED) throw new SchemaFault('it has too many references');
    const pointer = pointerOf($ref, path);
    const target = walk(targetOf(root, pointer), [...path, pointer]);
    return isObject(target) ? { ...target, ...inner } : target;
  };
  const resolved = walk(root, ['']);
  return isObject(resolved) ? resolved : {};
}

function mapSchemas(schema: JsonObject, change: (schema: unknown) => unknown): JsonObject {
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (NAMING.has(key)) return [];
    if (MAPS.includes(key) && isObject(value)) return [[key, mapValues(value, change)]];
    if (LISTS.includes(key) && Array.isArray(value)) return [[key, value.map(change)]];
    return [[key, SINGLES.includes(key) ? change(value) : value]];
  });
  return Object.fromEntries(entries);
}

function mapValues(map: JsonObject, change: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

function check(schema: JsonObject): void {
  if (DYNAMIC.some((key) => Object.hasOwn(schema, key)))
    throw new SchemaFault('it has references that only its server resolves');
  const { properties, pattern, patternProperties } = schema;
  if (isObject(properties) && !Object.keys(properties).every((key) => KEY.test(key)))
    throw new SchemaFault('hosts refuse the name of an argument in it');
  const patterns = isObject(patternProperties) ? Object.keys(patternProperties) : [];
  if (typeof pattern === 'string') patterns.push(pattern);
  if (!patterns.every(isPattern)) throw new SchemaFault('a pattern in it is no regular expression');
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}

function pointerOf(ref: unknown, path: readonly string[]): string {
  if (typeof ref !== 'string' || !/^#(\/|$)/.test(ref))
    throw new SchemaFault('it refers to something outside of it');
  const pointer = ref.slice(1);
  if (path.includes(pointer)) throw new SchemaFault('it refers to itself');
  return pointer;
}

/** JSON Pointer in a URI fragment (RFC 6901, section 6). */
function targetOf(root: JsonObject, pointer: string): unknown {
  let value: unknown = root;
  for (const step of pointer.split('/').slice(1)) {
    const key = decode(step).replaceAll('~1', '/').replaceAll('~0', '~');
    const holder = Object(value);
    if (!Object.hasOwn(holder, key)) throw new SchemaFault('a reference in it leads nowhere');
    value = holder[key];
  }
  if (!isObject(value) && typeof value !== 'boolean')
    throw new SchemaFault('a reference in it leads nowhere');
  return value;
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
