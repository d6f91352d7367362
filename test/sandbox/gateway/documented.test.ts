import { describe, expect, it } from 'vitest';
import { request, shareSandbox, useSandbox } from '../_sandbox.js';
import {
  openSession,
  operator,
  registerSpec,
  registerWorkflow,
  step,
  useUpstream,
  workflow,
} from './_gateway.js';

const options = { dialect: 'documented' } as const;
const sandbox = shareSandbox(options);
const credential_path = { kind: 'Static', key: 'github-pat' };
const spec = (parts: object = {}) => ({
  name: 'github-public',
  base_url: 'http://127.0.0.1:1',
  inline_json: { paths: { '/repos': { get: { operationId: 'repos/get' } } } },
  credential_path,
  ...parts,
});

describe('the published gateway', () => {
  it('answers every refusal with {error}', async () => {
    const ask = async (authorization: string) => {
      const { status, json } = await request(`${sandbox().gatewayUrl}/v1/specs`, 'GET', {
        headers: { authorization },
      });
      return [status, json];
    };
    expect(await ask('')).toEqual([401, { error: 'unauthorized' }]);
    expect(await ask(`Bearer ${await sandbox().issueToken()}`)).toEqual([403, { error: 'forbidden' }]);
    expect(await ask('Bearer sandbox-jwks-unreachable')).toEqual([
      503,
      { error: 'identity provider unavailable' },
    ]);
    const call = await operator(sandbox());
    const shape = await call('POST', '/v1/specs', { json: { name: 'x' } });
    expect([shape.status, typeof shape.json.error]).toEqual([400, 'string']);
    const type = await call('POST', '/v1/specs', { body: '{}', headers: { 'content-type': 'text/plain' } });
    expect([type.status, typeof type.json.error]).toEqual([415, 'string']);
    const envelope = await request(`${sandbox().gatewayUrl}/v1/invoke`, 'POST', { json: {} });
    expect([envelope.status, envelope.json]).toEqual([401, { error: 'unauthorized' }]);
  });

  it('shows one form of a spec', async () => {
    const call = await operator(await useSandbox(options));
    const { json } = await call('POST', '/v1/specs', { json: spec() });
    const shown = {
      id: json.id,
      name: 'github-public',
      base_url: 'http://127.0.0.1:1',
      source_url: null,
      operations: { 'repos/get': { operation_id: 'repos/get', method: 'GET', path: '/repos' } },
    };
    expect((await call('GET', '/v1/specs')).json).toEqual([shown]);
    expect((await call('GET', `/v1/specs/${json.id}`)).json).toEqual(shown);
  });

  it('takes exactly one source of a document, and the published credential path only', async () => {
    const call = await operator(await useSandbox(options));
    const status = async (parts: object) => (await call('POST', '/v1/specs', { json: spec(parts) })).status;
    expect(await status({ source_fetch_url: 'http://127.0.0.1:1/' })).toBe(400);
    expect(await status({ inline_json: null })).toBe(400);
    expect(await status({ credential_path: { StaticRef: { key: 'github-pat' } } })).toBe(400);
    expect(await status({ credential_path: { kind: 'UserBound', provider: 'github' } })).toBe(200);
  });

  it('keeps names, sources and look-ups within a tenant', async () => {
    const own = await useSandbox(options);
    const [acme, other] = [await operator(own, { tenant: 'acme' }), await operator(own, { tenant: 'other' })];
    const source_url = 'https://x.org/api.json';
    const first = (await acme('POST', '/v1/specs', { json: spec({ source_url }) })).json.id;
    const again = await acme('POST', '/v1/specs', { json: spec({ source_url }) });
    expect(again.json).toEqual({ id: first, deduplicated: true });
    const second = (await other('POST', '/v1/specs', { json: spec({ source_url }) })).json.id;
    expect(second).not.toBe(first);
    expect((await other('GET', `/v1/specs/${first}`)).status).toBe(404);
    await other('DELETE', `/v1/specs/${first}`);
    expect((await acme('GET', `/v1/specs/${first}`)).status).toBe(200);
    const taken = await acme('POST', '/v1/specs', { json: spec() });
    expect([taken.status, taken.json]).toEqual([
      400,
      { error: "a spec named 'github-public' already exists" },
    ]);
    await acme('POST', '/v1/security-contexts', { json: { name: 'internal', capabilities: [] } });
    expect((await acme('GET', '/v1/security-contexts/internal')).json.capabilities).toEqual([]);
    expect((await other('GET', '/v1/security-contexts/internal')).json.capabilities).toHaveLength(1);
  });

  it('has policies as text and no replacing of workflows', async () => {
    const call = await operator(await useSandbox(options));
    const id = await registerSpec(call, 'http://127.0.0.1:1', { list: 'GET /pets' }, { credential_path });
    const steps = [step({ on_error: 'RetryN(2)' }), step({ on_error: 'Continue' })];
    const made = await registerWorkflow(call, id, { steps });
    expect((await call('GET', `/v1/workflows/${made}`)).json.steps).toEqual(steps);
    for (const on_error of [{ RetryN: 2 }, 'RetryN(256)', 'RetryN(x)']) {
      const json = workflow(id, { name: 'other', steps: [step({ on_error })] });
      expect((await call('POST', '/v1/workflows', { json })).status).toBe(400);
    }
    const put = await call('PUT', `/v1/workflows/${made}`, { json: workflow(id) });
    expect([put.status, put.text]).toEqual([405, '']);
    const { paths } = (await call('GET', '/openapi.json')).json;
    expect(Object.keys(paths['/v1/workflows/{id}'])).toEqual(['get', 'delete']);
    expect((await call('POST', '/v1/workflows', { json: workflow(id) })).status).toBe(400);
  });

  it('wants a session to name a context that exists', async () => {
    const call = await operator(sandbox());
    const json = {
      execution_id: 'e',
      agent_id: 'a',
      security_context: 'nowhere',
      public_key_b64: '',
      security_token: '',
    };
    const { status, json: body } = await call('POST', '/v1/seal/sessions', { json });
    expect([status, body]).toEqual([400, { error: "security context 'nowhere' does not exist" }]);
  });
});

