/** What the live sandbox's gateway answers, held against the contract of the gateway. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { Asker, type Asking } from '../_ask.js';
import { Judge } from '../_contract.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const judge = new Judge('gateway');
const HUGE = JSON.stringify('x'.repeat(2 * 1024 * 1024));

let sandbox: Sandbox;
let asker: Asker;
/** An operator without the role, one whose database is down, and the bearer that stands for absent keys. */
let bearers: { readonly role: string; readonly database: string; readonly keys: string };
let upstream: Server;
let upstreamUrl: string;

const ask: Asker['ask'] = (...asking) => asker.ask(...asking);
const get: Asker['get'] = (...asking) => asker.get(...asking);
const post: Asker['post'] = (...asking) => asker.post(...asking);

beforeAll(async () => {
  sandbox = await startSandbox({ pace: 0 });
  asker = new Asker(
    judge,
    sandbox.gatewayUrl,
    `Bearer ${await sandbox.issueGatewayToken({ tenant: 'acme' })}`,
  );
  bearers = {
    role: `Bearer ${await sandbox.issueToken()}`,
    database: `Bearer ${await sandbox.issueGatewayToken({ tenant: 'sandbox-database-down' })}`,
    keys: 'Bearer sandbox-jwks-unreachable',
  };
  upstream = createServer((_request, response) => response.end('{"pets":[{"id":1}]}'));
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  upstreamUrl = `http://127.0.0.1:${Object(upstream.address()).port}`;
});
afterAll(async () => {
  upstream.closeAllConnections();
  upstream.close();
  await sandbox.close();
});

/** What the middleware and the database refuse of every operator operation. */
async function refusals(method: string, path: string, given: Asking = {}) {
  await ask(403, method, path, { ...given, authorization: bearers.role });
  await ask(500, method, path, { ...given, authorization: bearers.database });
  await ask(503, method, path, { ...given, authorization: bearers.keys });
}

/** The same, with what the framework refuses of a body; `json` is one that would be taken. */
async function bodyRefusals(method: string, path: string, json: unknown) {
  await refusals(method, path, { json });
  await ask(400, method, path, { body: '{' });
  await ask(413, method, path, { body: HUGE });
  await ask(415, method, path, { json, type: 'text/plain' });
  await ask(422, method, path, { json: {} });
}

const spec = (parts: object = {}) => ({
  name: 'petstore',
  base_url: upstreamUrl,
  inline_json: { openapi: '3.0.3', paths: { '/pets': { get: { operationId: 'listPets' } } } },
  credential_path: { StaticRef: { key: 'petstore/token' } },
  ...parts,
});

const workflow = (api_spec_id: string, parts: object = {}) => ({
  name: 'pets',
  description: 'Lists pets.',
  input_schema: { type: 'object' },
  api_spec_id,
  steps: [
    {
      name: 'list',
      operation_id: 'listPets',
      body_template: '{}',
      extractors: { id: '$.pets[0].id' },
      on_error: { RetryN: 1 },
    },
  ],
  ...parts,
});

const tool = (parts: object = {}) => ({
  name: 'kubectl',
  description: 'Reads a cluster.',
  docker_image: 'kubectl:1',
  allowed_subcommands: ['get'],
  require_semantic_judge: true,
  default_timeout_seconds: 5,
  registry_credential_path: { StaticRef: { key: 'ghcr-token' } },
  ...parts,
});

const session = (parts: object = {}) => ({
  execution_id: 'exec-1',
  agent_id: 'agent-1',
  security_context: 'aegis-system-default',
  public_key_b64: 'AAAA',
  security_token: 'x',
  ...parts,
});

