/** Streamable HTTP spoken with plain curl, for a client of each era. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallTool, doMainJob, toAnswer } from './_main-job.js';
import { cleanEnv, type HttpProgram, startHttp } from './_program.js';

const execute = promisify(execFile);

let program: HttpProgram;
beforeAll(async () => {
  program = await startHttp(['--sandbox', '--log-level', 'silent']);
});
afterAll(async () => {
  await program.stop();
});

interface Reply {
  readonly status: number;
  readonly headers: string;
  readonly messages: Readonly<Record<string, unknown>>[];
}

async function curl(url: string, body: unknown, headers: readonly string[] = []): Promise<Reply> {
  const base = ['Content-Type: application/json', 'Accept: application/json, text/event-stream'];
  const flags = [...base, ...headers].flatMap((header) => ['-H', header]);
  const args = ['-sS', '-i', '-X', 'POST', url, ...flags, '--data-binary', JSON.stringify(body)];
  const { stdout } = await execute('curl', args, { env: cleanEnv(), maxBuffer: 1e8 });
  const split = stdout.indexOf('\r\n\r\n');
  const head = stdout.slice(0, split);
  return {
    status: Number(head.split(' ')[1]),
    headers: head,
    messages: readMessages(head, stdout.slice(split + 4)),
  };
}

function readMessages(head: string, body: string): Reply['messages'] {
  if (!/content-type: text\/event-stream/i.test(head)) return body === '' ? [] : [JSON.parse(body)];
  const data = body.split('\n').filter((line) => line.startsWith('data:') && line.trim() !== 'data:');
  return data.map((line) => JSON.parse(line.slice(5)));
}

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

function caller(
  post: (params: Readonly<Record<string, unknown>>, name: string) => Promise<Reply>,
  meta: Readonly<Record<string, unknown>>,
): CallTool {
  return async (name, args, onProgress) => {
    const _meta = onProgress === undefined ? meta : { ...meta, progressToken: 1 };
    const { status, messages } = await post({ name, arguments: args, _meta }, name);
    expect(status).toBe(200);
    for (const { method, params } of messages)
      if (method === 'notifications/progress') onProgress?.(String(Object(params).message));
    return toAnswer(messages.at(-1)?.result);
  };
}

describe('curl', () => {
  it('does the main job as a 2025-11-25 client with a session', async () => {
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'curl', version: '8' } },
    };
    const { headers, messages } = await curl(program.url, initialize);
    expect(messages[0]?.result).toMatchObject({ protocolVersion: '2025-11-25' });
    const session = /mcp-session-id: (\S+)/i.exec(headers)?.[1];
    expect(session).toBeDefined();
    const carried = [`Mcp-Session-Id: ${session}`, 'MCP-Protocol-Version: 2025-11-25'];
    const ready = await curl(program.url, { jsonrpc: '2.0', method: 'notifications/initialized' }, carried);
    expect(ready.status).toBe(202);
    const listed = await curl(program.url, { jsonrpc: '2.0', id: 2, method: 'tools/list' }, carried);
    expect(Object(listed.messages[0]?.result).tools).toHaveLength(29);
    const post = (params: unknown) =>
      curl(program.url, { jsonrpc: '2.0', id: 3, method: 'tools/call', params }, carried);
    await doMainJob(caller(post, {}));
  });

  it('does the main job as a 2026-07-28 client without a session', async () => {
    const modern = (method: string, name?: string) => [
      'MCP-Protocol-Version: 2026-07-28',
      `Mcp-Method: ${method}`,
      ...(name === undefined ? [] : [`Mcp-Name: ${name}`]),
    ];
    const listed = await curl(
      program.url,
      { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: META } },
      modern('tools/list'),
    );
    expect(Object(listed.messages[0]?.result).tools).toHaveLength(29);
    const post = (params: unknown, name: string) =>
      curl(program.url, { jsonrpc: '2.0', id: 2, method: 'tools/call', params }, modern('tools/call', name));
    await doMainJob(caller(post, META));
  });

  it('gets a call answered without a session and without a handshake', async () => {
    const params = { name: 'health_ready', arguments: {} };
    const { status, messages } = await curl(program.url, {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params,
    });
    expect(status).toBe(200);
    expect(toAnswer(messages.at(-1)?.result).structured).toMatchObject({ status: 'ready' });
  });
});
