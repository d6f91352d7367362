/** Raw newline-delimited JSON-RPC piped into the program, as a host without any SDK would. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type CallTool, doMainJob, toAnswer } from './_main-job.js';
import { CLI, cleanEnv, RawStdio, run } from './_program.js';

const MODERN_META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '0' },
};
const SANDBOX = ['--sandbox', '--log-level', 'silent'];

function caller(raw: RawStdio, meta: Readonly<Record<string, unknown>>): CallTool {
  let token = 0;
  return async (name, args, onProgress) => {
    token += 1;
    const progressToken = `p${token}`;
    const seen = raw.messages.length;
    const _meta = onProgress === undefined ? meta : { ...meta, progressToken };
    const { result, error } = await raw.request('tools/call', { name, arguments: args, _meta });
    expect(error).toBeUndefined();
    for (const { method, params } of raw.messages.slice(seen))
      if (method === 'notifications/progress' && Object(params).progressToken === progressToken)
        onProgress?.(String(Object(params).message));
    return toAnswer(result);
  };
}

describe('the program over stdio', () => {
  it('serves a 2025-11-25 host from handshake to approval, and ends with its input', async () => {
    const raw = new RawStdio(SANDBOX);
    const { result } = await raw.request('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'raw', version: '0' },
    });
    expect(result).toMatchObject({ protocolVersion: '2025-11-25', serverInfo: { name: 'aegis-mcp' } });
    expect(Object(result).instructions).toContain('sandbox');
    raw.notify('notifications/initialized');
    const listed = await raw.request('tools/list');
    expect(Object(listed.result).tools).toHaveLength(29);
    await doMainJob(caller(raw, {}));
    expect(await raw.end()).toBe(0);
  });

  it('serves a 2026-07-28 host without a handshake', async () => {
    const raw = new RawStdio(SANDBOX);
    const discovered = await raw.request('server/discover', { _meta: MODERN_META });
    expect(Object(discovered.result).supportedVersions).toContain('2026-07-28');
    const listed = await raw.request('tools/list', { _meta: MODERN_META });
    expect(listed.result).toMatchObject({ resultType: 'complete', ttlMs: 300000, cacheScope: 'private' });
    await doMainJob(caller(raw, MODERN_META));
    expect(await raw.end()).toBe(0);
  });

  it('answers everything that was piped in before the end of input, and writes only JSON', async () => {
    const lines = [
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'p', version: '0' } },
      },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'health_ready', arguments: {} } },
    ];
    const stdin = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const { code, stdout } = await run(['--sandbox'], { stdin });
    expect(code).toBe(0);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map((answer) => answer.id)).toEqual([1, 2]);
    expect(answers[1].result.structuredContent).toMatchObject({ status: 'ready', sandbox: true });
  });

  it('cancels what runs and exits 0 on SIGTERM', async () => {
    const raw = new RawStdio([...SANDBOX, '--toolsets', 'all']);
    const call = caller(raw, MODERN_META);
    const manifest = {
      apiVersion: '100monkeys.ai/v1',
      kind: 'Agent',
      metadata: { name: 'hanger', version: '1.0.0', labels: { 'sandbox.aegis/hang': 'true' } },
      spec: { runtime: { language: 'python', version: '3.11' }, task: { instruction: 'Wait.' } },
    };
    const { structured } = await call('deploy_agent', { manifest });
    const started = await call('start_execution', { agent_id: structured.agent_id, input: 'x' });
    const reading = call('stream_execution', { execution_id: started.structured.execution_id });
    await new Promise((resolve) => setTimeout(resolve, 300));
    raw.child.kill('SIGTERM');
    const digest = await reading;
    expect(digest.isError).toBe(true);
    expect(digest.text).toContain('cancelled');
    expect(await raw.end()).toBe(0);
  });

  it.each(['before the handshake', 'after a call'])(
    'ends on SIGTERM %s although stdin stays open',
    async (when) => {
      const raw = new RawStdio(SANDBOX);
      if (when === 'after a call') await caller(raw, MODERN_META)('health_live', {});
      else await raw.request('ping');
      const ended = once(raw.child, 'close');
      raw.child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    },
  );

  it('ends on SIGTERM although nobody reads its answers', async () => {
    const child = spawn(process.execPath, [CLI, ...SANDBOX], { env: cleanEnv() });
    const list = (id: number) => `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list' })}\n`;
    child.stdin.write(Array.from({ length: 100 }, (_none, id) => list(id)).join(''));
    await once(child.stdout, 'readable');
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }, 15_000);
});
