/** The toolset seal_catalog, through clients of both SDK lines, over both transports and both protocol eras. */
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
} from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as OldHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { CLI, cleanEnv, type HttpProgram, run, startHttp } from './_program.js';

const info = { name: 'catalog', version: '1.0.0' };
const ARGS = ['--toolsets', 'seal,seal_catalog', '--security-context', 'aegis-system-sandbox'];
const QUICK = ['--catalog-poll-secs', '1', '--log-level', 'silent', '--journal', ':memory:'];

let sandbox: Sandbox;
let program: HttpProgram;
let env: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = {
    AEGIS_URL: sandbox.url,
    AEGIS_TOKEN: await sandbox.issueToken({ expiresIn: 3_600 }),
    AEGIS_GATEWAY_URL: sandbox.gatewayUrl,
    AEGIS_GATEWAY_TOKEN: await sandbox.issueGatewayToken({ expiresIn: 3_600 }),
  };
  program = await startHttp([...ARGS, ...QUICK], env);
});
afterAll(async () => {
  expect(await program.stop()).toBe(0);
  await sandbox.close();
});

interface Tool {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: unknown;
  readonly annotations?: object | undefined;
}

interface Connected {
  readonly tools: () => Promise<readonly Tool[]>;
  readonly call: (name: string, args: Record<string, unknown>, signal?: AbortSignal) => Promise<unknown>;
  /** Resolves when the server has announced a change since the last time this resolved. */
  readonly changed: () => Promise<void>;
  close(): Promise<void>;
}

/** Announcements as they come, each handed out once. */
function announcements() {
  let heard = 0;
  let waiting: (() => void) | undefined;
  const hear = (): void => {
    heard += 1;
    waiting?.();
  };
  const changed = async (): Promise<void> => {
    if (heard === 0) await new Promise<void>((resolve) => (waiting = resolve));
    heard = 0;
  };
  return { hear, changed };
}

const stdio = () => ({
  command: process.execPath,
  args: [CLI, ...ARGS, ...QUICK],
  env: cleanEnv(env),
  stderr: 'inherit' as const,
});

async function connectOld(transport: OldStdio | OldHttp): Promise<Connected> {
  const client = new OldClient(info);
  const { hear, changed } = announcements();
  client.setNotificationHandler(ToolListChangedNotificationSchema, hear);
  await client.connect(transport);
  return {
    tools: async () => (await client.listTools()).tools,
    call: async (name, args, signal) =>
      await client.callTool({ name, arguments: args }, undefined, signal === undefined ? {} : { signal }),
    changed,
    close: () => client.close(),
  };
}

async function connectModern(
  transport: ModernStdio | ModernHttp,
  mode: 'legacy' | 'auto',
): Promise<Connected> {
  const { hear, changed } = announcements();
  const client = new ModernClient(info, {
    ...(mode === 'auto' && { versionNegotiation: { mode } }),
    listChanged: { tools: { onChanged: hear, autoRefresh: false, debounceMs: 0 } },
  });
  await client.connect(transport);
  return {
    tools: async () => (await client.listTools()).tools,
    call: async (name, args, signal) =>
      await client.callTool({ name, arguments: args }, signal === undefined ? {} : { signal }),
    changed,
    close: () => client.close(),
  };
}

const CONNECTIONS = {
  'SDK 1.x over stdio': () => connectOld(new OldStdio(stdio())),
  'SDK 1.x over HTTP': () => connectOld(new OldHttp(new URL(program.url))),
  'SDK 2.x over stdio, 2026-07-28': () => connectModern(new ModernStdio(stdio()), 'auto'),
  'SDK 2.x over HTTP, 2026-07-28': () => connectModern(new ModernHttp(new URL(program.url)), 'auto'),
};
const TITLES = Object.keys(CONNECTIONS);

