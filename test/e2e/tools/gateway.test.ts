/** The gateway tools against the sandbox gateway of both dialects, with an upstream API on loopback. */
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Domain, shareDomain, unproven } from '../_domain.js';
import { failure, type Json, openTools, type Tools } from '../_tools.js';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const NOBODY = '00000000-0000-4000-8000-000000000000';
const CREDENTIAL = { kind: 'Static', key: 'sandbox/token' };
const SESSION = { execution_id: 'exec-1', agent_id: 'agent-1', security_context: 'research' };

interface Upstream {
  readonly url: string;
  readonly asked: string[];
  close(): void;
}

/** An issue tracker: a new issue has number 7, the list has two. */
async function startUpstream(): Promise<Upstream> {
  const asked: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const { method, url } = request;
    const body: unknown = await json(request).catch(() => undefined);
    asked.push(`${method} ${url} ${JSON.stringify(body)} ${request.headers.authorization}`);
    const list = { issues: [{ number: 1 }, { number: 2 }], total: 2 };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(method === 'POST' ? { number: 7, ...Object(body) } : list));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = Object(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const DOCUMENT = `openapi: 3.0.3
paths:
  /issues:
    get: { operationId: issues/list }
    post: { operationId: issues/create }
`;

const workflow = (api_spec_id: unknown, parts: object = {}) => ({
  name: 'create-issue',
  description: 'Creates an issue.',
  input_schema: { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] },
  api_spec_id,
  steps: [
    {
      name: 'create',
      operation_id: 'issues/create',
      body_template: '{"title":"{{input.title}}"}',
      extractors: { number: '$.number' },
      on_error: 'RetryN(2)',
    },
  ],
  ...parts,
});

const CLI_TOOL = {
  name: 'kubectl',
  description: 'Reads a cluster.',
  docker_image: 'ghcr.io/example/kubectl:1.29',
  allowed_subcommands: ['get', 'logs'],
  require_semantic_judge: false,
  default_timeout_seconds: 60,
  registry_credential_path: CREDENTIAL,
};

/** A key of the caller's own, and calls signed with it. */
function createSigner() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  return { public_key_b64: raw.toString('base64'), privateKey };
}

function envelope(security_token: string, key: KeyObject, name: string, args: object): Json {
  const params = { arguments: args, name };
  const payload = { id: randomUUID(), jsonrpc: '2.0', method: 'tools/call', params };
  const timestamp = Math.floor(Date.now() / 1000);
  const message = Buffer.from(JSON.stringify({ payload, security_token, timestamp }));
  const signature = sign(null, message, key).toString('base64');
  return { protocol: 'seal/v1', security_token, signature, payload, timestamp };
}

