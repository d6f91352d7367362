/** Arguments made from the schema that a model sees: those it allows, and those it does not. */
import fc from 'fast-check';

type Schema = Readonly<Record<string, unknown>>;
export type Arguments = Readonly<Record<string, unknown>>;

/** Values that ids and names take: some exist in a sandbox, most do not, some are hostile. */
const TEXTS = [
  '00000000-0000-4000-8000-000000000000',
  't-00000000-0000-4000-8000-000000000000',
  'counter',
  'ask',
  'a/b',
  '../x',
  '%2e%2e',
  'a?b#c',
  '',
  ' ',
  '-1',
  '18446744073709551615',
  'null',
  '{}',
  '日本',
  '\u0000',
];

/** Times and counts that would make a call long; the schema allows less. */
const SHORT: Arguments = { max_seconds: 1, max_events: 5, follow: false };

export function allowedBy(schema: Schema): fc.Arbitrary<Arguments> {
  const { properties, required } = objectOf(schema);
  const members = Object.entries(properties).map(([name, inner]): [string, fc.Arbitrary<unknown>] => [
    name,
    name in SHORT ? fc.constant(SHORT[name]) : valueFor(inner),
  ]);
  return fc.record(Object.fromEntries(members), {
    requiredKeys: [...required, ...Object.keys(SHORT).filter((name) => name in properties)],
  });
}

/** One argument is missing, unknown, or of a type that no schema here allows. */
export function refusedBy(schema: Schema): fc.Arbitrary<Arguments> {
  const { properties, required } = objectOf(schema);
  const typed = Object.entries(properties).filter(([, inner]) => Object(inner).type !== undefined);
  const ways: fc.Arbitrary<Arguments>[] = [
    allowedBy(schema).map((args) => ({ ...args, no_such_argument: 1 })),
    ...[...required].map((name) => allowedBy(schema).map((args) => without(args, name))),
    ...typed.map(([name, inner]) =>
      fc.tuple(allowedBy(schema), fc.constantFrom(...wrongFor(Object(inner).type))).map(([args, value]) => ({
        ...args,
        [name]: value,
      })),
    ),
  ];
  return fc.oneof(...ways);
}

function objectOf(schema: Schema): { properties: Readonly<Record<string, Schema>>; required: Set<string> } {
  const { properties, required } = schema;
  return { properties: Object(properties), required: new Set(Array.isArray(required) ? required : []) };
}

function without(args: Arguments, name: string): Arguments {
  const { [name]: _dropped, ...rest } = args;
  return rest;
}

/** Values that no reading turns into the type: text of a number, of a truth value or of an object would be. */
function wrongFor(type: unknown): unknown[] {
  if (type === 'string') return [7, true, ['x'], { x: 1 }];
  if (type === 'object') return [7, true, ['x'], 'text'];
  if (type === 'array') return [7, true, { x: 1 }];
  return ['text', ['x'], { x: 1 }];
}

function valueFor(schema: Schema): fc.Arbitrary<unknown> {
  const { type, enum: choices, const: only, anyOf } = schema;
  if (only !== undefined) return fc.constant(only);
  if (Array.isArray(choices)) return fc.constantFrom(...choices);
  if (Array.isArray(anyOf)) return fc.oneof(...anyOf.map(valueFor));
  if (type === 'string') return textOf(schema);
  if (type === 'integer' || type === 'number') return numberOf(schema);
  if (type === 'boolean') return fc.boolean();
  if (type === 'array') return fc.array(valueFor(Object(schema.items)), { maxLength: 3 });
  if (type === 'object' && schema.properties !== undefined) return allowedBy(schema);
  if (type === 'object')
    return fc.dictionary(fc.string({ maxLength: 8 }), valueFor(Object(schema.additionalProperties)), {
      maxKeys: 3,
    });
  return fc.jsonValue({ maxDepth: 2 });
}

function textOf({ minLength = 0, maxLength = 40, pattern }: Schema): fc.Arbitrary<string> {
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern));
  const [least, most] = [Number(minLength), Math.min(Number(maxLength), 40)];
  const known = TEXTS.filter((text) => text.length >= least && text.length <= most);
  const any = fc.string({ minLength: least, maxLength: most, unit: 'binary' });
  return known.length === 0 ? any : fc.oneof(fc.constantFrom(...known), any);
}

function numberOf({ type, minimum, maximum, exclusiveMinimum }: Schema): fc.Arbitrary<number> {
  const least = Number(
    minimum ?? (exclusiveMinimum === undefined ? -1_000_000 : Number(exclusiveMinimum) + 1),
  );
  const most = Number(maximum ?? Math.max(least, 1_000_000));
  if (type === 'integer')
    return fc.integer({ min: Math.max(least, -(2 ** 31)), max: Math.min(most, 2 ** 31 - 1) });
  return fc.double({ min: least, max: most, noNaN: true });
}