describe('the management API', () => {
  it('API specs', async () => {
    const { id } = await post(200, '/v1/specs', spec({ source_url: 'urn:pets' }));
    expect(await post(200, '/v1/specs', spec({ source_url: 'urn:pets' }))).toEqual({
      id,
      deduplicated: true,
    });
    await ask(401, 'POST', '/v1/specs', { json: spec(), authorization: '' });
    await bodyRefusals('POST', '/v1/specs', spec());
    await get(200, '/v1/specs');
    await ask(401, 'GET', '/v1/specs', { authorization: '' });
    await refusals('GET', '/v1/specs');
    await get(200, `/v1/specs/${id}`);
    await get(400, '/v1/specs/petstore');
    await get(404, `/v1/specs/${NOBODY}`);
    await ask(401, 'GET', `/v1/specs/${id}`, { authorization: '' });
    await refusals('GET', `/v1/specs/${id}`);
    await ask(200, 'DELETE', `/v1/specs/${NOBODY}`);
    await ask(400, 'DELETE', '/v1/specs/petstore');
    await ask(401, 'DELETE', `/v1/specs/${NOBODY}`, { authorization: '' });
    await refusals('DELETE', `/v1/specs/${NOBODY}`);
  });

  it('workflows', async () => {
    const { id: specId } = await post(200, '/v1/specs', spec());
    const { id } = await post(200, '/v1/workflows', workflow(specId));
    await post(400, '/v1/workflows', workflow(NOBODY));
    await ask(401, 'POST', '/v1/workflows', { json: workflow(specId), authorization: '' });
    await bodyRefusals('POST', '/v1/workflows', workflow(specId));
    await get(200, '/v1/workflows');
    await ask(401, 'GET', '/v1/workflows', { authorization: '' });
    await refusals('GET', '/v1/workflows');
    const path = `/v1/workflows/${id}`;
    await get(200, path);
    await get(400, '/v1/workflows/pets');
    await get(404, `/v1/workflows/${NOBODY}`);
    await ask(401, 'GET', path, { authorization: '' });
    await refusals('GET', path);
    await ask(200, 'PUT', path, { json: workflow(specId) });
    await ask(400, 'PUT', '/v1/workflows/pets', { json: workflow(specId) });
    await ask(401, 'PUT', path, { json: workflow(specId), authorization: '' });
    await bodyRefusals('PUT', path, workflow(specId));
    await ask(200, 'DELETE', path);
    await ask(400, 'DELETE', '/v1/workflows/pets');
    await ask(401, 'DELETE', path, { authorization: '' });
    await refusals('DELETE', path);
  });

  it('CLI tools and the catalogue', async () => {
    const { id: specId } = await post(200, '/v1/specs', spec());
    await post(200, '/v1/workflows', workflow(specId));
    await post(200, '/v1/cli-tools', tool());
    await post(400, '/v1/cli-tools', tool({ default_timeout_seconds: 301 }));
    await ask(401, 'POST', '/v1/cli-tools', { json: tool(), authorization: '' });
    await bodyRefusals('POST', '/v1/cli-tools', tool());
    for (const path of ['/v1/cli-tools', '/v1/tools']) {
      expect((await get(200, path)).length).toBeGreaterThan(0);
      await ask(401, 'GET', path, { authorization: '' });
      await refusals('GET', path);
    }
    await ask(200, 'DELETE', '/v1/cli-tools/kubectl');
    await ask(401, 'DELETE', '/v1/cli-tools/kubectl', { authorization: '' });
    await refusals('DELETE', '/v1/cli-tools/kubectl');
  });

  it('sessions', async () => {
    await post(200, '/v1/seal/sessions', session());
    await post(400, '/v1/seal/sessions', session({ expires_at: 'tomorrow' }));
    await ask(401, 'POST', '/v1/seal/sessions', { json: session(), authorization: '' });
    await bodyRefusals('POST', '/v1/seal/sessions', session());
    expect(await get(200, '/v1/seal/sessions')).toHaveLength(1);
    await ask(401, 'GET', '/v1/seal/sessions', { authorization: '' });
    await refusals('GET', '/v1/seal/sessions');
    const path = '/v1/seal/sessions/exec-1';
    await get(200, path);
    await get(404, '/v1/seal/sessions/nobody');
    await ask(401, 'GET', path, { authorization: '' });
    await refusals('GET', path);
    await refusals('DELETE', path);
    await ask(401, 'DELETE', path, { authorization: '' });
    await ask(200, 'DELETE', path);
    await ask(404, 'DELETE', path);
  });

  it('security contexts', async () => {
    const capability = { tool_pattern: 'cmd.run', subcommand_allowlist: { git: [] }, max_response_size: 1 };
    const capabilities = [{ ...capability, rate_limit: { calls: 1, per_seconds: 1 } }];
    await post(200, '/v1/security-contexts', { name: 'git', capabilities });
    await post(400, '/v1/security-contexts', { name: '', capabilities });
    await ask(401, 'POST', '/v1/security-contexts', {
      json: { name: 'git', capabilities },
      authorization: '',
    });
    await bodyRefusals('POST', '/v1/security-contexts', { name: 'git', capabilities });
    expect(await get(200, '/v1/security-contexts')).toHaveLength(4);
    await ask(401, 'GET', '/v1/security-contexts', { authorization: '' });
    await refusals('GET', '/v1/security-contexts');
    await get(200, '/v1/security-contexts/git');
    await get(404, '/v1/security-contexts/nowhere');
    await ask(401, 'GET', '/v1/security-contexts/git', { authorization: '' });
    await refusals('GET', '/v1/security-contexts/git');
  });

  it('the explorer', async () => {
    const { id: api_spec_id } = await post(200, '/v1/specs', spec());
    const asked = {
      execution_id: 'exec-1',
      api_spec_id,
      operation_id: 'listPets',
      parameters: {},
      fields: ['$.pets[*].id'],
      include_hateoas_hints: true,
    };
    await post(200, '/v1/explorer', asked);
    await post(200, '/v1/explorer', { ...asked, include_hateoas_hints: false });
    await post(400, '/v1/explorer', { ...asked, fields: ['pets'] });
    await post(404, '/v1/explorer', { ...asked, api_spec_id: NOBODY });
    const userBound = spec({ credential_path: { UserBound: { provider: 'github' } } });
    const { id: theirs } = await post(200, '/v1/specs', userBound);
    await post(401, '/v1/explorer', { ...asked, api_spec_id: theirs });
    await bodyRefusals('POST', '/v1/explorer', { ...asked, api_spec_id: theirs });
  });
});

