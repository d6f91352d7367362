import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { openStore } from '../../src/sandbox/store.js';
import { caller, deploy, execute, useDirectory, useSandbox, waitForStatus } from './_sandbox.js';

test('state survives a restart; what ran is Failed as the orchestrator restarted', async () => {
  const data = useDirectory();
  const before = await startSandbox({ data, pace: 0 });
  const first = await caller(before);
  const agentId = await deploy(first);
  const done = await execute(first, agentId);
  await waitForStatus(first, done, 'Completed');
  const hanging = await execute(
    first,
    await deploy(first, { name: 'sleeper', labels: { 'sandbox.aegis/hang': 'true' } }),
  );
  await waitForStatus(first, hanging, 'Running');
  const agents = (await first('GET', '/v1/agents')).json;
  const history = (await first('GET', `/v1/executions/${done}/events?follow=false`)).text;
  await before.close();

  const second = await caller(await useSandbox({ data }));
  expect((await second('GET', '/v1/agents')).json).toEqual(agents);
  expect((await second('GET', `/v1/executions/${done}/events?follow=false`)).text).toBe(history);
  expect((await second('GET', `/v1/executions/${done}/files/output.txt`)).text).toBe('3');
  expect((await second('GET', `/v1/executions/${hanging}`)).json.status).toBe('Failed');
  const replay = await second('GET', `/v1/executions/${hanging}/events?follow=false`);
  expect(replay.text).toContain('"reason":"orchestrator restarted"');
  const again = await execute(second, agentId, 'a b');
  expect(await waitForStatus(second, again, 'Completed')).toBe('Completed');
});

/** A process that serves a sandbox on `data`, with a completed and a hanging execution; tells their ids. */
async function spawnSandbox(folder: string, data: string) {
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const contents = `
    import { startSandbox } from './src/sandbox/index.js';
    const sandbox = await startSandbox({ data: ${JSON.stringify(data)}, pace: 0, open: true });
    const call = async (method, path, body) => {
      const headers = { 'content-type': 'application/json' };
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
      return (await fetch(sandbox.url + path, init)).json();
    };
    const run = async (name, labels, wanted) => {
      const spec = { runtime: { language: 'go', version: '1.21' }, task: { instruction: 'Reverse it.' } };
      const json = { apiVersion: '100monkeys.ai/v1', kind: 'Agent', metadata: { name, version: '1', labels }, spec };
      const { agent_id } = await call('POST', '/v1/agents', json);
      const { execution_id } = await call('POST', '/v1/agents/' + agent_id + '/execute', { input: 'abc' });
      while ((await call('GET', '/v1/executions/' + execution_id)).status !== wanted);
      return execution_id;
    };
    const done = await run('quick', {}, 'Completed');
    const hanging = await run('sleeper', { 'sandbox.aegis/hang': 'true' }, 'Running');
    process.stdout.write(JSON.stringify({ done, hanging }));`;
  const outfile = join(folder, 'serve.mjs');
  const stdin = { contents, resolveDir: resolve('.'), loader: 'js' as const };
  buildSync({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
  const child = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [chunk] = await once(child.stdout, 'data');
  return { child, ids: JSON.parse(String(chunk)) };
}

test('a killed process loses nothing that was committed, and leaves its directory to the next', async () => {
  const folder = useDirectory();
  const data = join(folder, 'data');
  const { child, ids } = await spawnSandbox(folder, data);
  await expect(startSandbox({ data })).rejects.toThrow(`in use by the sandbox of process ${child.pid}`);
  child.kill('SIGKILL');
  await once(child, 'exit');

  const call = await caller(await useSandbox({ data }));
  expect((await call('GET', '/v1/agents')).json).toHaveLength(2);
  expect((await call('GET', `/v1/executions/${ids.done}`)).json.status).toBe('Completed');
  expect((await call('GET', `/v1/executions/${ids.done}/files/output.txt`)).text).toBe('cba');
  expect((await call('GET', `/v1/executions/${ids.hanging}`)).json.status).toBe('Failed');
});

test('a data directory serves one sandbox at a time', async () => {
  const data = useDirectory();
  const sandbox = await useSandbox({ data });
  await expect(startSandbox({ data })).rejects.toThrow(`data directory ${data} is in use`);
  await sandbox.close();
  const next = await startSandbox({ data });
  await next.close();
});

test('closing leaves the database in the data directory, without the lock', async () => {
  const data = useDirectory();
  const sandbox = await startSandbox({ data: join(data, 'kept'), pace: 0 });
  await sandbox.close();
  expect(existsSync(join(data, 'kept', 'sandbox.db'))).toBe(true);
  expect(existsSync(join(data, 'kept', 'sandbox.lock'))).toBe(false);
});

test.each(['0.0.0.0', '10.0.0.1', 'example.com'])('does not start on %s', async (host) => {
  await expect(startSandbox({ host })).rejects.toThrow(
    `the sandbox listens on loopback only, not on ${host}`,
  );
});

test('close may be called twice', async () => {
  const sandbox = await startSandbox();
  await Promise.all([sandbox.close(), sandbox.close()]);
  await expect(fetch(`${sandbox.url}/health`)).rejects.toThrow();
});

test('the store refuses what it cannot keep and nests transactions', () => {
  const store = openStore(':memory:');
  store.exec('create table items (name text primary key, flag integer, note text)');
  store.run('insert into items values (?, ?, ?)', 'a', true, undefined);
  expect(store.get('select * from items')).toEqual({ name: 'a', flag: 1, note: null });
  expect(() => store.run('insert into items values (?, ?, ?)', 'b', {}, null)).toThrow(TypeError);
  expect(() =>
    store.transaction(() => {
      store.run("update items set note = 'outer'");
      expect(() => store.transaction(() => fail(store))).toThrow('inner');
      expect(store.get<{ note: string }>('select note from items')?.note).toBe('outer');
      throw new Error('outer');
    }),
  ).toThrow('outer');
  expect(store.get<{ note: string | null }>('select note from items')?.note).toBe(null);
  store.close();
});

function fail(store: ReturnType<typeof openStore>): never {
  store.run("update items set note = 'inner'");
  throw new Error('inner');
}
