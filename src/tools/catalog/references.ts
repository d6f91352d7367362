/**
 * Walks a JSON Schema (2020-12) in the places where it holds schemas, and puts what local references name in their
 * place: most hosts resolve none.
 */
import { isObject, type JsonObject } from '../../client/json-object.js';

/** Why a schema cannot be offered, as words in brackets. */
export class SchemaFault extends Error {
  override readonly name = 'SchemaFault';
}

/** The last one is of draft 7; validators of 2020-12 still read it. */
const MAPS = ['properties', 'patternProperties', 'dependentSchemas', 'dependencies'];
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
/** Deepest nesting, of schemas and of all objects and lists. */
export const MAX_DEPTH = 32;
/** Most references that are followed: they can double what they name each time. */
const MAX_FOLLOWED = 200;
/** Most schemas in one, references followed. More do not fit the bound on its length, unless they say nothing. */
const MAX_SCHEMAS = 2_000;

/**
 * The schema without references and names.
 * @throws SchemaFault for a reference that leads nowhere, elsewhere or in a circle, for one that grows too large with
 * what it refers to, and for keys and patterns that hosts refuse.
 */
export function resolveReferences(root: JsonObject): JsonObject {
  const resolved = new Resolver(root).resolve(root, { pointers: [''], depth: 0 });
  return isObject(resolved) ? resolved : {};
}

/** How a schema was reached: by these references, and as deep as this. */
interface Way {
  readonly pointers: readonly string[];
  readonly depth: number;
}

class Resolver {
  readonly #root: JsonObject;
  #followed = 0;
  #schemas = 0;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  resolve(schema: unknown, way: Way): unknown {
    if (!isObject(schema)) return schema;
    this.#count(way);
    const { $ref, ...rest } = schema;
    check(rest);
    const inner = mapSchemas(rest, (each) => this.resolve(each, { ...way, depth: way.depth + 1 }));
    if ($ref === undefined) return inner;
    const target = this.#follow($ref, way);
    return isObject(target) ? combine(target, inner) : target;
  }

  #count({ depth }: Way): void {
    this.#schemas += 1;
    if (depth > MAX_DEPTH) throw new SchemaFault(`it is nested deeper than ${MAX_DEPTH} levels`);
    if (this.#schemas > MAX_SCHEMAS) throw new SchemaFault('it grows too large by its references');
  }

  #follow(ref: unknown, { pointers, depth }: Way): unknown {
    const pointer = pointerOf(ref, pointers);
    this.#followed += 1;
    if (this.#followed > MAX_FOLLOWED) throw new SchemaFault('it has too many references');
    return this.resolve(targetOf(this.#root, pointer), { pointers: [...pointers, pointer], depth });
  }
}

/**
 * What a reference names and what stands beside it: both hold (JSON Schema 2020-12 Core, section 8.2.3.1). Of what both
 * say otherwise, that beside it is the closer one.
 */
function combine(target: JsonObject, beside: JsonObject): JsonObject {
  const both = Object.keys(beside).flatMap((key): [string, unknown][] => {
    const [named, own] = [target[key], beside[key]];
    if (MAPS.includes(key) && isObject(named) && isObject(own)) return [[key, { ...named, ...own }]];
    if (key !== 'required' || !Array.isArray(named) || !Array.isArray(own)) return [];
    return [[key, [...new Set([...named, ...own])]]];
  });
  return { ...target, ...beside, ...Object.fromEntries(both) };
}

function mapSchemas(schema: JsonObject, change: (schema: unknown) => unknown): JsonObject {
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (NAMING.has(key)) return [];
    if (key === 'properties' && isObject(value))
      return [[key, mapValues(value, (each) => asObject(change(each)))]];
    if (MAPS.includes(key) && isObject(value)) return [[key, mapValues(value, change)]];
    if (LISTS.includes(key) && Array.isArray(value)) return [[key, value.map(change)]];
    return [[key, SINGLES.includes(key) ? change(value) : value]];
  });
  return Object.fromEntries(entries);
}

/** Clients take no `true` or `false` for an argument (MCP Tool, inputSchema.properties), and with one no tool at all. */
function asObject(schema: unknown): unknown {
  if (typeof schema !== 'boolean') return schema;
  return schema ? {} : { not: {} };
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
