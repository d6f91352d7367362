import { ListToolsResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { safeSchema } from '../../../src/tools/catalog/schemas.js';

const OPEN = { type: 'object' };
const nested = (levels: number): object => (levels === 0 ? {} : { properties: { a: nested(levels - 1) } });
const wide = Object.fromEntries(
  Array.from({ length: 2_000 }, (_, index) => [`argument_${index}`, { type: 'string' }]),
);

describe('a sound schema', () => {
  it.each<[string, object, object?]>([
    ['a bare object', {}, OPEN],
    ['an object with arguments', { type: 'object', properties: { a: { type: 'string' } } }],
    ['one without type', { properties: { a: {} } }, { type: 'object', properties: { a: {} } }],
    ['names of its own', { $schema: 'x', $id: 'y', $comment: 'z', type: 'object' }, OPEN],
    ['an argument called $ref', { type: 'object', properties: { ref: { enum: ['$ref'] } } }],
    ['an inner choice', { type: 'object', properties: { a: { oneOf: [{}, true] } } }],
  ])('with %s is offered whole', (_title, given, offered = given) => {
    expect(safeSchema(given)).toEqual({ schema: offered });
  });

  it('has what it refers to in place, because most hosts resolve no reference', () => {
    const given = {
      type: 'object',
      properties: {
        a: { $ref: '#/$defs/name', description: 'First.' },
        b: { type: 'array', items: { $ref: '#/definitions/x~1y%20z' } },
      },
      $defs: { name: { type: 'string', minLength: 1 } },
      definitions: { 'x/y z': { $ref: '#/$defs/name' } },
    };
    expect(safeSchema(given).schema).toEqual({
      type: 'object',
      properties: {
        a: { type: 'string', minLength: 1, description: 'First.' },
        b: { type: 'array', items: { type: 'string', minLength: 1 } },
      },
    });
  });

  it('keeps what stands beside a reference together with what that names', () => {
    const base = { type: 'object', properties: { a: {} }, required: ['a'], additionalProperties: false };
    const given = { $ref: '#/$defs/base', properties: { b: {} }, required: ['a', 'b'], $defs: { base } };
    const properties = { a: {}, b: {} };
    expect(safeSchema(given).schema).toEqual({ ...base, properties, required: ['a', 'b'] });
  });

  it('refers to nothing in its dependencies of draft 7', () => {
    const dependencies = { a: { $ref: '#/definitions/x' }, b: ['a'] };
    expect(safeSchema({ dependencies, definitions: { x: { minProperties: 2 } } }).schema).toEqual({
      type: 'object',
      dependencies: { a: { minProperties: 2 }, b: ['a'] },
    });
  });

  it('has an object for every argument, because clients refuse the whole list for a boolean', () => {
    const inner = { properties: { c: true } };
    const given = { properties: { a: true, b: { $ref: '#/$defs/no' }, inner }, $defs: { no: false } };
    const { schema: inputSchema } = safeSchema(given);
    expect(inputSchema.properties).toEqual({ a: {}, b: { not: {} }, inner: { properties: { c: {} } } });
    expect(ListToolsResultSchema.parse({ tools: [{ name: 'a', inputSchema }] }).tools).toHaveLength(1);
  });

  it('shows no invisible text', () => {
    const given = { properties: { a: { description: 'Say\u200b \u202eit', enum: ['x\u2060'] } } };
    expect(safeSchema(given).schema.properties).toEqual({ a: { description: 'Say it', enum: ['x'] } });
  });
});

describe('a schema that a host would refuse', () => {
  it.each([
    ['absent', undefined, 'it is no object'],
    ['null', null, 'it is no object'],
    ['a list', [], 'it is no object'],
    ['text', '{"type":"object"}', 'it is no object'],
    ['true', true, 'it is no object'],
    ['of another root type', { type: 'array', items: {} }, 'its root is not of type object'],
    ['of several root types', { type: ['object', 'null'] }, 'its root is not of type object'],
    ['of an unknown type', { properties: { a: { type: 'strin' } } }, 'it is no valid JSON Schema 2020-12'],
    ['of draft 4', { properties: { a: { minimum: 1, exclusiveMinimum: true } } }, 'it is no valid JSON'],
    ['with a list of properties', { properties: ['a'] }, 'it is no valid JSON Schema 2020-12'],
    ['requiring what is no name', { required: [1] }, 'it is no valid JSON Schema 2020-12'],
    ['with a remote reference', { properties: { a: { $ref: 'https://example.org/s' } } }, 'outside of it'],
    ['with a file reference', { properties: { a: { $ref: 'other.json#/a' } } }, 'outside of it'],
    ['with a dangling reference', { properties: { a: { $ref: '#/$defs/no' } } }, 'leads nowhere'],
    ['referring to a prototype', { properties: { a: { $ref: '#/constructor' } } }, 'leads nowhere'],
    ['referring to text', { title: 't', properties: { a: { $ref: '#/title' } } }, 'leads nowhere'],
    ['with a reference that is no text', { properties: { a: { $ref: 1 } } }, 'outside of it'],
    ['containing itself', { properties: { a: { $ref: '#' } } }, 'it refers to itself'],
    [
      'containing itself in two steps',
      {
        $ref: '#/$defs/a',
        $defs: { a: { items: { $ref: '#/$defs/b' } }, b: { not: { $ref: '#/$defs/a' } } },
      },
      'it refers to itself',
    ],
    ['with a dynamic reference', { properties: { a: { $dynamicRef: '#x' } } }, 'only its server resolves'],
    ['with a space in a name', { properties: { 'a b': {} } }, 'hosts refuse the name of an argument'],
    ['with an empty name', { properties: { '': {} } }, 'hosts refuse the name of an argument'],
    ['with a long name', { properties: { ['a'.repeat(65)]: {} } }, 'hosts refuse the name of an argument'],
    [
      'with an invisible letter in an inner name',
      { properties: { a: { items: { properties: { 'b\u200b': {} } } } } },
      'hosts refuse the name of an argument',
    ],
    ['with a broken pattern', { properties: { a: { pattern: '(' } } }, 'no regular expression'],
    ['with a broken name pattern', { patternProperties: { '[': {} } }, 'no regular expression'],
    ['that is far too deep', nested(40), 'it is nested deeper than 32 levels'],
    ['that is far too long', { properties: wide }, 'it is longer than 32768 characters'],
  ])('%s: any object is taken instead, and why is told', (_title, given, why) => {
    const { schema, omitted } = safeSchema(given);
    expect(schema).toEqual(OPEN);
    expect(omitted?.what).toBe('all');
    expect(omitted?.why).toContain(why);
  });

  it('grown by references beyond the bound is left out, without being built', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => {
        const next = { $ref: `#/$defs/d${index + 1}` };
        return [`d${index}`, { properties: { left: next, right: next } }];
      }),
    );
    const bomb = { type: 'object', properties: { a: { $ref: '#/$defs/d0' } }, $defs: { ...$defs, d30: {} } };
    expect(safeSchema(bomb).omitted).toEqual({ what: 'all', why: 'it has too many references' });
  });

  const chain = (inner: (next: object) => object) => {
    const names = Array.from({ length: 100 }, (_, index) => index);
    const $defs = Object.fromEntries(names.map((n) => [`d${n}`, inner({ $ref: `#/$defs/d${n + 1}` })]));
    return { properties: { a: { $ref: '#/$defs/d0' } }, $defs: { ...$defs, d100: {} } };
  };
  const deep = (levels: number, end: object): object => (levels === 0 ? end : { not: deep(levels - 1, end) });
  const many = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`p${index}`, { $ref: '#/$defs/x' }]),
  );

  it.each([
    ['deeper by each reference', chain((next) => deep(25, next)), 'it is nested deeper than 32 levels'],
    [
      'larger by each reference',
      { properties: many, $defs: { x: { oneOf: Array.from({ length: 100 }, () => ({})) } } },
      'it grows too large by its references',
    ],
  ])('grown %s is left out', (_title, given, why) => {
    expect(safeSchema(given)).toEqual({ schema: OPEN, omitted: { what: 'all', why } });
  });

  it.each(['oneOf', 'anyOf', 'allOf'])('for %s at its root keeps the rest', (keyword) => {
    const rest = { type: 'object', properties: { a: { type: 'string' } } };
    expect(safeSchema({ ...rest, [keyword]: [{ required: ['a'] }] })).toEqual({
      schema: rest,
      omitted: { what: 'part', why: `hosts refuse ${keyword} at the root` },
    });
  });
});