describe('a signed call to the published gateway', () => {
  const payload = {
    id: 1,
    jsonrpc: '2.0',
    method: 'tools/call',
    params: { arguments: { a: 1 }, name: 'lookup' },
  };

  it('runs; its time may be a text', async () => {
    const upstream = await useUpstream(() => ({ body: '{"ok":true}' }));
    const own = await useSandbox(options);
    const call = await operator(own);
    const id = await registerSpec(call, upstream.url, { list: 'GET /pets' }, { credential_path });
    await registerWorkflow(call, id);
    const session = await openSession(own);
    expect((await session.call('lookup', {}, { payload })).json.result.result).toEqual({ ok: true });
    const seconds = Math.floor(Date.now() / 1000);
    const timestamp = new Date(seconds * 1000).toISOString();
    const texted = await session.call('lookup', {}, { payload, timestamp: seconds, envelope: { timestamp } });
    expect(texted.json.result.result).toEqual({ ok: true });
    expect(upstream.received[0]?.authorization).toBe('Bearer github-static-token');
  });

  it('is refused with a flat code, and a dead session with its own', async () => {
    const session = await openSession(sandbox(), { allowed_tool_patterns: ['other'] });
    const denied = await session.call('lookup', {}, { payload });
    expect([denied.status, denied.json]).toEqual([
      403,
      { code: 2000, error: "tool 'lookup' is not allowed by the session", request_id: expect.any(String) },
    ]);
    const unknown = await session.call('lookup', {}, { payload, claims: { exec_id: 'nobody' } });
    expect([unknown.status, unknown.json.code]).toEqual([401, 1005]);
    const call = await operator(sandbox());
    await call('DELETE', `/v1/seal/sessions/${session.body.execution_id}`);
    const revoked = await session.call('lookup', {}, { payload });
    expect([revoked.status, revoked.json.code]).toEqual([401, 1006]);
  });
});
