import { describe, expect, it } from 'vitest';
import { documentOf, toRegisteredSpec, toSpec } from '../../../src/tools/actions/gateway-specs.js';
import { refusalOf } from '../_rows.js';

const DOCUMENT = { openapi: '3.1.0', paths: { '/pets': { get: { operationId: 'listPets' } } } };

describe('a document', () => {
  it('is taken as object, JSON and YAML', async () => {
    expect(await documentOf({ inline_json: DOCUMENT })).toEqual(DOCUMENT);
    expect(await documentOf({ inline_json: JSON.stringify(DOCUMENT) })).toEqual(DOCUMENT);
    const yaml = 'openapi: 3.1.0\npaths:\n  /pets:\n    get:\n      operationId: listPets\n';
    expect(await documentOf({ inline_json: yaml })).toEqual(DOCUMENT);
  });

  it('is left to the gateway where that fetches it', async () => {
    expect(await documentOf({ source_fetch_url: 'https://api.example.com/openapi.json' })).toBeUndefined();
  });

  it.each([
    [{}, 'inline_json or source_fetch_url: one is missing'],
    [{ inline_json: DOCUMENT, source_fetch_url: 'https://x.org' }, 'exclude each other'],
    [{ inline_json: 7 }, 'inline_json: is no object'],
    [{ inline_json: [] }, 'inline_json: is no object'],
    [{ inline_json: '' }, 'inline_json: is no object'],
    [{ inline_json: '{"paths":' }, 'inline_json: is no valid JSON'],
    [{ inline_json: 'paths: [' }, 'inline_json: Invalid YAML at line 1, column 9'],
    [{ inline_json: 'a: 1\na: 2\n' }, 'the key "a" stands twice'],
    [{ inline_json: { openapi: '3.1.0' } }, 'inline_json: has no paths'],
    [{ inline_json: { paths: [] } }, 'inline_json: has no paths'],
    [{ inline_json: { paths: { '/pets': { get: {} } } } }, 'no operation has an operationId'],
    [{ inline_json: { paths: { '/pets': null } } }, 'no operation has an operationId'],
  ])('is refused before anything is sent: %j', async (given, problem) => {
    const error = await refusalOf(() => documentOf(given));
    expect(error.code).toBe('invalid_arguments');
    expect(error.message).toContain(problem);
    expect(error.next).toContain('Nothing was sent.');
  });

  it.each([
    ['text', ' '.repeat(2 * 1024 * 1024 + 1)],
    ['object', { ...DOCUMENT, description: 'x'.repeat(2 * 1024 * 1024) }],
  ])('too large as %s is sent to source_fetch_url', async (_form, inline_json) => {
    const error = await refusalOf(() => documentOf({ inline_json }));
    expect([error.code, error.next]).toEqual([
      'too_large',
      'Have the gateway fetch the document: source_fetch_url has no such limit.',
    ]);
  });
});

describe('a registered spec', () => {
  const record = {
    id: 'a',
    name: 'pets',
    raw_spec: DOCUMENT,
    credential_path: { UserBound: { provider: 'x' } },
  };

  it('hides the document unless it is wanted', () => {
    const shown = { id: 'a', name: 'pets', credential_path: { kind: 'UserBound', provider: 'x' } };
    expect(toSpec(record)).toEqual(shown);
    expect(toSpec(record, true)).toEqual({ ...shown, raw_spec: DOCUMENT });
  });

  it('of another shape is no answer', () => {
    expect(() => toSpec({ id: 'a' })).toThrow('not an object with name');
    expect(() => toRegisteredSpec([])).toThrow('not an object');
    expect(toRegisteredSpec({ id: 'a', deduplicated: true })).toEqual({ id: 'a', deduplicated: true });
  });
});
