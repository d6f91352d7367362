import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Flags, readConfig } from '../../src/config.js';
import { createRuntime } from '../../src/runtime/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';

let sandbox: Sandbox;
let data: string;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'aegis-mcp-'));
  sandbox = await startSandbox({ data });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(data, { recursive: true });
});

function open(flags: Flags, env: Readonly<Record<string, string>> = {}) {
  const runtime = createRuntime(readConfig({ logLevel: 'silent', toolsets: 'all', ...flags }, env));
  onTestFinished(() => runtime.close());
  const call = (name: string, args = {}) =>
    runtime.host.call(name, args, { signal: AbortSignal.timeout(10_000), progress: () => undefined });
  return { runtime, call };
}

describe('the runtime', () => {
  it('lists without an orchestrator and refuses to start without one', async () => {
    const { runtime } = open({});
    expect(runtime.host.list()).toHaveLength(174);
    await expect(runtime.start()).rejects.toMatchObject({ code: 'invalid_configuration' });
  });

  it('tries again after a failure to connect', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aegis-mcp-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const holder = await startSandbox({ data: folder });
    const { call } = open({ sandbox: true, data: folder });
    expect((await call('health_ready')).text).toContain('is in use by the sandbox');
    await holder.close();
    expect((await call('health_ready')).isError).toBe(false);
  });

  it('is ready when the orchestrator says so, and says why when it is not', async () => {
    expect(await open({ url: sandbox.url }).runtime.ready()).toEqual({
      ok: true,
      detail: 'orchestrator ready',
    });
    const down = await open({ url: 'http://127.0.0.1:1' }).runtime.ready();
    expect(down).toMatchObject({ ok: false, detail: expect.stringMatching(/^unreachable: /) });
  });

  it('may be closed before it was used, and twice', async () => {
    const { runtime } = open({ sandbox: true });
    await runtime.close();
    await runtime.close();
  });
});

describe('the journal of sensitive calls', () => {
  const missing = { agent_id: '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11' };

  it('is made with its folder, for this user only', async () => {
    const folder = join(data, 'deep', 'er');
    const env = { AEGIS_TOKEN: await sandbox.issueToken() };
    const { call } = open({ url: sandbox.url, journal: join(folder, 'j.db') }, env);
    await call('delete_agent', missing);
    expect(statSync(join(folder, 'j.db')).isFile()).toBe(true);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it.each(['/proc/aegis-mcp/j.db', '/dev/null/j.db'])(
    'that cannot be written at %s stops them before anything is sent, and nothing else',
    async (journal) => {
      const env = { AEGIS_TOKEN: await sandbox.issueToken() };
      const { call } = open({ url: sandbox.url, journal }, env);
      const { isError, text } = await call('delete_agent', missing);
      expect(isError).toBe(true);
      expect(text).toContain(journal);
      expect(text).not.toContain('may have taken effect');
      expect((await call('list_agents')).isError).toBe(false);
    },
  );
});
