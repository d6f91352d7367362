import { describe, expect, it } from 'vitest';
import { parseJson, readJson } from '../../src/client/json.js';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('parseJson', () => {
  it.each([
    ['{"quota":18446744073709551615}', { quota: '18446744073709551615' }],
    [
      '[9007199254740991,9007199254740992,-9007199254740991,-9007199254740993]',
      [9007199254740991, '9007199254740992', -9007199254740991, '-9007199254740993'],
    ],
    ['18446744073709551615', '18446744073709551615'],
    ['{"18446744073709551615":"18446744073709551615"}', { '18446744073709551615': '18446744073709551615' }],
    [
      '{"a":"x\\"18446744073709551615","b":18446744073709551615}',
      { a: 'x"18446744073709551615', b: '18446744073709551615' },
    ],
    ['{"a":"\\\\","b":18446744073709551615,"c":"\\\\\\""}', { a: '\\', b: '18446744073709551615', c: '\\"' }],
    [
      '[0.12345678901234566,1.5e20,12345678901234567.5]',
      [0.12345678901234566, 150000000000000000000, 12345678901234568],
    ],
    ['{"n":1,"s":"é😀","t":true,"z":null}', { n: 1, s: 'é😀', t: true, z: null }],
  ])('parses %s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it('refuses what is not JSON with its beginning, and says that a POST took effect', () => {
    const page = `<!doctype html>\n<title>Sign in</title>${'x'.repeat(300)}`;
    expect(() => parseJson(page, 'POST')).toThrow(
      expect.objectContaining({
        code: 'bad_response',
        mayHaveRun: true,
        message: `The server answered with "<!doctype html> <title>Sign in</title>${'x'.repeat(162)} [138 more characters]" where JSON was expected.`,
      }),
    );
    expect(() => parseJson('', 'GET')).toThrow(
      expect.objectContaining({
        mayHaveRun: false,
        message: 'The server answered with an empty body where JSON was expected.',
      }),
    );
  });

  it('redacts secrets in the excerpt', () => {
    expect(() => parseJson('token eyJhbGciOiJSUzI1NiJ9.e30.sig')).toThrow(/"token \[redacted token\]"/);
  });

  it('handles a large text with long strings and large integers', () => {
    const text = `{"text":"${'a\\"'.repeat(1_000_000)}","n":18446744073709551615}`;
    expect(parseJson(text)).toEqual({ text: 'a"'.repeat(1_000_000), n: '18446744073709551615' });
  });
});

describe('readJson', () => {
  it('reads the body of a response, and undefined from an empty one', () => {
    expect(readJson({ status: 200, headers: {}, bytes: bytes('{"a":1}') }, 'GET')).toEqual({ a: 1 });
    expect(readJson({ status: 204, headers: {}, bytes: bytes('') }, 'DELETE')).toBeUndefined();
  });
});
