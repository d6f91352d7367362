/** Input schemas that other servers wrote, made such that one bad schema never costs a host the whole list. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isObject, type JsonObject } from '../../client/json-object.js';
import type { ObjectSchema } from '../schema.js';
import { cleanJson } from '../untrusted.js';
import { MAX_DEPTH, resolveReferences, SchemaFault } from './references.js';

/** Largest schema, characters of its JSON. */
const MAX_SIZE = 32_768;
/** Keywords that hosts refuse beside the root's `type`, and with it every tool of the list. */
const ROOT_ONLY = ['oneOf', 'anyOf', 'allOf', 'not', 'if', 'then', 'else', 'enum', 'const'];

/** A schema as it can be offered. */
export interface SafeSchema {
  readonly schema: ObjectSchema;
  /** How much of the server's schema is missing, and why, as words in brackets; absent when nothing is. */
  readonly omitted?: { readonly what: 'all' | 'part'; readonly why: string };
}

/** The schema, or as much of it as hosts take: at worst that of any object. Text in it is cleaned. */
export function safeSchema(given: unknown): SafeSchema {
  try {
    return checked(given);
  } catch (error) {
    if (!(error instanceof SchemaFault)) throw error;
    return { schema: { type: 'object' }, omitted: { what: 'all', why: error.message } };
  }
}

function checked(given: unknown): SafeSchema {
  if (!isObject(given)) throw new SchemaFault('it is no object');
  bound(given);
  if (given.type !== undefined && given.type !== 'object')
    throw new SchemaFault('its root is not of type object');
  // Names are judged as they are: cleaned, they would no longer be those that the server reads.
  const resolved = resolveReferences(given);
  bound(resolved);
  const removed = ROOT_ONLY.filter((key) => Object.hasOwn(resolved, key));
  const kept = Object.entries(asCleaned(resolved)).filter(([key]) => !removed.includes(key));
  const schema: ObjectSchema = { ...Object.fromEntries(kept), type: 'object' };
  if (!isValid(schema)) throw new SchemaFault('it is no valid JSON Schema 2020-12');
  if (removed.length === 0) return { schema };
  return { schema, omitted: { what: 'part', why: `hosts refuse ${removed.join(', ')} at the root` } };
}

function asCleaned(schema: JsonObject): JsonObject {
  const cleaned = cleanJson(schema);
  return isObject(cleaned) ? cleaned : {};
}

function bound(schema: JsonObject): void {
  if (isDeeper(schema, MAX_DEPTH)) throw new SchemaFault(`it is nested deeper than ${MAX_DEPTH} levels`);
  if (JSON.stringify(schema).length > MAX_SIZE)
    throw new SchemaFault(`it is longer than ${MAX_SIZE} characters`);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

let validator: Ajv2020 | undefined;

/** Holds the schema against the metaschema; the schema itself is never compiled. */
function isValid(schema: ObjectSchema): boolean {
  validator ??= new Ajv2020({ logger: false, strict: false, validateFormats: false });
  return validator.validateSchema(schema) === true;
}
