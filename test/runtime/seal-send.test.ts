import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SealSender } from '../../src/runtime/seal-send.js';
import { type ScriptedServer, startScriptedServer } from '../tools/_orchestrator.js';
import { refusalOf } from '../tools/_rows.js';
import { startProxy } from './_proxy.js';

let server: ScriptedServer;
let sender: SealSender;
const options = { timeoutMs: 5_000, maxBytes: 100, userAgent: 'aegis-mcp/test', proxy: undefined };
beforeEach(async () => {
  server = await startScriptedServer();
  sender = new SealSender(options);
});
afterEach(async () => {
  await sender.close();
  await server.close();
});

const request = (url = server.url) => ({
  method: 'POST' as const,
  url: `${url}/v1/seal/invoke`,
  headers: { 'content-type': 'application/json' },
  body: '{"a":1}',
});

describe('a SEAL request', () => {
  it('is posted as it is, and answered with any status', async () => {
    server.script([{ status: 400, json: { error: 'Session has expired' } }]);
    expect(await sender.send(request())).toMatchObject({
      status: 400,
      headers: { 'content-type': 'application/json' },
      text: '{"error":"Session has expired"}',
    });
    expect(server.asked).toEqual([
      { method: 'POST', path: '/v1/seal/invoke', body: { a: 1 }, type: 'application/json' },
    ]);
    expect(server.headers[0]?.['user-agent']).toBe('aegis-mcp/test');
  });

  it('does not follow a redirect: an envelope is meant for one server', async () => {
    server.script([{ status: 307, empty: true }]);
    expect((await sender.send(request())).status).toBe(307);
  });

  it('goes through the proxy where one is configured', async () => {
    const proxy = await startProxy(Number(new URL(server.url).port));
    const through = new SealSender({ ...options, proxy: { http: proxy.url } });
    server.script([{ json: { ok: true } }]);
    expect((await through.send(request('http://aegis.invalid'))).text).toBe('{"ok":true}');
    expect(proxy.targets).toEqual(['aegis.invalid:80']);
    await through.close();
    await proxy.close();
  });

  it('to nobody surely did not run', async () => {
    const error = await refusalOf(() => sender.send(request('http://127.0.0.1:1')));
    expect(error).toMatchObject({ code: 'unreachable', mayHaveRun: false });
  });

  it('whose connection breaks may have run', async () => {
    server.script([{ cut: true }]);
    const error = await refusalOf(() => sender.send(request()));
    expect(error).toMatchObject({ code: 'connection_lost', mayHaveRun: true });
  });

  it('has an answer of bounded size', async () => {
    server.script([{ text: 'x'.repeat(101) }]);
    expect(await refusalOf(() => sender.send(request()))).toMatchObject({ code: 'too_large' });
  });

  it('ends with the signal of its caller', async () => {
    const signal = AbortSignal.abort();
    const error = await refusalOf(() => sender.send({ ...request(), signal }));
    expect(error).toMatchObject({ code: 'cancelled', mayHaveRun: false });
  });
});