describe.each(['live', 'documented'] as const)('the gateway tools on a %s server', (dialect) => {
  const domain = shareDomain({ dialect });
  const { public_key_b64, privateKey } = createSigner();
  let upstream: Upstream;
  let tools: Tools;
  let spec: unknown;
  let workflow_id: unknown;

  const open = async (env: Readonly<Record<string, string>>): Promise<Tools> => {
    const { url, gatewayUrl } = domain().sandbox;
    return openTools({ url, gatewayUrl }, env);
  };
  const invoke = async (name: string, args: object, caller = tools): Promise<Json> => {
    return await caller.must('gateway_invoke', await signed(name, args));
  };
  const signed = async (name: string, args: object): Promise<Json> => {
    const { execution_id: execId, agent_id: subject, security_context: context } = SESSION;
    const token = await domain().sandbox.issueSealToken({ execId, subject, context });
    return envelope(token, privateKey, name, args);
  };

  beforeAll(async () => {
    upstream = await startUpstream();
    tools = await open({ AEGIS_GATEWAY_TOKEN: await domain().sandbox.issueGatewayToken() });
  });
  afterAll(async () => {
    upstream.close();
    await tools.close();
  });

  it('tell that it is up, and its own document', async () => {
    expect(await tools.must('gateway_health')).toEqual({ status: 'ok' });
    const { document } = await tools.must('gateway_open_api_json');
    expect(document).toMatchObject({ paths: expect.any(Object) });
  });

  it('show the pages that operators see', async () => {
    expect(await tools.must('gateway_ui_index')).toMatchObject({ mime_type: 'text/html' });
    expect(await tools.must('gateway_ui_app_js')).toMatchObject({ mime_type: 'application/javascript' });
    expect(await tools.must('gateway_ui_styles_css')).toMatchObject({ mime_type: 'text/css' });
    const { text } = await tools.must('gateway_api_docs');
    const [, asset] = /\/api-docs\/([\w.-]+)/.exec(String(text)) ?? [];
    const file = await tools.must('gateway_api_docs_asset', { asset });
    expect(file.size).toBeGreaterThan(0);
    const missing = await failure(tools, 'gateway_api_docs_asset', { asset: 'none.js' });
    expect(missing).toContain('Error unsupported (HTTP 404)');
    expect(missing).toContain('Next: The pages of this gateway are switched off (ui.enabled)');
  });

  it('find metrics where they are routed to it', async () => {
    const { url, gatewayMetricsUrl } = domain().sandbox;
    const text = await failure(tools, 'gateway_metrics');
    expect(text).toMatch(/Error unsupported \(HTTP 404\)[\s\S]*Next: .*METRICS_PORT/);
    const routed = openTools({ url, gatewayUrl: gatewayMetricsUrl });
    const metrics = await routed.must('gateway_metrics');
    expect(metrics.text).toContain('aegis_seal_sessions_active');
    expect(unproven(['gateway'], [routed])).not.toContain('gateway_metrics');
    await routed.close();
  });

  it('register an API', async () => {
    const given = { name: 'issues', base_url: upstream.url, credential_path: CREDENTIAL };
    const made = await tools.must('gateway_register_spec', { ...given, inline_json: DOCUMENT });
    expect(made).toEqual({ id: UUID, deduplicated: false });
    spec = made.id;
    expect(await tools.must('gateway_list_specs')).toMatchObject({ specs: [{ id: spec, name: 'issues' }] });
    const shown = await tools.must('gateway_get_spec', { id: spec });
    expect(shown).toMatchObject({
      name: 'issues',
      base_url: upstream.url,
      operations: { 'issues/create': { method: 'POST', path: '/issues' } },
    });
    expect(shown).not.toHaveProperty('raw_spec');
    if (dialect === 'documented') return;
    expect(shown.credential_path).toEqual(CREDENTIAL);
    const whole = await tools.must('gateway_get_spec', { id: spec, include_document: true });
    expect(whole.raw_spec).toMatchObject({ openapi: '3.0.3' });
  });

  it('call it once, and show only what is wanted', async () => {
    const call = { api_spec_id: spec, operation_id: 'issues/list', fields: ['$.issues[*].number', '$.none'] };
    expect(await tools.must('gateway_explore_api', call)).toMatchObject({
      sliced_data: { '$.issues[*].number': [1, 2], '$.none': [] },
      operation_metadata: { status: 200 },
    });
    expect(upstream.asked.at(-1)).toMatch(/^GET \/issues \{\} Bearer /);
    const broken = await failure(tools, 'gateway_explore_api', { ...call, fields: ['$.['] });
    expect(broken).toContain('The upstream API was called, but its answer could not be sliced');
    expect(broken).toContain('The call may have taken effect');
    const hinted = await tools.must('gateway_explore_api', { ...call, include_hateoas_hints: true });
    expect(Object(hinted.hints).related_operations.sort()).toEqual(['issues/create', 'issues/list']);
  });

  it('make a workflow of it', async () => {
    const made = await tools.must('gateway_register_workflow', workflow(spec));
    workflow_id = made.id;
    expect(made).toEqual({ id: UUID });
    expect(await tools.must('gateway_list_workflows')).toMatchObject({
      workflows: [{ id: workflow_id, name: 'create-issue' }],
    });
    expect(await tools.must('gateway_get_workflow', { id: workflow_id })).toMatchObject({
      name: 'create-issue',
      steps: [{ name: 'create', on_error: 'RetryN(2)', extractors: { number: '$.number' } }],
    });
  });

  it('replace a workflow, where the gateway can', async () => {
    const changed = { id: workflow_id, ...workflow(spec, { description: 'Opens an issue.' }) };
    if (dialect === 'live') {
      expect(await tools.must('gateway_update_workflow', changed)).toEqual({
        id: workflow_id,
        updated: true,
      });
      expect(await tools.must('gateway_get_workflow', { id: workflow_id })).toMatchObject({
        description: 'Opens an issue.',
        tenant_id: null,
      });
      return;
    }
    const text = await failure(tools, 'gateway_update_workflow', changed);
    expect(text).toContain('Error unsupported');
    expect(text).toMatch(/Next: Delete the workflow with gateway_delete_workflow and register it anew/);
  });

  it('register command-line tools', async () => {
    expect(await tools.must('gateway_register_cli_tool', CLI_TOOL)).toEqual({ name: 'kubectl', saved: true });
    expect(await tools.must('gateway_list_cli_tools')).toMatchObject({
      cli_tools: [{ name: 'kubectl', allowed_subcommands: ['get', 'logs'] }],
    });
    const { tools: all } = await tools.must('gateway_list_tools');
    expect(all).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'create-issue', kind: 'workflow' }),
        expect.objectContaining({ name: 'kubectl', kind: 'cli' }),
      ]),
    );
  });

  it('draw the line of what may be called', async () => {
    const context = {
      name: SESSION.security_context,
      capabilities: [{ tool_pattern: 'web.*', domain_allowlist: ['*.example.org'] }, { tool_pattern: '*' }],
      deny_list: ['kubectl'],
    };
    const saved = await tools.must('gateway_upsert_security_context', context);
    expect(saved).toMatchObject({
      name: 'research',
      saved: true,
      notes: [expect.stringContaining('*.example.org')],
    });
    const shown = await tools.must('gateway_get_security_context', { name: 'research' });
    expect(shown).toMatchObject({
      name: 'research',
      capabilities: [{ domain_allowlist: ['*.example.org'] }, { tool_pattern: '*' }],
      deny_list: ['kubectl'],
    });
    expect(JSON.stringify(shown.capabilities)).not.toContain('null');
    const { security_contexts } = await tools.must('gateway_list_security_contexts');
    expect(Object(security_contexts).map(({ name }: Json) => name)).toContain('research');
    // What was read can be given back.
    const again = { name: 'research', capabilities: shown.capabilities, deny_list: ['kubectl'] };
    expect(await tools.must('gateway_upsert_security_context', again)).toMatchObject({ saved: true });
  });

  it('open a session, whose token is never shown', async () => {
    const secret = 'registered.session.token';
    const session = { ...SESSION, public_key_b64, security_token: secret };
    const saved = await tools.must('gateway_upsert_seal_session', session);
    expect(saved).toEqual({ execution_id: 'exec-1', saved: true });
    const shown = await tools.must('gateway_get_seal_session', { execution_id: 'exec-1' });
    expect(shown).toMatchObject({ ...SESSION, session_status: 'Active', allowed_tool_patterns: ['*'] });
    const listed = await tools.must('gateway_list_seal_sessions');
    expect(listed).toMatchObject({ sessions: [{ execution_id: 'exec-1' }] });
    expect(JSON.stringify([saved, shown, listed])).not.toContain(secret);
  });

  it('carry signed calls, and no operator token with them', async () => {
    const { result } = await invoke('create-issue', { title: 'Broken' });
    expect(result).toMatchObject({ result: { number: 7, title: 'Broken' }, state: { 'create.number': 7 } });
    const anonymous = await open({});
    expect(await invoke('create-issue', { title: 'Again' }, anonymous)).toMatchObject({
      result: { result: { number: 7 } },
    });
    await anonymous.close();
  });

  it('end with the policy: a denial is final', async () => {
    const denied = await failure(tools, 'gateway_invoke', await signed('kubectl', { subcommand: 'get' }));
    expect(denied).toMatch(/^Error seal_denied \(HTTP 403\): The security context denies the call/);
    expect(denied).toContain('Next: This is final');
    await tools.must('gateway_register_workflow', workflow(spec, { name: 'web.fetch' }));
    const fetch = (url: string) => signed('web.fetch', { title: 'x', url });
    await invoke('web.fetch', { title: 'x', url: 'https://a.example.org/' });
    for (const url of ['https://evilexample.org/', 'https://example.com/'])
      expect(await failure(tools, 'gateway_invoke', await fetch(url))).toContain('Error seal_denied');
  });

  it('call tools by name, with sessions of this server', async () => {
    const { sandbox } = domain();
    const env = { AEGIS_TOKEN: await sandbox.issueToken(), AEGIS_SECURITY_CONTEXT: 'aegis-system-sandbox' };
    const own = await open(env);
    const call = (title: string) => ({ name: 'create-issue', arguments: { title } });
    const unknown = await failure(own, 'gateway_invoke', call('A'));
    expect(unknown).toMatch(
      /^Error seal_denied \(HTTP 403\): SEAL: forbidden \(the gateway does not know the/,
    );
    expect(unknown).toContain('POST /v1/security-contexts');
    const context = { name: 'aegis-system-sandbox', capabilities: [{ tool_pattern: 'create-issue' }] };
    await tools.must('gateway_upsert_security_context', context);
    const titles = ['B', 'C', 'D', 'E', 'F'];
    const made = await Promise.all(titles.map((title) => own.must('gateway_invoke', call(title))));
    expect(made.map(({ result }) => Object(result).result.title)).toEqual(titles);
    const denied = await failure(own, 'gateway_invoke', { name: 'kubectl', arguments: {} });
    expect(denied).toMatch(/^Error seal_denied \(HTTP 403\)/);
    expect(denied).toMatch(/neither the security context nor the session allows the tool/);
    const both = await failure(own, 'gateway_invoke', { ...call('G'), protocol: 'seal/v1' });
    expect(both).toContain('gateway_invoke: name and protocol exclude each other');
    await own.close();
  });

  it('explain an envelope that does not hold', async () => {
    const good = await signed('create-issue', { title: 'x' });
    const forged = { ...good, timestamp: Number(good.timestamp) - 1 };
    expect(await failure(tools, 'gateway_invoke', forged)).toMatch(/Error seal_failed \(HTTP 401\)/);
    const stale = { ...good, timestamp: Number(good.timestamp) - 3600 };
    expect(await failure(tools, 'gateway_invoke', stale)).toContain('too old');
    const unread = { ...good, security_token: 'no.token' };
    const text = await failure(tools, 'gateway_invoke', unread);
    expect(text).toMatch(/Error seal_failed \(HTTP 401\)/);
    expect(text).not.toContain('AEGIS_GATEWAY_TOKEN');
    const named = await failure(tools, 'gateway_invoke', await signed('nobody', {}));
    expect(named).toContain('gateway_list_tools');
  });

  it('revoke a session at once', async () => {
    const revoked = { execution_id: 'exec-1', status: 'revoked' };
    expect(await tools.must('gateway_revoke_seal_session', { execution_id: 'exec-1' })).toEqual(revoked);
    const text = await failure(tools, 'gateway_invoke', await signed('create-issue', { title: 'x' }));
    expect(text).toMatch(/Error seal_failed \(HTTP 401\): The gateway has no active session/);
    const again = await failure(tools, 'gateway_revoke_seal_session', { execution_id: 'exec-1' });
    expect(again).toContain('Error not_found (HTTP 404)');
  });

  it('delete what was made', async () => {
    const gone = (parts: object) => ({ ...parts, deleted: true });
    expect(await tools.must('gateway_delete_workflow', { id: workflow_id })).toEqual(
      gone({ id: workflow_id }),
    );
    expect(await tools.must('gateway_delete_spec', { id: spec })).toEqual(gone({ id: spec }));
    expect(await tools.must('gateway_delete_cli_tool', { name: 'kubectl' })).toEqual(
      gone({ name: 'kubectl' }),
    );
    expect(await failure(tools, 'gateway_get_spec', { id: spec })).toContain('Error not_found (HTTP 404)');
    if (dialect === 'live')
      expect(await tools.must('gateway_delete_spec', { id: NOBODY })).toEqual(gone({ id: NOBODY }));
  });

  it('refuse bad input before it is sent', async () => {
    const api = { name: 'x', base_url: upstream.url, credential_path: CREDENTIAL };
    const good = { ...SESSION, public_key_b64, security_token: 'a.b.c' };
    for (const [tool, args, problem] of [
      ['gateway_register_spec', api, 'inline_json or source_fetch_url: one is missing'],
      ['gateway_register_spec', { ...api, inline_json: 'paths: [' }, 'inline_json: Invalid YAML at line 1'],
      ['gateway_register_spec', { ...api, base_url: 'api' }, 'base_url: '],
      [
        'gateway_register_spec',
        { ...api, inline_json: DOCUMENT, credential_path: { kind: 'Vault' } },
        'credential_path: is no credential path',
      ],
      ['gateway_register_workflow', workflow('issues'), 'api_spec_id: is not a UUID'],
      ['gateway_register_workflow', workflow(NOBODY, { steps: [] }), 'steps: '],
      ['gateway_register_workflow', workflow(NOBODY, { input_schema: {} }), 'input_schema: type'],
      ['gateway_get_workflow', { id: 'create-issue' }, 'id: is not a UUID'],
      [
        'gateway_register_cli_tool',
        { ...CLI_TOOL, default_timeout_seconds: 301 },
        'default_timeout_seconds: ',
      ],
      ['gateway_upsert_seal_session', { ...good, public_key_b64: 'AAAA' }, 'public_key_b64: is not base64'],
      ['gateway_upsert_seal_session', { ...good, expires_at: 'tomorrow' }, 'expires_at: is not an RFC 3339'],
      ['gateway_upsert_seal_session', { ...good, allowed_tool_patterns: [] }, 'allowed_tool_patterns: '],
      [
        'gateway_explore_api',
        { api_spec_id: NOBODY, operation_id: 'o', fields: ['number'] },
        'fields.0: is no JSONPath',
      ],
      [
        'gateway_invoke',
        { ...envelope('a.b.c', privateKey, 'x', {}), timestamp: '2026-05-08T10:00:00Z' },
        'timestamp: is not in whole Unix seconds',
      ],
    ] as const)
      expect(await failure(tools, tool, args)).toContain(`Error invalid_arguments: ${tool}: ${problem}`);
  });

  it('say what the gateway refuses', async () => {
    const unknown = await failure(tools, 'gateway_register_workflow', workflow(NOBODY));
    expect(unknown).toContain('Error refused (HTTP 400)');
    const call = { api_spec_id: NOBODY, operation_id: 'issues/list', fields: ['$'] };
    expect(await failure(tools, 'gateway_explore_api', call)).toContain('Error not_found (HTTP 404)');
  });

  it('name the credential that is missing, or of the wrong role', async () => {
    const anonymous = await open({});
    const text = await failure(anonymous, 'gateway_list_specs');
    expect(text).toContain(
      'Error unauthorized (HTTP 401): The server wants a bearer token and none was sent',
    );
    expect(text).toMatch(/Next: Configure an operator token of the SEAL gateway: AEGIS_GATEWAY_TOKEN/);
    const token = await domain().sandbox.issueGatewayToken({ role: 'aegis:readonly' });
    const reader = await open({ AEGIS_GATEWAY_TOKEN: token });
    expect(await failure(reader, 'gateway_list_specs')).toMatch(/Error forbidden \(HTTP 403\)/);
    await Promise.all([anonymous.close(), reader.close()]);
  });

  it('need an address', async () => {
    const { tools: without }: Domain = domain();
    expect(await failure(without, 'gateway_health')).toMatch(
      /Error not_configured: No SEAL gateway is configured[\s\S]*AEGIS_GATEWAY_URL/,
    );
  });

  it('leave no tool out', () => {
    const lacking = dialect === 'live' ? [] : ['gateway_update_workflow'];
    expect(unproven(['gateway'], [tools])).toEqual(['gateway_metrics', ...lacking]);
  });
});
