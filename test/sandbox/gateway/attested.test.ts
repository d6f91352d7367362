/** Sessions that the orchestrator attested, at the gateway. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Call, caller, deploy, execute, request, shareSandbox } from '../_sandbox.js';
import { operator, seal } from './_gateway.js';

const sandbox = shareSandbox();
const ARGS = {
  subcommand: 'say',
  fsal_mounts: [{ volume_id: 'v', mount_path: '/workspace', remote_path: '/' }],
};
const RESULT = { result: { exit_code: 0, stdout: 'sandbox: echo:1 say\n', stderr: '' } };

let orchestrator: Call;
let gateway: Call;
beforeAll(async () => {
  orchestrator = await caller(sandbox());
  gateway = await operator(sandbox());
  const tool = { name: 'echo', description: 'Echoes.', docker_image: 'echo:1', allowed_subcommands: ['say'] };
  const json = { ...tool, require_semantic_judge: false, default_timeout_seconds: 5 };
  await gateway('POST', '/v1/cli-tools', { json });
});

interface Attested {
  readonly security_token: string;
  readonly privateKey: KeyObject;
  readonly public_key_b64: string;
  readonly claims: Readonly<Record<string, string>>;
}

async function attest(security_context: string, more: object = {}): Promise<Attested> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
  const json = { public_key: raw, security_context, ...more };
  const { security_token } = (await orchestrator('POST', '/v1/seal/attest', { json })).json;
  const claims = JSON.parse(Buffer.from(security_token.split('.')[1], 'base64url').toString());
  return { security_token, privateKey, public_key_b64: raw, claims };
}

async function call({ security_token, privateKey }: Attested, path = '/v1/seal/invoke') {
  const body = seal({ security_token, key: privateKey, tool: 'echo', args: ARGS });
  const headers = { 'content-type': 'application/json' };
  const { status, json } = await request(`${sandbox().gatewayUrl}${path}`, 'POST', { body, headers });
  return [status, json.error?.code ?? json.error ?? json];
}

describe('a session that the orchestrator attested', () => {
  it('is known to the gateway, without a tenant, with the patterns of its context', async () => {
    const { claims, security_token, public_key_b64 } = await attest('aegis-system-sandbox');
    expect((await gateway('GET', `/v1/seal/sessions/${claims.exec_id}`)).json).toEqual({
      execution_id: claims.exec_id,
      agent_id: claims.sub,
      security_context: 'aegis-system-sandbox',
      public_key_b64,
      security_token,
      session_status: 'Active',
      expires_at: new Date(Number(claims.exp) * 1000).toISOString(),
      allowed_tool_patterns: ['*'],
      tenant_id: null,
    });
  });

  it('has the tools of its agent where the execution names some', async () => {
    const agent = await deploy(orchestrator, { spec: { tools: ['fs.read', 'web.fetch'] } });
    const execution_id = await execute(orchestrator, agent);
    await attest('aegis-system-agent-runtime', { agent_id: agent, execution_id });
    const { json } = await gateway('GET', `/v1/seal/sessions/${execution_id}`);
    expect(json.allowed_tool_patterns).toEqual(['fs.read', 'web.fetch']);
  });

  it('is forbidden until somebody posts its security context; then one token serves one call', async () => {
    const first = await attest('aegis-system-sandbox');
    expect(await call(first)).toEqual([403, 'forbidden']);
    const context = { name: 'aegis-system-sandbox', capabilities: [{ tool_pattern: '*' }] };
    expect((await gateway('POST', '/v1/security-contexts', { json: context })).json).toEqual({ saved: true });
    // The refused call used the token up.
    expect(await call(first)).toEqual([401, 1003]);
    const second = await attest('aegis-system-sandbox');
    expect(await call(second, '/v1/invoke')).toEqual([200, RESULT]);
    expect(await call(second)).toEqual([401, 1003]);
  });

  it('of aegis-system-operator does not reach to the gateway: an operator posts session and context', async () => {
    expect(await call(await attest('aegis-system-operator'))).toEqual([403, 2000]);
    const attested = await attest('aegis-system-operator');
    const { claims, security_token, public_key_b64 } = attested;
    const { exec_id: execution_id, sub: agent_id, scp: security_context } = claims;
    const session = { execution_id, agent_id, security_context, public_key_b64, security_token };
    expect((await gateway('POST', '/v1/seal/sessions', { json: session })).json).toEqual({ saved: true });
    const capabilities = [{ tool_pattern: 'echo' }];
    await gateway('POST', '/v1/security-contexts', { json: { name: security_context, capabilities } });
    expect(await call(attested)).toEqual([200, RESULT]);
  });

  it('ends when it is revoked there', async () => {
    const attested = await attest('aegis-system-sandbox');
    await gateway('DELETE', `/v1/seal/sessions/${attested.claims.exec_id}`);
    expect(await call(attested)).toEqual([401, 'unauthorized']);
  });
});
