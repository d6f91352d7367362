import { describe, expect, it } from 'vitest';
import { canonicalize, createCanonicalMessage } from '../../src/seal/canonical.js';
import { SealError } from '../../src/seal/errors.js';
import { errorOf } from './_vectors.js';

describe('canonical text', () => {
  it.each([
    [
      'sorts keys at every level',
      { b: 1, a: { d: [{ z: 1, y: 2 }], c: null } },
      '{"a":{"c":null,"d":[{"y":2,"z":1}]},"b":1}',
    ],
    ['sorts upper case before lower case', { b: 1, B: 2, _: 3, 1: 4 }, '{"1":4,"B":2,"_":3,"b":1}'],
    ['sorts number-like keys as text', { 10: 'a', 9: 'b', 2: 'c' }, '{"10":"a","2":"c","9":"b"}'],
    ['sorts a key before its extensions', { aa: 1, a: 2, '': 3 }, '{"":3,"a":2,"aa":1}'],
    [
      'sorts by code point where UTF-16 order differs',
      { '\u{1f600}': 1, '\uffee': 2, '\ue000': 3 },
      '{"\ue000":3,"\uffee":2,"\u{1f600}":1}',
    ],
    ['keeps the order of arrays', [3, 1, 2], '[3,1,2]'],
    ['writes scalars', [true, false, null, 'x', ''], '[true,false,null,"x",""]'],
    ['writes empty containers', { a: [], o: {} }, '{"a":[],"o":{}}'],
    ['uses the short escapes', '"\\\b\t\n\f\r/', '"\\"\\\\\\b\\t\\n\\f\\r/"'],
    [
      'writes other control characters as lower-case hexadecimal',
      '\u0000\u000b\u001f',
      '"\\u0000\\u000b\\u001f"',
    ],
    [
      'leaves everything else raw',
      'é\u007f\u0080\u2028\u2029中\u{1f600}',
      '"é\u007f\u0080\u2028\u2029中\u{1f600}"',
    ],
    ['applies no Unicode normalisation', ['\u00e9', 'e\u0301'], '["\u00e9","e\u0301"]'],
    [
      'writes integers up to 2^53-1',
      [9007199254740991, -9007199254740991, 0],
      '[9007199254740991,-9007199254740991,0]',
    ],
    ['writes negative zero as zero', -0, '0'],
    [
      'writes fractions every verifier prints alike',
      [0.5, -1.25, 0.0001, 123456789.012345],
      '[0.5,-1.25,0.0001,123456789.012345]',
    ],
    ['accepts an object without prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ['accepts one object in two places', ((o) => [o, o])({ a: 1 }), '[{"a":1},{"a":1}]'],
  ])('%s', (_title, value, expected) => {
    expect(canonicalize(value)).toBe(expected);
  });

  it('keeps a member named __proto__', () => {
    expect(canonicalize(JSON.parse('{"b":1,"__proto__":{"x":1}}'))).toBe('{"__proto__":{"x":1},"b":1}');
  });

  it('accepts 120 levels of nesting and refuses 121', () => {
    const nest = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect(canonicalize(nest(120))).toBe('['.repeat(120) + ']'.repeat(120));
    expect(errorOf(() => canonicalize(nest(121)))).toMatchObject({
      code: 'unsafe_value',
      path: '/0'.repeat(120),
    });
  });
});

describe('values outside the safe subset', () => {
  class Point {
    x = 1;
  }
  const cycle: Record<string, unknown> = { a: {} };
  cycle.a = { back: cycle };

  it.each([
    ['undefined as a member', { a: { b: undefined } }, '/a/b'],
    ['undefined in an array', { a: [1, undefined] }, '/a/1'],
    ['a hole in an array', { a: new Array(2) }, '/a/0'],
    ['undefined as the whole value', undefined, ''],
    ['a function', { f: () => 0 }, '/f'],
    ['a symbol', { s: Symbol('s') }, '/s'],
    ['a symbol key', { o: { [Symbol('s')]: 1 } }, '/o'],
    ['a bigint', { n: 10n }, '/n'],
    ['a Date', { d: new Date(0) }, '/d'],
    ['a toJSON method', { d: { toJSON: () => 'x' } }, '/d/toJSON'],
    ['a Map', { m: new Map([['a', 1]]) }, '/m'],
    ['a typed array', { u: new Uint8Array([1]) }, '/u'],
    ['a Buffer', { u: Buffer.from('x') }, '/u'],
    ['an instance of a class', { p: new Point() }, '/p'],
    ['a boxed string', { s: Object('x') }, '/s'],
    ['NaN', { a: Number.NaN }, '/a'],
    ['an infinity', { a: [Number.NEGATIVE_INFINITY] }, '/a/0'],
    ['an integer above 2^53-1', { n: 9007199254740992 }, '/n'],
    ['an integer below -(2^53-1)', { n: -9007199254740992 }, '/n'],
    ['a fraction below 1e-4', { n: 0.00009999 }, '/n'],
    ['a small negative fraction', { n: -1e-7 }, '/n'],
    ['a fraction of 16 digits', { n: 123456789.0123456 }, '/n'],
    ['a fraction of 17 digits', { n: 0.1 + 0.2 }, '/n'],
    ['a lone high surrogate', { s: 'x\ud83d' }, '/s'],
    ['a lone low surrogate', { s: '\ude00x' }, '/s'],
    ['a lone surrogate in a key', { '\ud83d': 1 }, '/\ufffd'],
    ['a cycle', cycle, '/a/back'],
    ['a path that needs escapes', { 'a/b': { 'c~d': undefined } }, '/a~1b/c~0d'],
  ])('refuses %s, with its path', (_title, value, path) => {
    expect(errorOf(() => canonicalize(value))).toEqual({ code: 'unsafe_value', wireCode: 1000, path });
  });

  it('names path and cause in the message', () => {
    expect(() => canonicalize({ a: [1, Number.NaN] })).toThrow(
      'Cannot be signed: /a/1 is NaN or an infinity.',
    );
    expect(() => canonicalize(undefined)).toThrow('Cannot be signed: the value itself is undefined.');
  });
});

describe('canonical message', () => {
  it('has three members in byte order, as UTF-8', () => {
    const bytes = createCanonicalMessage('t.o.k', { method: 'é', id: 1 }, 1771338721);
    expect(Buffer.from(bytes).toString('utf8')).toBe(
      '{"payload":{"id":1,"method":"é"},"security_token":"t.o.k","timestamp":1771338721}',
    );
  });

  it('names the path from the message', () => {
    expect(errorOf(() => createCanonicalMessage('t', { params: { a: undefined } }, 1))).toMatchObject({
      path: '/payload/params/a',
    });
  });

  it.each([
    ['', 1],
    ['t', -1],
    ['t', 1.5],
    ['t', Number.NaN],
    ['t', 2 ** 53],
  ])('refuses token %j with timestamp %j', (token, timestamp) => {
    expect(() => createCanonicalMessage(token, {}, timestamp)).toThrow(SealError);
  });
});
