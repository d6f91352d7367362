import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { openVault } from '../../src/sandbox/vault.js';
import { caller, useDirectory, useSandbox } from './_sandbox.js';
import { createContext } from './identity/_provider.js';

const CONSUMER = { user: 'free@sandbox.local' };
const OPERATOR = { user: 'operator' };

describe('a box', () => {
  const vault = openVault(createContext());

  test('opens at its place', () => {
    expect(vault.open('a', vault.seal('a', 'grüße'))).toBe('grüße');
    expect(vault.open('a', vault.seal('a', ''))).toBe('');
  });

  test('differs each time and is longer than the text by nonce and tag', () => {
    const [first, second] = [vault.seal('a', 'text'), vault.seal('a', 'text')];
    expect(first).not.toEqual(second);
    expect(first).toHaveLength(32);
  });

  test.each([
    ['at another place', 'b', (box: Uint8Array) => box],
    [
      'when it was changed',
      'a',
      (box: Uint8Array) => box.map((byte, index) => (index === 30 ? byte ^ 1 : byte)),
    ],
    ['when it was cut', 'a', (box: Uint8Array) => box.subarray(0, 20)],
    ['when it is empty', 'a', () => new Uint8Array()],
  ])('does not open %s', (_title, place, change) => {
    expect(() => vault.open(place, change(vault.seal('a', 'text')))).toThrow('does not open with vault.key');
  });

  test('does not open under another key', () => {
    const box = openVault(createContext()).seal('a', 'text');
    expect(() => vault.open('a', box)).toThrow('does not open with vault.key');
  });
});

/** Stores a secret of each kind, and starts an OAuth flow. */
async function storeSecrets(data: string): Promise<string> {
  const sandbox = await startSandbox({ data, pace: 0 });
  const [consumer, operator] = [await caller(sandbox, CONSUMER), await caller(sandbox, OPERATOR)];
  const stored = { provider: 'openai', label: 'l', value: 'PLAIN-credential', credential_type: 'secret' };
  const { json } = await consumer('POST', '/v1/credentials/api-keys', { json: stored });
  await consumer('POST', `/v1/credentials/${json.id}/rotate`, { json: { value: 'PLAIN-rotated' } });
  await operator('PUT', '/v1/secrets/app%2Fdb', { json: { data: { PLAIN_field: 'PLAIN-secret' } } });
  const flow = { provider: 'github', redirect_uri: `${sandbox.url}/sandbox/oauth/landing` };
  const { state } = (await consumer('POST', '/v1/credentials/oauth/initiate', { json: flow })).json;
  const { key } = (await consumer('POST', '/v1/api-keys', { json: { name: 'n', scopes: [] } })).json;
  const files = readdirSync(data).filter((name) => name.startsWith('sandbox.db'));
  const bytes = Buffer.concat(files.map((name) => readFileSync(join(data, name)))).toString('latin1');
  expect(bytes).toContain('app/db');
  for (const plain of ['PLAIN', state, key]) expect(bytes).not.toContain(plain);
  await sandbox.close();
  return key;
}

describe('a data directory', () => {
  test('holds no secret in plain text, and opens them again after a restart', async () => {
    const data = useDirectory();
    const key = await storeSecrets(data);
    expect(readFileSync(join(data, 'sandbox.db')).toString('latin1')).not.toContain('PLAIN');
    const sandbox = await useSandbox({ data });
    const call = await caller(sandbox, OPERATOR);
    expect((await call('GET', '/v1/secrets/app%2Fdb')).json).toEqual({
      path: 'app/db',
      fields: ['PLAIN_field'],
    });
    const headers = { authorization: `Bearer ${key}` };
    expect((await call('POST', '/v1/api-keys/validate', { headers })).status).toBe(200);
  });

  test('has a key of 32 bytes that only its owner reads', async () => {
    const data = useDirectory();
    await (await startSandbox({ data })).close();
    const file = join(data, 'vault.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const key = readFileSync(file);
    expect(key).toHaveLength(32);
    chmodSync(file, 0o644);
    await useSandbox({ data });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file)).toEqual(key);
  });

  test('does not start with a file that is no key', async () => {
    const data = useDirectory();
    writeFileSync(join(data, 'vault.key'), 'short');
    await expect(startSandbox({ data })).rejects.toThrow('is not a key of 32 bytes');
    writeFileSync(join(data, 'vault.key'), Buffer.alloc(32));
    await useSandbox({ data });
  });

  test('does not start without the key of what it holds', async () => {
    const data = useDirectory();
    await (await startSandbox({ data })).close();
    const [file, key] = [join(data, 'vault.key'), readFileSync(join(data, 'vault.key'))];
    rmSync(file);
    await expect(startSandbox({ data })).rejects.toThrow(
      `${file} is missing; restore it, or remove it together with sandbox.db`,
    );
    writeFileSync(file, key);
    await useSandbox({ data });
  });

  test('is made for its owner only', async () => {
    const data = join(useDirectory(), 'new');
    await useSandbox({ data });
    expect(statSync(data).mode & 0o777).toBe(0o700);
  });

  test('answers 500 for what another key wrote, which can be replaced and deleted', async () => {
    const data = useDirectory();
    const before = await startSandbox({ data });
    const json = { data: { k: 'v' } };
    await (await caller(before, OPERATOR))('PUT', '/v1/secrets/app%2Fdb', { json });
    await before.close();
    writeFileSync(join(data, 'vault.key'), Buffer.alloc(32));
    const call = await caller(await useSandbox({ data }), OPERATOR);
    const answer = await call('GET', '/v1/secrets/app%2Fdb');
    expect([answer.status, answer.json]).toEqual([
      500,
      { error: 'vault: a stored secret does not open with vault.key' },
    ]);
    const deleted = await call('DELETE', '/v1/secrets/app%2Fdb');
    expect([deleted.status, deleted.json]).toEqual([200, { status: 'deleted', path: 'app/db' }]);
    expect((await call('GET', '/v1/secrets/app%2Fdb')).status).toBe(404);
  });
});

test('a sandbox in memory writes no key', async () => {
  const sandbox = await useSandbox();
  const call = await caller(sandbox, OPERATOR);
  await call('PUT', '/v1/secrets/a', { json: { data: { k: 'v' } } });
  expect((await call('GET', '/v1/secrets/a')).json).toEqual({ path: 'a', fields: ['k'] });
});