describe('signed calls', () => {
  let key: KeyObject;

  beforeAll(async () => {
    const pair = generateKeyPairSync('ed25519');
    key = pair.privateKey;
    const public_key_b64 = pair.publicKey
      .export({ type: 'spki', format: 'der' })
      .subarray(-32)
      .toString('base64');
    await post(200, '/v1/seal/sessions', session({ public_key_b64 }));
    const { id } = await post(200, '/v1/specs', spec());
    await post(200, '/v1/workflows', workflow(id));
    const nowhere = await post(200, '/v1/specs', spec({ name: 'nowhere', base_url: 'http://127.0.0.1:1' }));
    await post(200, '/v1/workflows', workflow(nowhere.id, { name: 'nowhere' }));
    await post(200, '/v1/cli-tools', tool());
  });

  async function envelope(name: string, args: unknown = {}, parts: object = {}) {
    const named = { execId: 'exec-1', subject: 'agent-1', context: 'aegis-system-default', tenant: 'acme' };
    const security_token = await sandbox.issueSealToken(named);
    const payload = { method: 'tools/call', params: { arguments: args, name } };
    const timestamp = Math.floor(Date.now() / 1000);
    const message = Buffer.from(JSON.stringify({ payload, security_token, timestamp }));
    const signature = sign(null, message, key).toString('base64');
    return { protocol: 'seal/v1', security_token, signature, payload, timestamp, ...parts };
  }

  it.each(['/v1/invoke', '/v1/seal/invoke'])('to %s', async (path) => {
    const call = async (status: number, name: string, args?: unknown, parts?: object) => {
      const json = await envelope(name, args, parts);
      expect(judge.checkRequest({ method: 'POST', path, type: 'application/json', body: json })).toEqual([]);
      return ask(status, 'POST', path, { json, authorization: '' });
    };
    const fsal_mounts = [{ volume_id: 'v', mount_path: '/workspace', remote_path: '/' }];
    await call(200, 'pets');
    await call(200, 'kubectl', { subcommand: 'get', fsal_mounts });
    await call(400, 'kubectl', {});
    await call(401, 'pets', {}, { timestamp: 1 });
    await call(403, 'kubectl', { subcommand: 'delete', fsal_mounts });
    await call(404, 'nothing');
    await call(500, 'nowhere');
    await ask(413, 'POST', path, { json: await envelope('pets', 'x'.repeat(2 * 1024 * 1024)) });
    await ask(415, 'POST', path, { json: await envelope('pets'), type: 'text/plain' });
    await ask(422, 'POST', path, { json: await envelope('pets', {}, { timestamp: 'now' }) });
    await ask(400, 'POST', path, { json: await envelope('pets', {}, { protocol: 'smcp/v1' }) });
  });
});

describe('everything else', () => {
  it('is served without a token', async () => {
    const paths = ['/health', '/', '/ui/app.js', '/ui/styles.css', '/openapi.json', '/api-docs/index.html'];
    for (const path of paths) await ask(200, 'GET', path, { authorization: '' });
    await ask(303, 'GET', '/api-docs', { authorization: '' });
    await ask(404, 'GET', '/api-docs/nothing.css', { authorization: '' });
  });

  it('has metrics on a listener of their own', async () => {
    const metrics = new Asker(judge, sandbox.gatewayMetricsUrl, '');
    await metrics.get(200, '/metrics');
    expect(metrics.unseen(['gatewayMetrics'])).toEqual([]);
  });
});

it.each([
  ['DELETE', '/v1/cli-tools/%ff'],
  ['GET', '/v1/seal/sessions/%ff'],
  ['DELETE', '/v1/seal/sessions/%ff'],
  ['GET', '/v1/security-contexts/%ff'],
])('%s %s is 400 text', async (method, path) => {
  const headers = { authorization: `Bearer ${await sandbox.issueGatewayToken()}` };
  const response = await fetch(`${sandbox.gatewayUrl}${path}`, { method, headers });
  expect([response.status, response.headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8']);
});

it('answered with every status that the contract announces', () => {
  const operations = [...judge.operations().keys()].filter((id) => id !== 'gatewayMetrics');
  expect(asker.unseen(operations)).toEqual([
    // The web page and the documentation cannot be switched off.
    'gatewayUiIndex 404',
    'gatewayUiAppJs 404',
    'gatewayUiStylesCss 404',
    'gatewayOpenApiJson 404',
    // The page stands behind a redirect.
    'gatewayApiDocs 200',
    'gatewayApiDocs 404',
    // These take any text as a name: 400 is for a path that is no UTF-8, asked for without the contract above.
    'gatewayDeleteCliTool 400',
    'gatewayGetSealSession 400',
    'gatewayRevokeSealSession 400',
    'gatewayGetSecurityContext 400',
  ]);
});
