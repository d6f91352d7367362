/** What a server says over SEAL is shown and kept without the secrets in it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import { readConfig } from '../../src/config.js';
import { SealAccess } from '../../src/runtime/seal-access.js';
import { readSealAnswer } from '../../src/tools/answer.js';
import { type ScriptedServer, startScriptedServer } from '../tools/_orchestrator.js';

const KEY = 'aegis_0123456789abcdefghijABCDEFGHIJ';
const ATTESTED = { json: { security_token: 'st', expires_at: '2999-01-01T00:00:00Z', session_id: 's' } };

let server: ScriptedServer;
let folder: string;
let seal: SealAccess;
beforeEach(async () => {
  server = await startScriptedServer();
  folder = mkdtempSync(join(tmpdir(), 'aegis-mcp-'));
  const journal = join(folder, 'journal.db');
  const config = readConfig({ url: server.url, journal, securityContext: 'c' }, {});
  const tokens = { token: async () => 't', renew: async () => undefined };
  const http = createHttpClient({ baseUrl: server.url, tokens });
  seal = new SealAccess({ config, url: server.url, http, tokens, proxy: undefined });
});
afterEach(async () => {
  await seal.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

function journalText(): string {
  const database = new Database(join(folder, 'journal.db'), { readonly: true });
  const rows: unknown[] = database.prepare('SELECT entry FROM entries ORDER BY seq').all();
  database.close();
  return rows.map((row) => String(Object(row).entry)).join('\n');
}

const invoke = () =>
  seal.invoke({ tool: 'aegis.agent.list', arguments: {} }, undefined, new AbortController().signal);

it('a refused attestation', async () => {
  server.script([{ status: 401, json: { error: `Invalid API key ${KEY}` } }]);
  await expect(invoke()).rejects.toMatchObject({
    message: 'SEAL: Attestation failed: Invalid API key [redacted key]',
  });
});

it('a refused call, in its error and on its receipt', async () => {
  server.script([ATTESTED, { status: 400, json: { error: `Policy violation: ${KEY} may not` } }]);
  await expect(invoke()).rejects.toMatchObject({
    message: 'SEAL: Policy violation: [redacted key] may not',
  });
  expect(journalText()).toContain('Policy violation: [redacted key] may not');
  expect(journalText()).not.toContain(KEY);
});

it('a tool that failed', async () => {
  server.script([ATTESTED, { json: { error: `No login with ${KEY}` } }]);
  const answer = await invoke();
  expect(() => readSealAnswer('x', answer)).toThrow('x through SEAL: No login with [redacted key]');
  expect(journalText()).toContain('No login with [redacted key]');
  expect(journalText()).not.toContain(KEY);
});
