/** The part of JSON Schema that manifests use in practice: type, enum, const, required, properties, items. */

type Schema = Readonly<Record<string, unknown>>;

const TYPES: ReadonlyMap<unknown, (value: unknown) => boolean> = new Map<
  unknown,
  (value: unknown) => boolean
>([
  ['object', isObject],
  ['array', Array.isArray],
  ['string', (value) => typeof value === 'string'],
  ['number', (value) => typeof value === 'number'],
  ['integer', (value) => Number.isInteger(value)],
  ['boolean', (value) => typeof value === 'boolean'],
  ['null', (value) => value === null],
]);

/** Whether the value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first way in which the value breaks the schema, with its path; undefined when it fits. */
export function findSchemaFault(schema: unknown, value: unknown, path = '$'): string | undefined {
  if (schema === false) return `${path}: nothing is allowed here`;
  if (!isObject(schema)) return undefined;
  return (
    typeFault(schema, value, path) ?? choiceFault(schema, value, path) ?? memberFault(schema, value, path)
  );
}

function typeFault({ type }: Schema, value: unknown, path: string): string | undefined {
  if (type === undefined) return undefined;
  const wanted = Array.isArray(type) ? type : [type];
  if (wanted.some((name) => TYPES.get(name)?.(value))) return undefined;
  return `${path}: expected ${wanted.join(' or ')}`;
}

function choiceFault(schema: Schema, value: unknown, path: string): string | undefined {
  const allowed = 'const' in schema ? [schema.const] : schema.enum;
  if (!Array.isArray(allowed)) return undefined;
  const text = JSON.stringify(value);
  return allowed.some((item) => JSON.stringify(item) === text)
    ? undefined
    : `${path}: not one of the allowed values`;
}

function memberFault(schema: Schema, value: unknown, path: string): string | undefined {
  if (Array.isArray(value))
    return firstFault(value.map((item, index) => [schema.items, item, `${path}[${index}]`]));
  if (!isObject(value)) return undefined;
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${path}: "${missing}" is a required property`;
  const properties = isObject(schema.properties) ? schema.properties : {};
  const present = Object.entries(properties).filter(([name]) => Object.hasOwn(value, name));
  return firstFault(present.map(([name, part]) => [part, value[name], `${path}.${name}`]));
}

function firstFault(checks: readonly (readonly [unknown, unknown, string])[]): string | undefined {
  for (const [schema, value, path] of checks) {
    const fault = findSchemaFault(schema, value, path);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
