/** The zod schemas of a row and their JSON Schema, built on first use and kept. */
import { z } from 'zod';
import type { Operation } from './define.js';

type JsonSchema = Readonly<Record<string, unknown>>;
export type ObjectSchema = { readonly type: 'object' } & JsonSchema;

const inputs = new WeakMap<Operation, z.ZodType<Record<string, unknown>>>();
const outputs = new WeakMap<Operation, z.ZodType>();
const inputsAsJson = new WeakMap<Operation, ObjectSchema>();

/** Arguments of a row: unknown keys are refused. */
export function inputSchema(operation: Operation): z.ZodType<Record<string, unknown>> {
  const known = inputs.get(operation);
  if (known !== undefined) return known;
  const schema = z.strictObject({ ...operation.input() });
  inputs.set(operation, schema);
  return schema;
}

/** Result of a row. */
export function outputSchema(operation: Operation): z.ZodType {
  const known = outputs.get(operation) ?? operation.output();
  outputs.set(operation, known);
  return known;
}

/** Keys of JSON objects are always strings: saying so adds a keyword that several clients refuse. */
const PLAIN = {
  reused: 'inline',
  override: ({ jsonSchema }) => {
    delete jsonSchema.propertyNames;
  },
} as const satisfies Parameters<typeof z.toJSONSchema>[1];

/** JSON Schema 2020-12 of the arguments, as clients accept it: no `$schema`, no `$ref`. */
export function inputJsonSchema(operation: Operation): ObjectSchema {
  const known = inputsAsJson.get(operation);
  if (known !== undefined) return known;
  const schema = asObject(z.toJSONSchema(inputSchema(operation), { ...PLAIN, io: 'input' }));
  inputsAsJson.set(operation, schema);
  return schema;
}

/** JSON Schema 2020-12 of the structured result. */
export function outputJsonSchema(operation: Operation): ObjectSchema {
  return asObject(z.toJSONSchema(outputSchema(operation), { ...PLAIN, io: 'output' }));
}

function asObject(schema: JsonSchema): ObjectSchema {
  const { $schema: _dialect, type, ...rest } = schema;
  if (type !== 'object') throw new TypeError('a tool schema must be an object at its root');
  return { type: 'object', ...rest };
}
