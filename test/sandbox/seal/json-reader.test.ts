import { describe, expect, it } from 'vitest';
import { canonicalMessage } from '../../../src/sandbox/seal/canonical.js';
import { readJson, toPlain } from '../../../src/sandbox/seal/json-reader.js';

const read = (text: string) => readJson(Buffer.from(text)).value;
const printed = (text: string) =>
  canonicalMessage(read(text), 't', 0)
    .toString('utf8')
    .slice('{"payload":'.length, -',"security_token":"t","timestamp":0}'.length);

describe('numbers as the server prints them', () => {
  it.each([
    ['1', '1'],
    ['-7', '-7'],
    ['1.0', '1.0'],
    ['1E2', '100.0'],
    ['1.500', '1.5'],
    ['-0', '-0.0'],
    ['0.0', '0.0'],
    ['9223372036854775807', '9223372036854775807'],
    ['18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', '1.8446744073709552e+19'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['-9223372036854775809', '-9.223372036854776e+18'],
    ['0.00001', '0.00001'],
    ['0.000009', '9e-6'],
    ['1e15', '1000000000000000.0'],
    ['1e16', '1e+16'],
  ])('%s is %s', (source, expected) => {
    expect(printed(source)).toBe(expected);
  });
});

describe('strings and keys', () => {
  it('keeps text raw and escapes only what JSON must', () => {
    expect(printed('"\\u00e9\\/\\u0007\\ud83d\\ude00"')).toBe('"é/\\u0007😀"');
  });

  it('sorts keys by UTF-8 bytes, not by UTF-16 units', () => {
    expect(printed('{"\u{1f600}":1,"\uffee":2,"a":3}')).toBe('{"a":3,"\uffee":2,"\u{1f600}":1}');
  });

  it('keeps __proto__ as a member and lets the last of two equal keys win', () => {
    expect(printed('{"__proto__":{"b":1,"a":2},"a":1,"a":2}')).toBe('{"__proto__":{"a":2,"b":1},"a":2}');
    expect(Object.keys(Object(toPlain(read('{"__proto__":1}'))))).toEqual(['__proto__']);
  });
});

describe('what the server does not parse', () => {
  it.each([
    '',
    '{',
    '[1,]',
    '{"a"}',
    '{"a":1,}',
    '{a:1}',
    '01',
    '1.',
    '.5',
    '+1',
    'NaN',
    '1e400',
    '"\\x"',
    '"\\udc00"',
    '"a\nb"',
    '"open',
    'true false',
    '\ufeff1',
  ])('%j', (text) => {
    expect(() => read(text)).toThrow();
  });

  it('bytes that are not UTF-8', () => {
    expect(() => readJson(Uint8Array.of(0x22, 0xff, 0x22))).toThrow();
  });

  it('more than 127 levels', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(() => read(nested(127))).not.toThrow();
    expect(() => read(nested(128))).toThrow(/^recursion limit exceeded/);
  });
});

it('reads a long string of escapes', () => {
  const text = '\\n'.repeat(500_000);
  expect(read(`"${text}"`)).toBe('\n'.repeat(500_000));
});
