import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/index.js';
import {
  agentYaml,
  attest,
  createKey,
  type Owner,
  openSession,
  post,
  seal,
  start,
  toolPayload,
} from './_seal-client.js';

const OPERATOR: Owner = { user: 'operator' };
const CONSUMER: Owner = { user: 'free@sandbox.local' };
const CONSUMER_TENANT = 'u-5b0c5a5e0a544b9c8f576a3a1f0d0021';
const key = createKey();
const public_key = key.raw.toString('base64');
const RUNTIME = { public_key, security_context: 'aegis-system-agent-runtime' };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await start();
});
afterAll(() => sandbox.close());

const claimsOf = (answer: { readonly body: unknown }) =>
  decodeJwt(String(Object(answer.body).security_token));

describe('security contexts', () => {
  it.each<[string, Owner, string]>([
    ['a consumer', CONSUMER, 'aegis-system-operator'],
    ['a service account', {}, 'zaru-free'],
    ['a service account', {}, 'default'],
    ['a service account', {}, 'tenant-acme-default'],
    ['a tenant user', { tenant: 'acme' }, 'tenant-sandbox-default'],
    ['a tenant user', { tenant: 'acme' }, 'aegis-system-agent-runtime'],
  ])('are owned: %s %j may not attest as %s', async (_who, owner, security_context) => {
    const answer = await attest(sandbox, { public_key, security_context }, owner);
    expect(answer.status).toBe(401);
    expect(Object(answer.body).error).toMatch(/^SecurityContext ownership violation: /);
  });

  it.each<[Owner, string]>([
    [CONSUMER, 'zaru-platinum'],
    [{}, 'aegis-system-default'],
    [{ tenant: 'acme' }, 'tenant-acme-default'],
  ])('must exist: %j %s', async (owner, security_context) => {
    const answer = await attest(sandbox, { public_key, security_context }, owner);
    expect(answer).toEqual({
      status: 401,
      body: { error: `Security context '${security_context}' not found` },
    });
  });

  it.each<[Owner, string]>([
    [{ user: 'pro@sandbox.local' }, 'zaru-enterprise'],
    [{ tenant: 'sandbox' }, 'tenant-sandbox-default'],
  ])('are granted without regard to the tier: %j %s', async (owner, security_context) => {
    expect((await attest(sandbox, { public_key, security_context }, owner)).status).toBe(200);
  });

  it('are mandatory', async () => {
    const ids = { agent_id: crypto.randomUUID(), tenant_id: 'acme' };
    expect(await attest(sandbox, { public_key, ...ids })).toMatchObject({ status: 401 });
    expect(await attest(sandbox, { public_key, security_context: ' ' })).toMatchObject({ status: 401 });
  });
});

describe('tenants', () => {
  const OPERATING = { public_key, security_context: 'aegis-system-operator' };

  it('operators must name a target', async () => {
    expect(await attest(sandbox, OPERATING, OPERATOR)).toEqual({
      status: 400,
      body: { error: 'bad_request: operators must specify tenant_id or execution_id' },
    });
  });

  it('operators and service accounts choose the tenant', async () => {
    for (const owner of [OPERATOR, {}]) {
      const answer = await attest(sandbox, { ...OPERATING, tenant_id: 'acme' }, owner);
      expect(claimsOf(answer).tenant_id).toBe('acme');
    }
  });

  it('a consumer keeps its own tenant whatever it names', async () => {
    const body = { public_key, security_context: 'zaru-free', tenant_id: 'acme' };
    expect(claimsOf(await attest(sandbox, body, CONSUMER)).tenant_id).toBe(CONSUMER_TENANT);
  });

  it('an execution decides: unknown 404, foreign 403, otherwise its tenant', async () => {
    const session = await openSession(sandbox, 'aegis-system-sandbox', {}, { tenant_id: 'acme' });
    await session.result('aegis.agent.create', { manifest_yaml: agentYaml('tenancy') });
    const { execution_id } = await session.result('aegis.task.execute', { agent_id: 'tenancy' });
    const ids = { agent_id: crypto.randomUUID(), execution_id };
    const zaru = { public_key, security_context: 'zaru-free', execution_id };
    const unknown = { ...RUNTIME, execution_id: crypto.randomUUID() };
    expect(await attest(sandbox, unknown)).toEqual({ status: 404, body: { error: 'execution_not_found' } });
    expect(await attest(sandbox, zaru, CONSUMER)).toEqual({
      status: 403,
      body: {
        error: `permission_denied: tenant mismatch (identity tenant: ${CONSUMER_TENANT}, requested: acme)`,
      },
    });
    const claims = claimsOf(await attest(sandbox, { ...RUNTIME, ...ids }));
    expect(claims).toMatchObject({ tenant_id: 'acme', sub: ids.agent_id, exec_id: execution_id });
  });

  it('malformed ids are refused when both are given', async () => {
    const answer = await attest(sandbox, { ...RUNTIME, agent_id: 'agt', execution_id: 'exec' });
    expect(answer.status).toBe(401);
  });
});

describe('the documented dialect', () => {
  it.each<[Owner, Readonly<Record<string, string>>, string]>([
    [{}, {}, 'aegis-system-agent-runtime'],
    [CONSUMER, {}, 'zaru-free'],
    [OPERATOR, { tenant_id: 'acme' }, 'aegis-system-operator'],
    [{ tenant: 'sandbox' }, {}, 'tenant-sandbox-default'],
  ])('fills in the context of %j', async (owner, more, context) => {
    const documented = await start({ dialect: 'documented' });
    const answer = await attest(documented, { agent_public_key: public_key, ...more }, owner);
    expect(claimsOf(answer).scp).toBe(context);
    const envelope = seal(
      String(Object(answer.body).security_token),
      key.privateKey,
      toolPayload('aegis.runtime.list', {}),
    );
    expect((await post(`${documented.url}/v1/invoke`, envelope)).status).toBe(200);
    await documented.close();
  });

  it('still needs the bearer', async () => {
    const documented = await start({ dialect: 'documented' });
    const answer = await post(`${documented.url}/v1/seal/attest`, { agent_public_key: public_key });
    expect(answer).toEqual({ status: 401, body: { error: 'unauthorized' } });
    await documented.close();
  });

  it('alone has the /v1/invoke alias', async () => {
    const answer = await post(
      `${sandbox.url}/v1/invoke`,
      {},
      { authorization: `Bearer ${await sandbox.issueToken()}` },
    );
    expect(answer).toEqual({ status: 404, body: '' });
  });
});
