import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileUri, parseFileUri } from '../../../src/tools/actions/file-uri.js';

const ID = '8c1d5a5e-7a52-4e0e-8c3b-2f4f6f0f9a22';

describe('the address of a file', () => {
  it.each([
    ['out.txt', 'out.txt'],
    ['/data/größe 1.csv', 'data/gr%C3%B6%C3%9Fe%201.csv'],
    ['a//b/', 'a/b'],
    ['./a/./b', 'a/b'],
    ['50%/a?b#c', '50%25/a%3Fb%23c'],
    ['x\uD800', 'x%EF%BF%BD'],
  ])('of %s', (path, encoded) => {
    expect(fileUri({ home: 'volumes', id: ID, path })).toBe(`aegis://volumes/${ID}/files/${encoded}`);
  });

  it('of a workspace', () => {
    expect(fileUri({ home: 'executions', id: 'a/b', path: 'c' })).toBe('aegis://executions/a%2Fb/files/c');
  });
});

describe('reading an address', () => {
  it('gives back what was addressed', () => {
    expect(parseFileUri(`aegis://executions/${ID}/files/a%20b/c%231.bin`)).toEqual({
      home: 'executions',
      id: ID,
      path: 'a b/c#1.bin',
    });
  });

  it('does so for every path that can be addressed', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/^\.{1,2}$|[/\p{Cc}]/u.test(text));
    const path = fc.array(name, { minLength: 1 }).map((names) => names.join('/'));
    fc.assert(
      fc.property(fc.constantFrom('executions', 'volumes'), name, path, (home, id, path) => {
        expect(parseFileUri(fileUri({ home, id, path }))).toEqual({ home, id, path });
      }),
    );
  });

  it.each([
    'file:///etc/passwd',
    `aegis://agents/${ID}/files/a`,
    `aegis://volumes/${ID}/files/`,
    `aegis://volumes//files/a`,
    `aegis://volumes/${ID}/files/a/../b`,
    `aegis://volumes/${ID}/files/%2e%2e/b`,
    `aegis://volumes/${ID}/files/a//b`,
    `aegis://volumes/${ID}/files/./b`,
    `aegis://volumes/${ID}/files/a%2Fb`,
    `aegis://volumes/${ID}/files/a%00`,
    `aegis://volumes/${ID}/files/a%zz`,
    `aegis://volumes/${ID}/files/a?b`,
    `aegis://volumes/${ID}/files/a#b`,
    `aegis://volumes/../files/a`,
    `AEGIS://volumes/${ID}/files/a`,
    `x aegis://volumes/${ID}/files/a`,
    '',
  ])('refuses %j', (uri) => {
    expect(parseFileUri(uri)).toBeUndefined();
  });
});