describe('clients of both eras, over stdio and HTTP', () => {
  let connected: readonly Connected[];
  /** Does the same with every client at once. */
  const each = async <T>(work: (client: Connected) => Promise<T>): Promise<Record<string, T>> => {
    const results = await Promise.all(connected.map(work));
    return Object.fromEntries(results.map((result, index) => [TITLES[index] ?? '', result]));
  };
  const forAll = (expected: unknown) => Object.fromEntries(TITLES.map((title) => [title, expected]));

  beforeAll(async () => {
    connected = await Promise.all(Object.values(CONNECTIONS).map((connect) => connect()));
  });
  afterAll(async () => {
    await each((client) => client.close());
  });

  it('list the tools of the servers beside the fixed ones, each name once', async () => {
    const wanted = ['whoami', 'invoke_seal', 'aegis_agent_list', 'edge_host_info', 'tickets_search'];
    const lists = await each(async (client) => (await client.tools()).map(({ name }) => name));
    expect(lists).toEqual(forAll(expect.arrayContaining(wanted)));
    for (const names of Object.values(lists)) expect(new Set(names).size).toBe(names.length);
  });

  it('call them, and get their results fenced', async () => {
    const answers = await each((client) => client.call('tickets_search', { query: 'disk' }));
    const value = { server: 'sandbox-tickets', tool: 'tickets.search', arguments: { query: 'disk' } };
    const text = `<untrusted-data>\n${JSON.stringify(value)}\n</untrusted-data>\n`;
    const content = [{ type: 'text', text: expect.stringContaining(text) }];
    expect(answers).toEqual(forAll(expect.objectContaining({ structuredContent: value, content })));
  });

  it('hear of a tool that comes and of one that goes', async () => {
    const find = async (client: Connected) =>
      (await client.tools()).find(({ title }) => title === 'news.today');
    sandbox.mcpServers.connect({
      name: 'news',
      tools: [{ name: 'news.today', description: 'What is new.', inputSchema: { type: 'array' } }],
    });
    await each((client) => client.changed());
    expect(await each(find)).toEqual(
      forAll({
        name: 'news_today',
        title: 'news.today',
        description:
          'What is new.\nIts input schema was left out: its root is not of type object. list_seal_tools shows it as the server gives it.',
        inputSchema: { type: 'object' },
        annotations: {
          title: 'news.today',
          readOnlyHint: false,
          destructiveHint: true,
          idempotentHint: false,
          openWorldHint: true,
        },
      }),
    );

    sandbox.mcpServers.disconnect('news');
    await each((client) => client.changed());
    expect(await each(find)).toEqual(forAll(undefined));
    const refused = {
      isError: true,
      content: [{ type: 'text', text: expect.stringMatching(/^Error not_found:/) }],
    };
    expect(await each((client) => client.call('news_today', {}))).toEqual(
      forAll(expect.objectContaining(refused)),
    );
  });

  it('cancel a wait, which leaves the run alone', async () => {
    const [client] = connected;
    const answerOf = async (name: string, args: Record<string, unknown>) =>
      Object(await client?.call(name, args)).structuredContent;
    await answerOf('aegis_workflow_create', { manifest_yaml: WAITING, force: true });
    const { execution_id } = await answerOf('aegis_workflow_run', { name: 'ask-first', input: {} });
    const aborting = new AbortController();
    const waits = each((other) =>
      other.call('aegis_workflow_wait', { execution_id }, aborting.signal).then(
        () => 'answered',
        () => 'cancelled',
      ),
    );
    setTimeout(() => aborting.abort(), 200);
    expect(await waits).toEqual(forAll('cancelled'));
    const { execution } = await answerOf('aegis_workflow_status', { execution_id });
    expect(execution).toMatchObject({ execution_id, status: 'running' });
  });
});

const WAITING = `apiVersion: 100monkeys.ai/v1
kind: Workflow
metadata: {name: ask-first, version: "1.0.0"}
spec:
  initial_state: ASK
  states:
    ASK: {kind: Human, prompt: "Go on?", transitions: [{condition: always, target: END}]}
    END: {kind: System, command: echo done, transitions: []}
`;

describe('the command line', () => {
  const quiet = ['--journal', ':memory:', '--log-level', 'silent'];

  it('shows the tools of the servers where the toolset is chosen, and calls them, chosen or not', async () => {
    const context = ['--security-context', 'aegis-system-sandbox'];
    const [shown, called] = await Promise.all([
      run(['tools', ...ARGS, ...quiet], { env }),
      run(['call', 'edge_host_info', '{}', ...context, ...quiet], { env }),
    ]);
    expect([shown.code, called.code]).toEqual([0, 0]);
    expect(shown.stdout).toMatch(/^aegis_agent_list +read +aegis\.agent\.list$/m);
    expect(shown.stdout).toMatch(/^tickets_create +destructive +tickets\.create$/m);
    expect(JSON.parse(called.stdout)).toEqual({
      node: 'sandbox-edge-1',
      tool: 'edge.host.info',
      arguments: {},
    });
  });
});
