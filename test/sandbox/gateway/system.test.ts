import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../../src/sandbox/index.js';
import {
  caller,
  deploy,
  execute,
  request,
  shareSandbox,
  useDirectory,
  useSandbox,
  waitForStatus,
} from '../_sandbox.js';
import { attest } from '../seal/_seal-client.js';
import {
  createKey,
  openSession,
  operator,
  registerSpec,
  registerWorkflow,
  seal,
  step,
  useUpstream,
} from './_gateway.js';

const sandbox = shareSandbox();
const get = (path: string, base = sandbox().gatewayUrl) => request(`${base}${path}`, 'GET');

describe('without a token the gateway serves', () => {
  it('its health, in two characters', async () => {
    const { status, text, headers } = await get('/health');
    expect([status, text, headers.get('content-type')]).toEqual([200, 'ok', 'text/plain; charset=utf-8']);
    expect(headers.get('server')).toBe('aegis-sandbox');
  });

  it.each([
    ['/', 'text/html; charset=utf-8', '<title>SEAL Gateway (sandbox)</title>'],
    ['/ui/app.js', 'application/javascript; charset=utf-8', "['Tools', '/v1/tools']"],
    ['/ui/styles.css', 'text/css; charset=utf-8', 'body {'],
    ['/api-docs/', 'text/html; charset=utf-8', '/api-docs/swagger-initializer.js'],
    ['/api-docs/index.html', 'text/html; charset=utf-8', '/api-docs/swagger-initializer.js'],
    ['/api-docs/swagger-initializer.js', 'application/javascript; charset=utf-8', '/openapi.json'],
  ])('%s', async (path, type, part) => {
    const { status, text, headers } = await get(path);
    expect([status, headers.get('content-type')]).toEqual([200, type]);
    expect(text).toContain(part);
  });

  it('a redirect to its documentation', async () => {
    const response = await fetch(`${sandbox().gatewayUrl}/api-docs`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/api-docs/']);
    expect((await get('/api-docs/nothing.css')).status).toBe(404);
    expect((await get('/ui/nothing.js')).status).toBe(404);
  });

  it('the document it generates of itself, by handler names', async () => {
    const { json } = await get('/openapi.json');
    expect(json.openapi).toBe('3.1.0');
    expect(json.paths['/v1/specs'].post.operationId).toBe('register_spec');
    expect(Object.keys(json.paths['/v1/workflows/{id}'])).toEqual(['get', 'put', 'delete']);
    expect(Object.keys(json.paths)).not.toContain('/v1/seal/invoke');
    expect(Object.keys(json.paths)).not.toContain('/health');
  });
});

it('metrics have a listener of their own and count', async () => {
  const own = await useSandbox();
  const session = await openSession(own, { allowed_tool_patterns: ['a'] });
  await session.call('b');
  await session.call('a', {}, { envelope: { signature: '' } });
  const { status, text } = await get('/metrics', own.gatewayMetricsUrl);
  expect(status).toBe(200);
  expect(text).toContain('aegis_seal_http_requests_total{method="POST",status="200"} 1\n');
  expect(text).toContain('aegis_seal_sessions_active 1\n');
  expect(text).toContain('aegis_tool_policy_violations_total 1\n');
  expect(text).toContain('aegis_seal_signature_failures_total 1\n');
  expect(text).toContain('aegis_tool_invocations_total 0\n');
  expect((await get('/health', own.gatewayMetricsUrl)).status).toBe(404);
});

describe('the gateway', () => {
  it("has the port after the orchestrator's where that is free, else any", async () => {
    // Below the ports that are given out as free ones.
    const wanted = 20_000 + (process.pid % 10_000);
    const second = await useSandbox({ port: wanted });
    expect(second.gatewayUrl).toBe(`http://127.0.0.1:${wanted + 1}`);
    const holder = createServer().listen(wanted + 11, '127.0.0.1');
    onTestFinished(() => void holder.close());
    const third = await useSandbox({ port: wanted + 10 });
    expect(third.gatewayUrl).not.toBe(`http://127.0.0.1:${wanted + 11}`);
    expect((await get('/health', third.gatewayUrl)).text).toBe('ok');
  });

  it('keeps its records, and the tokens that were used, over a restart', async () => {
    const data = useDirectory();
    const upstream = await useUpstream(() => ({ body: '{"ok":true}' }));
    const { privateKey, b64 } = createKey();
    const before = await startSandbox({ data });
    const call = await operator(before, { tenant: 'acme' });
    const spec = await registerSpec(call, upstream.url, { list: 'GET /pets' });
    const id = await registerWorkflow(call, spec);
    await call('POST', '/v1/security-contexts', { json: { name: 'internal', capabilities: [] } });
    const session = await openSession(before, { public_key_b64: b64 });
    const used = await session.token();
    const sealed = (security_token: string) =>
      seal({ security_token, key: privateKey, tool: 'lookup', args: {} });
    const invoke = (url: string, token: string) =>
      request(`${url}/v1/invoke`, 'POST', {
        body: sealed(token),
        headers: { 'content-type': 'application/json' },
      });
    expect((await invoke(before.gatewayUrl, used)).status).toBe(200);
    const unused = await session.token();
    await before.close();

    const after = await startSandbox({ data });
    onTestFinished(() => after.close());
    const again = await operator(after, { tenant: 'acme' });
    expect((await again('GET', `/v1/workflows/${id}`)).json.name).toBe('lookup');
    expect((await again('GET', '/v1/security-contexts/internal')).json.tenant_id).toBe('acme');
    expect((await invoke(after.gatewayUrl, used)).json.error.code).toBe(1003);
    expect((await invoke(after.gatewayUrl, unused)).json.result.result).toEqual({ ok: true });
  });

  it('lets go of an upstream that does not answer when it is closed', async () => {
    const own = await startSandbox();
    const upstream = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void upstream.close());
    await once(upstream, 'listening');
    const call = await operator(own);
    const url = `http://127.0.0.1:${Object(upstream.address()).port}`;
    await registerWorkflow(call, await registerSpec(call, url, { list: 'GET /pets' }), {
      steps: [step({ on_error: { RetryN: 255 } })],
    });
    const arrived = once(upstream, 'request');
    const running = (await openSession(own)).call('lookup').catch(() => 'cut off');
    await arrived;
    await own.close();
    expect(await running).toBe('cut off');
  });

  it('learns of every session that the orchestrator attests', async () => {
    const { b64 } = createKey();
    const body = { public_key: b64, security_context: 'aegis-system-sandbox' };
    const { body: answer } = await attest(sandbox(), body);
    const { security_token } = Object(answer);
    const { json } = await (await operator(sandbox()))('GET', '/v1/seal/sessions');
    expect(json.filter((row: { public_key_b64: string }) => row.public_key_b64 === b64)).toEqual([
      {
        execution_id: expect.any(String),
        agent_id: expect.any(String),
        security_context: 'aegis-system-sandbox',
        public_key_b64: b64,
        security_token,
        session_status: 'Active',
        expires_at: expect.any(String),
        allowed_tool_patterns: ['*'],
        tenant_id: null,
      },
    ]);
  });

  it('is told the tools of the agent whose execution is attested', async () => {
    const call = await caller(sandbox());
    const agent = await deploy(call, { spec: { tools: ['fs.read', 'fs.write'] } });
    const execution_id = await execute(call, agent);
    await waitForStatus(call, execution_id, 'Completed');
    const { b64: public_key } = createKey();
    const names = { agent_id: agent, execution_id };
    await attest(sandbox(), { public_key, security_context: 'aegis-system-agent-runtime', ...names });
    const known = await (await operator(sandbox()))('GET', `/v1/seal/sessions/${execution_id}`);
    expect(known.json.allowed_tool_patterns).toEqual(['fs.read', 'fs.write']);
  });

  it('runs a call with a session and a token of the orchestrator', async () => {
    const { privateKey, b64: public_key } = createKey();
    const upstream = await useUpstream(() => ({}));
    const call = await operator(sandbox());
    const spec = await registerSpec(call, upstream.url, { list: 'GET /pets' });
    await registerWorkflow(call, spec, { name: 'pets' });
    const capabilities = [{ tool_pattern: '*' }];
    await call('POST', '/v1/security-contexts', { json: { name: 'aegis-system-sandbox', capabilities } });
    const { body } = await attest(sandbox(), { public_key, security_context: 'aegis-system-sandbox' });
    const { security_token } = Object(body);
    const answer = await request(`${sandbox().gatewayUrl}/v1/invoke`, 'POST', {
      body: seal({ security_token, key: privateKey, tool: 'pets', args: {} }),
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, answer.json.result.state]).toEqual([200, { input: {} }]);
  });
});
