/** Gateway tools against a scripted gateway: answers that are short, odd, or refusals in disguise. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type Answer, type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const call = (tool: string, args: object, answers: readonly Answer[]) =>
  callTool(server, tool, args, answers, { gatewayUrl: server.url });

const ID = '1c4f2a8e-0b1c-4d2e-8f30-a1b2c3d4e5f6';
const STEP = { name: 'create', operation_id: 'issues/create' };
const WORKFLOW = {
  name: 'w',
  description: '',
  input_schema: { type: 'object' },
  api_spec_id: ID,
  steps: [STEP],
};
const SPEC = {
  name: 'issues',
  base_url: 'https://api.example.com',
  source_fetch_url: 'https://api.example.com/openapi.json',
  credential_path: { kind: 'Static', key: 'k' },
};
const CLI_TOOL = {
  name: 'kubectl',
  description: '',
  docker_image: 'kubectl:1',
  allowed_subcommands: ['get'],
  require_semantic_judge: false,
  default_timeout_seconds: 60,
};
const SESSION = {
  execution_id: 'e',
  agent_id: 'a',
  security_context: 's',
  public_key_b64: '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
  security_token: 'h.p.s',
};
const ENVELOPE = {
  protocol: 'seal/v1',
  security_token: 'h.p.s',
  signature: 'c2lnbmF0dXJl',
  payload: { method: 'tools/call', params: { name: 'x', arguments: {} } },
  timestamp: 1_778_234_400,
};

it.each([
  ['gateway_delete_spec', { id: ID }, { id: ID, deleted: true }],
  ['gateway_delete_workflow', { id: ID }, { id: ID, deleted: true }],
  ['gateway_delete_cli_tool', { name: 'kubectl' }, { name: 'kubectl', deleted: true }],
  ['gateway_update_workflow', { id: ID, ...WORKFLOW }, { id: ID, updated: true }],
  ['gateway_register_cli_tool', CLI_TOOL, { name: 'kubectl', saved: true }],
  ['gateway_upsert_seal_session', SESSION, { execution_id: 'e', saved: true }],
  ['gateway_upsert_security_context', { name: 's', capabilities: [] }, { name: 's', saved: true, notes: [] }],
  ['gateway_revoke_seal_session', { execution_id: 'e' }, { execution_id: 'e', status: 'revoked' }],
])('%s has succeeded where the gateway says so without a word', async (tool, args, result) => {
  const { structured, text } = await call(tool, args, [{ status: 204 }]);
  expect(structured, text).toEqual(result);
});

it('says what the gateway says against a success', async () => {
  const { structured } = await call('gateway_delete_spec', { id: ID }, [{ json: { deleted: false } }]);
  expect(structured).toEqual({ id: ID, deleted: false });
});

it('explores with a credential of the vault, and so never past SEAL where that is demanded', async () => {
  const explore = { api_spec_id: ID, operation_id: 'issues/create', fields: ['$'] };
  const { text } = await callTool(server, 'gateway_explore_api', explore, [], {
    gatewayUrl: server.url,
    seal: 'required',
  });
  expect(text).toContain('Error seal_required');
  expect(server.asked).toEqual([]);
});

describe('a signed call', () => {
  it.each([
    ['published', { code: 2001, error: 'tool x is denied', request_id: 'r' }],
    ['real', { protocol: 'seal/v1', status: 'error', error: { code: 2001, message: 'tool x is denied' } }],
  ])('that is refused in the %s form with a success status has failed', async (_form, json) => {
    const { isError, text } = await call('gateway_invoke', ENVELOPE, [{ json }]);
    expect([isError, server.asked.length]).toEqual([true, 1]);
    expect(text).toMatch(/^Error failed: tool x is denied\n/);
  });

  it('is no success without a result', async () => {
    const { text } = await call('gateway_invoke', ENVELOPE, [{ json: {} }]);
    expect(text).toContain("Error bad_response: The server's answer is not an object with result.");
    expect(await call('gateway_invoke', ENVELOPE, [{ json: { result: null } }])).toMatchObject({
      structured: { result: null },
    });
  });

  it('may name a container, which is sent as it is, or say that there is none', async () => {
    await call('gateway_invoke', { ...ENVELOPE, container_id: 'c-1' }, [{ json: { result: 1 } }]);
    expect(server.asked[0]?.body).toEqual({ ...ENVELOPE, container_id: 'c-1' });
    await call('gateway_invoke', { envelope: { ...ENVELOPE, container_id: null } }, [
      { json: { result: 1 } },
    ]);
    expect(server.asked[0]?.body).toEqual(ENVELOPE);
  });

  it.each([
    ['2026-05-08T10:00:00Z', 'timestamp: is not in whole Unix seconds; the gateway takes no RFC 3339 text'],
    [1_778_234_400_000, 'timestamp: is in milliseconds; the gateway counts in seconds'],
    [1_778_234_400.5, 'timestamp: is not in whole Unix seconds'],
  ])('signed at %s says what is wrong with it', async (timestamp, problem) => {
    const { text } = await call('gateway_invoke', { envelope: { ...ENVELOPE, timestamp } }, []);
    expect(text).toContain(`Error invalid_arguments: gateway_invoke: ${problem}`);
    expect(server.asked).toEqual([]);
  });
});

it.each([
  ['gateway_register_spec', SPEC, /the document may be out of reach or no JSON\. A gateway on PostgreSQL/],
  ['gateway_register_workflow', WORKFLOW, /Next: A gateway on PostgreSQL refuses a name that is taken/],
])('%s tells why a gateway on PostgreSQL fails', async (tool, args, next) => {
  const taken = { status: 500, json: { error: 'database error: duplicate key value' } };
  const { text } = await call(tool, args, [taken]);
  expect(text).toContain('Error server_error (HTTP 500): The server failed: database error');
  expect(text).toMatch(next);
  expect(server.asked).toHaveLength(1);
});

it('takes a security context as the gateway itself shows it', async () => {
  const unset = {
    path_allowlist: null,
    command_allowlist: null,
    subcommand_allowlist: null,
    domain_allowlist: null,
    max_response_size: null,
    rate_limit: null,
  };
  const context = { name: 's', capabilities: [{ tool_pattern: '*', ...unset }], deny_list: [] };
  const { text } = await call('gateway_upsert_security_context', context, [{ json: { saved: true } }]);
  expect(server.asked[0]?.body, text).toEqual({ ...context, capabilities: [{ tool_pattern: '*' }] });
});

it('refuses a rate that the gateway cannot count', async () => {
  const rate_limit = { calls: 4_294_967_296, per_seconds: 1 };
  const capabilities = [{ tool_pattern: '*', rate_limit }];
  const { text } = await call('gateway_upsert_security_context', { name: 's', capabilities }, []);
  expect(text).toContain('capabilities.0.rate_limit.calls: ');
  expect(server.asked).toEqual([]);
});

it.each([
  [401, 1002, 'sign {"payload":…,"security_token":…,"timestamp":…} in that order'],
  [403, 2000, 'gateway_get_seal_session what the session does'],
])('a signed call refused with %i and code %i says what to look at', async (status, code, next) => {
  const refusal = { error: { code, message: 'its words' } };
  const { text } = await call('gateway_invoke', ENVELOPE, [{ status, json: refusal }]);
  expect(text).toContain(next);
});
