/** Clients that leave, cancel, send nonsense or come all at once; and two processes with one journal. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { verifyJournal } from '../../src/seal/journal-verify.js';
import { agentManifest } from './_manifests.js';
import { CLI, cleanEnv, type HttpProgram, RawStdio, startHttp } from './_program.js';
import { openTools, type Tools, waitFor } from './_tools.js';

const SLOW = agentManifest('slow', { 'delay-ms': '700' });
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

let sandbox: Sandbox;
let folder: string;
let env: Record<string, string>;
let tools: Tools;
let agent_id: unknown;
beforeAll(async () => {
  sandbox = await startSandbox({ pace: 0 });
  folder = await mkdtemp(join(tmpdir(), 'aegis-mcp-clients-'));
  env = { AEGIS_URL: sandbox.url, AEGIS_TOKEN: await sandbox.issueToken(), AEGIS_LOG_LEVEL: 'silent' };
  tools = openTools({ url: sandbox.url }, env);
  agent_id = (await tools.must('deploy_agent', { manifest: SLOW })).agent_id;
});
afterAll(async () => {
  await tools.close();
  await sandbox.close();
  await rm(folder, { recursive: true });
});

async function startSlow(): Promise<unknown> {
  return (await tools.must('start_execution', { agent_id, input: 'one two' })).execution_id;
}

/** The run was not ended with its reader: it completes. */
async function expectToGoOn(execution_id: unknown): Promise<void> {
  const record = await waitFor(async () => {
    const found = await tools.must('get_execution', { execution_id });
    return found.status === 'running' ? undefined : found;
  });
  expect(record).toMatchObject({ status: 'completed', output: '2' });
}

describe('a client over HTTP', () => {
  let program: HttpProgram;
  beforeAll(async () => {
    program = await startHttp(['--journal', ':memory:'], env);
  });
  afterAll(async () => {
    expect(await program.stop()).toBe(0);
  });

  it('that disconnects in a call leaves its run and the program alone', async () => {
    const execution_id = await startSlow();
    const leaving = new AbortController();
    const params = {
      name: 'stream_execution',
      arguments: { execution_id },
      _meta: { ...META, progressToken: 1 },
    };
    const response = await fetch(program.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'stream_execution',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
      signal: leaving.signal,
    });
    const { value } = (await response.body?.getReader().read()) ?? {};
    expect(new TextDecoder().decode(value)).toContain('notifications/progress');
    leaving.abort();
    await expectToGoOn(execution_id);
    const health = await fetch(new URL('/healthz', program.url));
    expect(health.status).toBe(200);
  });

  it.each(['legacy', 'auto'] as const)(
    'that cancels a stream (%s era) leaves its run alone',
    async (mode) => {
      const client = new Client(
        { name: 'cancels', version: '1' },
        mode === 'auto' ? { versionNegotiation: { mode } } : {},
      );
      await client.connect(new StreamableHTTPClientTransport(new URL(program.url)));
      await expectCancelled(client);
      await client.close();
    },
  );
});

describe('a client over stdio', () => {
  it.each(['legacy', 'auto'] as const)(
    'that cancels a stream (%s era) leaves its run alone',
    async (mode) => {
      const client = new Client(
        { name: 'cancels', version: '1' },
        mode === 'auto' ? { versionNegotiation: { mode } } : {},
      );
      const args = [CLI, '--journal', ':memory:'];
      const transport = new StdioClientTransport({ command: process.execPath, args, env: cleanEnv(env) });
      await client.connect(transport);
      await expectCancelled(client);
      await client.close();
    },
  );

  it('that sends garbage between its requests is served all the same', async () => {
    const raw = new RawStdio(['--journal', ':memory:'], env);
    const garbage = [
      'nonsense',
      '{"jsonrpc":"2.0"',
      '[]',
      '{}',
      'null',
      '\u0000\u0001',
      '{"id":{"a":1}}',
      '',
    ];
    for (const line of garbage) raw.child.stdin.write(`${line}\n`);
    const listed = await raw.request('tools/list', { _meta: META });
    expect(Object(listed.result).tools).toHaveLength(29);
    for (const line of garbage) raw.child.stdin.write(`${line}\n`);
    const called = await raw.request('tools/call', { name: 'list_agents', arguments: {}, _meta: META });
    expect(Object(called.result).structuredContent).toMatchObject({ agents: [{ name: 'slow' }] });
    expect(await raw.end()).toBe(0);
  });

  it('may make a hundred calls at once, signed ones among them', async () => {
    const raw = new RawStdio(['--sandbox'], { AEGIS_LOG_LEVEL: 'silent' });
    const call = async (name: string, args: unknown) => {
      const { result } = await raw.request('tools/call', { name, arguments: args, _meta: META });
      return Object(result);
    };
    const calls = Array.from({ length: 100 }, (_, index) =>
      index % 2 === 0
        ? call('deploy_agent', { manifest: agentManifest(`agent-${index}`) })
        : call('lookup_agent', { name: `agent-${index}` }),
    );
    const results = await Promise.all(calls);
    expect(results.filter(({ isError }) => isError !== true)).toHaveLength(50);
    for (const { content } of results.filter(({ isError }) => isError === true))
      expect(content[0].text).toContain('Error not_found (HTTP 404)');
    const { structuredContent } = await call('list_agents', {});
    expect(structuredContent.agents).toHaveLength(50);
    expect(await raw.end()).toBe(0);
  });
});

/** Cancels stream_execution at its first progress; the same client is served on. */
async function expectCancelled(client: Client): Promise<void> {
  const execution_id = await startSlow();
  const abort = new AbortController();
  const request = { name: 'stream_execution', arguments: { execution_id } };
  const options = { signal: abort.signal, onprogress: () => abort.abort('enough') };
  await expect(client.callTool(request, options)).rejects.toThrow();
  await expectToGoOn(execution_id);
  const after = await client.callTool({ name: 'get_execution', arguments: { execution_id } });
  expect(after.structuredContent).toMatchObject({ status: 'completed' });
}

describe('two processes with one journal', () => {
  it('write one whole chain', async () => {
    const journal = join(folder, 'shared', 'journal.db');
    const both = [1, 2].map(() => new RawStdio(['--journal', journal], env));
    const calls = both.flatMap((raw, process) =>
      Array.from({ length: 10 }, (_, index) => {
        const manifest = agentManifest(`shared-${process}-${index}`);
        return raw.request('tools/call', { name: 'deploy_agent', arguments: { manifest }, _meta: META });
      }),
    );
    for (const { result } of await Promise.all(calls)) expect(Object(result).isError).not.toBe(true);
    expect(await Promise.all(both.map((raw) => raw.end()))).toEqual([0, 0]);
    expect(await verifyJournal(journal)).toMatchObject({ entries: 40, unfinished: [] });
  });
});
