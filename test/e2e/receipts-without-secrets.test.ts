/** Receipts of calls that take or reveal secrets: everything about the call, nothing of the secret. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { type Json, openTools, type Tools } from './_tools.js';

const SECRET = 'ghp_0123456789abcdef';
let sandbox: Sandbox;
let folder: string;
const opened: Tools[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ pace: 0 });
  folder = mkdtempSync(join(tmpdir(), 'receipts-'));
});
afterAll(async () => {
  await Promise.all(opened.map((tools) => tools.close()));
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function as(user: string): Promise<{ tools: Tools; journal: string }> {
  const journal = join(folder, `${user}.db`);
  const env = { AEGIS_TOKEN: await sandbox.issueToken({ user }) };
  const tools = openTools({ url: sandbox.url, journal, seal: 'off' }, env);
  opened.push(tools);
  return { tools, journal };
}

/** Tools and paths in the journal, in order; and all its bytes, those of the log that SQLite keeps beside it too. */
function read(journal: string): { receipts: unknown[]; bytes: string } {
  const database = new Database(journal, { readonly: true });
  const rows: unknown[] = database.prepare('SELECT entry FROM entries ORDER BY seq').all();
  database.close();
  const entries = rows.map((row): Json => JSON.parse(String(Object(row).entry)));
  const begun = entries.filter(({ kind }) => kind === 'begin');
  const files = [journal, `${journal}-wal`].filter((file) => existsSync(file));
  const bytes = files.map((file) => readFileSync(file, 'latin1')).join('');
  return { receipts: begun.map((entry) => [entry.tool, Object(entry.envelope).payload.path]), bytes };
}

it('of a consumer', async () => {
  const { tools, journal } = await as('free@sandbox.local');
  const given = { name: 'x', provider: 'github', api_key: SECRET };
  const { id } = await tools.must('store_api_key_credential', given);
  await tools.must('rotate_credential', { credential_id: id, value: `${SECRET}2` });
  const { api_key } = await tools.must('create_api_key', { name: 'ci' });
  const redirect_uri = 'https://app.example.com/oauth/callback';
  const { authorization_url } = await tools.must('oauth_initiate', { provider: 'github', redirect_uri });
  const { headers } = await fetch(String(authorization_url), { redirect: 'manual' });
  const { searchParams } = new URL(headers.get('location') ?? '');
  const sent = { state: searchParams.get('state'), code: searchParams.get('code') };
  await tools.must('oauth_callback', sent);
  await tools.must('device_poll', { device_code: SECRET, provider: 'github' });
  const { receipts, bytes } = read(journal);
  expect(receipts).toEqual([
    ['store_api_key_credential', '/v1/credentials/api-keys'],
    ['rotate_credential', `/v1/credentials/${id}/rotate`],
    ['create_api_key', '/v1/api-keys'],
    ['oauth_initiate', '/v1/credentials/oauth/initiate'],
    ['oauth_callback', '/v1/credentials/oauth/callback?state=%5Bsecret%5D&code=%5Bsecret%5D'],
    ['device_poll', '/v1/credentials/oauth/device/poll'],
  ]);
  for (const secret of [SECRET, String(api_key), String(sent.state), String(sent.code)])
    expect(bytes).not.toContain(secret);
});

it('of an operator', async () => {
  const { tools, journal } = await as('operator');
  await tools.must('write_secret', { path: 'app/db', data: { password: SECRET } });
  const { receipts, bytes } = read(journal);
  expect(receipts).toEqual([['write_secret', '/v1/secrets/app%2Fdb']]);
  expect(bytes).not.toContain(SECRET);
});
