import { expect, test } from 'vitest';
import { manifestToYaml, readManifest } from '../../../src/tools/manifest/yaml.js';

test('YAML text, JSON text and an object give the same manifest', async () => {
  const expected = { kind: 'Agent', metadata: { name: 'a', version: '1.0' } };
  await expect(readManifest('kind: Agent\nmetadata: {name: a, version: "1.0"}\n')).resolves.toEqual(expected);
  const json = '{\n\t"kind": "Agent",\n\t"metadata": {"name": "a", "version": "1.0"}\n}';
  await expect(readManifest(json)).resolves.toEqual(expected);
  await expect(readManifest(expected)).resolves.toEqual(expected);
});

test('values follow the core schema of YAML 1.2: yes, no and dates are text', async () => {
  const text = 'a: yes\nb: no\nc: 2026-01-01\nd: true\ne: 0x1f\nf: null\n1: one';
  await expect(readManifest(text)).resolves.toEqual({
    a: 'yes',
    b: 'no',
    c: '2026-01-01',
    d: true,
    e: 31,
    f: null,
    '1': 'one',
  });
});

test.each([
  ['a duplicate key', 'a: 1\nb:\n  c: 1\n  c: 2\n', 4, 3, 'the key "c" stands twice in one map'],
  ['a second document', 'a: 1\n---\nb: 2\n', 2, 1, 'several documents'],
  ['an open bracket', 'a: [1, 2\nb: 3\n', 2, 1, 'Flow sequence'],
  ['a tag', 'a: 1\nb: !js/function "x"\n', 2, 4, 'Unresolved tag'],
  ['a binary tag', 'a: !!binary aGk=\n', 1, 4, 'Unresolved tag'],
  ['a key that is a list', '? [x]\n: b\n', 1, 3, 'all keys must be strings'],
])('%s is refused with its line and column', async (_name, text, line, column, message) => {
  await expect(readManifest(text)).rejects.toMatchObject({
    code: 'invalid_manifest',
    message: expect.stringContaining(message),
    details: { line, column },
  });
});

test('aliases work, and aliases that expand without bound are refused', async () => {
  await expect(readManifest('a: &x {k: 1}\nb: *x')).resolves.toEqual({ a: { k: 1 }, b: { k: 1 } });
  const levels = Array.from({ length: 9 }, (_, level) => {
    const items = level === 0 ? 'x' : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array(9).fill(items).join(',')}]`;
  });
  await expect(readManifest(levels.join('\n'))).rejects.toMatchObject({ code: 'invalid_manifest' });
});

test('an alias to itself is refused', async () => {
  await expect(readManifest('a: &a [*a]')).rejects.toMatchObject({
    code: 'invalid_manifest',
    message: 'The manifest is nested deeper than 64 levels.',
  });
});

test.each([
  ['brackets', `a: ${'['.repeat(30_000)}`],
  ['closed brackets', `a: ${'['.repeat(200)}${']'.repeat(200)}`],
])('deep nesting by %s is refused', async (_name, text) => {
  await expect(readManifest(text)).rejects.toMatchObject({
    code: 'invalid_manifest',
    message: expect.stringContaining('nest'),
  });
});

test('more than 2 MiB is refused, as text and as an object', async () => {
  const long = 'x'.repeat(2 * 1024 * 1024);
  await expect(readManifest(`a: ${long}`)).rejects.toMatchObject({ code: 'too_large' });
  await expect(readManifest({ a: long })).rejects.toMatchObject({ code: 'too_large' });
});

test('text with very many entries is refused before it is parsed', async () => {
  await expect(readManifest(`a: [${'1,'.repeat(100_001)}]`)).rejects.toMatchObject({ code: 'too_large' });
});

test.each([
  ['a list', [1]],
  ['null', null],
  ['a number', 7],
  ['text', 'just words'],
  ['null', ''],
])('%s is no manifest', async (kind, value) => {
  await expect(readManifest(value)).rejects.toMatchObject({
    code: 'invalid_manifest',
    message: `A manifest is an object or YAML text of one, not ${kind}.`,
  });
});

test('infinity is refused, because JSON cannot say it', async () => {
  await expect(readManifest('a: .inf')).rejects.toMatchObject({ message: 'Infinity is not a JSON number.' });
});

test('a key named __proto__ is an ordinary key', async () => {
  const manifest = await readManifest('__proto__: {polluted: true}\nb: 1');
  expect(Object.keys(manifest)).toEqual(['__proto__', 'b']);
  expect(manifest.polluted).toBeUndefined();
});

test('written YAML has no anchors, keeps the order and quotes what would change its type', async () => {
  const shared = { k: '1.0' };
  const text = await manifestToYaml({ z: shared, a: shared, v: 'yes', long: `${'word '.repeat(40)}end` });
  expect(text).toBe(`z:\n  k: "1.0"\na:\n  k: "1.0"\nv: yes\nlong: ${'word '.repeat(40)}end\n`);
});
