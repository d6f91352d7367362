/** What the tools ask and what the live sandbox answers, held against the contract of the orchestrator. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { registry } from '../../src/tools/registry.js';
import { CASES } from '../tools/_cases.js';
import { STREAM_CASES } from '../tools/_stream-cases.js';
import { Asker } from './_ask.js';
import { Judge } from './_contract.js';
import { createKey, signListing } from './_envelope.js';
import { agentManifest, approvalWorkflow } from './_manifests.js';
import { FIRST_TOOLSETS, operationsOf } from './_operations.js';
import { waitFor } from './_tools.js';

const judge = new Judge('orchestrator');
const gateway = new Judge('gateway');
const checkRequest = judge.checkRequest.bind(judge);
const checkSchema = judge.checkSchema.bind(judge);
const documented = CASES.filter(({ dialect }) => dialect === 'documented');
const live = [...CASES, ...STREAM_CASES].filter(({ dialect }) => dialect === 'live');
const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('the requests of the tools', () => {
  it.each(documented.map((item) => [item.tool, item] as const))(
    '%s asks a server of the published kind for routes that the contract names',
    (_tool, item) => {
      const contract = registry[item.tool]?.server === 'gateway' ? gateway : judge;
      const unknown = item.asked
        .map(({ method, path }) => [method, path.split('?')[0] ?? ''] as const)
        .filter(([method, path]) => contract.find(method, path) === undefined);
      // Published clients send the slashes of a secret's path as they are.
      expect(unknown.filter(([, path]) => !path.startsWith('/v1/secrets/'))).toEqual([]);
    },
  );

  it.each(live.map((item) => [item.tool, item] as const))(
    '%s asks what the contract takes',
    (_tool, item) => {
      expect(item.asked.length).toBeGreaterThan(0);
      const contract = registry[item.tool]?.server === 'gateway' ? gateway : judge;
      expect(item.asked.flatMap((request) => contract.checkRequest(request))).toEqual([]);
    },
  );

  it.each([
    ['GET', '/v1/executions/x/stream', undefined, 'path execution_id: must match format "uuid"'],
    ['GET', '/v1/nothing', undefined, 'no operation for GET /v1/nothing'],
    ['POST', `/v1/agents/${NOBODY}/execute`, undefined, 'body: is missing'],
    ['POST', `/v1/agents/${NOBODY}/execute`, { intent: 7, input: 1 }, 'body/intent: must be string,null'],
    ['POST', '/v1/workflows/a/run', {}, "body: must have required property 'input'"],
    [
      'POST',
      '/v1/workflows/a/run',
      { input: {}, overrides: {} },
      'body overrides: is not read by runWorkflow',
    ],
    ['GET', '/v1/executions?limit=many', undefined, 'query limit: must be integer'],
    ['GET', '/v1/executions?page=2', undefined, 'query page: is unknown to listExecutions'],
  ])('the judge refuses %s %s %j', (method, path, body, problem) => {
    const request = { method, path, ...(body === undefined ? {} : { body, type: 'application/json' }) };
    expect(checkRequest(request)).toContain(problem);
  });
});

describe('the answers of the live sandbox', () => {
  let sandbox: Sandbox;
  let asker: Asker;
  beforeAll(async () => {
    sandbox = await startSandbox({ pace: 0 });
    asker = new Asker(judge, sandbox.url, `Bearer ${await sandbox.issueToken()}`);
  });
  afterAll(() => sandbox.close());

  const ask: Asker['ask'] = (...asking) => asker.ask(...asking);
  const get: Asker['get'] = (...asking) => asker.get(...asking);
  const post: Asker['post'] = (...asking) => asker.post(...asking);
  const events = (text: string): unknown[] =>
    text.split('\n').flatMap((line) => (line.startsWith('data:') ? [JSON.parse(line.slice(5))] : []));

  it('health, without a bearer', async () => {
    for (const path of ['/health', '/health/live', '/health/ready'])
      await ask(200, 'GET', path, { authorization: '' });
  });

  it('agents', async () => {
    const json = agentManifest('counter');
    const { agent_id: id } = await post(200, '/v1/agents', json);
    await post(500, '/v1/agents', json);
    await post(200, '/v1/agents?force=true&scope=global', agentManifest('shared'));
    await post(422, '/v1/agents', { name: 'flat' });
    await ask(415, 'POST', '/v1/agents', { body: 'kind: Agent', type: 'text/yaml' });
    await ask(400, 'POST', '/v1/agents', { body: '{' });
    await ask(400, 'POST', '/v1/agents?force=perhaps', { json });
    await get(200, '/v1/agents');
    await get(200, '/v1/agents?scope=global&visible=false');
    await get(400, '/v1/agents?visible=perhaps');
    await get(200, `/v1/agents/${id}`);
    await get(404, `/v1/agents/${NOBODY}`);
    await get(400, '/v1/agents/counter');
    await get(200, '/v1/agents/lookup/counter');
    await get(404, '/v1/agents/lookup/nobody');
    await ask(200, 'PATCH', `/v1/agents/${id}`, { json: { ...json, spec: { ...json.spec, tools: [] } } });
    await ask(404, 'PATCH', `/v1/agents/${NOBODY}`, { json });
    await ask(422, 'PATCH', `/v1/agents/${id}`, { json: { spec: {} } });
    await get(200, `/v1/agents/${id}/versions`);
    await get(200, `/v1/agents/${NOBODY}/versions`);
    const other = (await post(200, '/v1/agents', agentManifest('other'))).agent_id;
    await post(200, `/v1/agents/${other}/scope`, { target_scope: 'global' });
    await post(400, `/v1/agents/${id}/scope`, { target_scope: 'tenant' });
    const twin = { json: agentManifest('shared'), headers: { 'x-tenant-id': 'acme' } };
    const { agent_id: ours } = await ask(200, 'POST', '/v1/agents', twin);
    const widen = { json: { target_scope: 'global' }, headers: { 'x-tenant-id': 'acme' } };
    await ask(409, 'POST', `/v1/agents/${ours}/scope`, widen);
    await post(400, `/v1/agents/${id}/scope`, {});
    await post(404, `/v1/agents/${NOBODY}/scope`, { target_scope: 'global' });
    await ask(200, 'DELETE', `/v1/agents/${id}`);
    await ask(404, 'DELETE', `/v1/agents/${id}`);
  });

  it('executions and their streams', async () => {
    const manifest = agentManifest('writer', { file: 'notes.txt=hello', iterations: '2' });
    const { agent_id } = await post(200, '/v1/agents', manifest);
    const { execution_id: id } = await post(200, `/v1/agents/${agent_id}/execute`, {
      input: 'x',
      intent: 'y',
    });
    await post(409, `/v1/agents/${agent_id}/execute?version=9.9.9`, { input: 'x' });
    await post(404, `/v1/agents/${NOBODY}/execute?version=1.0.0`, { input: 'x' });
    await post(500, `/v1/agents/${NOBODY}/execute`, { input: 'x' });
    await post(422, `/v1/agents/${agent_id}/execute`, {});
    await waitFor(async () => {
      const { status } = await get(200, `/v1/executions/${id}`);
      return status === 'Completed' ? status : undefined;
    });
    for (const path of [`/v1/executions/${id}/events`, `/v1/agents/${agent_id}/events`]) {
      const sent = events(await get(200, `${path}?follow=false`));
      expect(sent.length).toBeGreaterThan(4);
      expect(sent.flatMap((event) => checkSchema('CorrelatedActivityEvent', event))).toEqual([]);
    }
    await get(404, `/v1/executions/${NOBODY}`);
    await get(400, '/v1/executions/x');
    await get(200, `/v1/executions?agent_id=${agent_id}&limit=1`);
    await get(200, '/v1/executions?workflow_name=nobody');
    await get(400, '/v1/executions?limit=many');
    await get(200, `/v1/executions/${id}/files/notes.txt`);
    await get(404, `/v1/executions/${id}/files/none.txt`);
    await get(422, `/v1/executions/${id}/files/a%2F..%2Fb`);
    await ask(200, 'POST', `/v1/executions/${id}/cancel`);
    await ask(500, 'POST', `/v1/executions/${NOBODY}/cancel`);
    await ask(200, 'DELETE', `/v1/executions/${id}`);
  });

  it('workflows, their executions and approvals', async () => {
    const yaml = (name: string) => ({ body: stringify(approvalWorkflow(name)), type: 'application/yaml' });
    await ask(200, 'POST', '/v1/workflows', yaml('ask'));
    await ask(200, 'POST', '/v1/workflows/temporal/register?force=true', yaml('ask-too'));
    await ask(400, 'POST', '/v1/workflows', yaml('ask'));
    await ask(400, 'POST', '/v1/workflows', { body: 'kind: [', type: 'application/yaml' });
    await get(200, '/v1/workflows?visible=true');
    await get(200, '/v1/workflows/ask');
    await get(404, '/v1/workflows/nobody');
    await get(200, '/v1/workflows/ask/versions');
    await post(200, '/v1/workflows/ask-too/scope', { target_scope: 'global' });
    await post(404, '/v1/workflows/nobody/scope', { target_scope: 'global' });
    await post(422, '/v1/workflows/ask/scope', { scope: 'global' });
    await ask(200, 'POST', '/v1/workflows', yaml('twin'));
    await post(200, '/v1/workflows/twin/scope', { target_scope: 'global' });
    await ask(200, 'POST', '/v1/workflows', yaml('twin'));
    await post(409, '/v1/workflows/twin/scope', { target_scope: 'global' });
    await ask(400, 'POST', '/v1/workflows/temporal/register', { body: 'kind: [', type: 'application/yaml' });
    await get(400, '/v1/workflows?visible=perhaps');

    const input = { subject: 'tests' };
    const first = (await post(200, '/v1/workflows/ask/run', { input })).execution_id;
    const second = (await post(200, '/v1/workflows/temporal/execute', { workflow_id: 'ask', input }))
      .execution_id;
    await post(400, '/v1/workflows/nobody/run', { input });
    await post(422, '/v1/workflows/ask/run', {});
    await post(422, '/v1/workflows/temporal/execute', { workflow_name: 'ask', input });
    const [one, two] = await waitFor(async () => {
      const { pending_requests } = await get(200, '/v1/human-approvals');
      return pending_requests.length === 2 ? pending_requests : undefined;
    });
    await get(200, `/v1/human-approvals/${one.id}`);
    await get(200, '/v1/human-approvals/x');
    await post(200, `/v1/human-approvals/${one.id}/approve`, {});
    await post(200, `/v1/human-approvals/${one.id}/approve`, {});
    await ask(415, 'POST', `/v1/human-approvals/${one.id}/approve`);
    await post(422, `/v1/human-approvals/${two.id}/reject`, {});
    const stream = get(200, `/v1/workflows/executions/${second}/logs/stream`);
    await post(200, `/v1/human-approvals/${two.id}/reject`, { reason: 'no' });
    const logged = events(await stream);
    expect(logged.flatMap((event) => checkSchema('WorkflowLogEvent', event))).toEqual([]);

    await get(200, `/v1/workflows/executions/${first}`);
    await get(404, `/v1/workflows/executions/${NOBODY}`);
    await get(200, '/v1/workflows/executions?limit=2&offset=0');
    const { events: page } = await get(200, `/v1/workflows/executions/${first}/logs?limit=100&offset=0`);
    expect(page.length).toBeGreaterThan(3);
    await get(404, `/v1/workflows/executions/${NOBODY}/logs`);
    await post(404, `/v1/workflows/executions/${NOBODY}/signal`, { response: 'yes' });
    await post(422, `/v1/workflows/executions/${first}/signal`, { signal_name: 'x', payload: 1 });
    const third = (await post(200, '/v1/workflows/ask/run', { input })).execution_id;
    await waitFor(async () => (await get(200, '/v1/human-approvals')).pending_requests[0]);
    await post(202, `/v1/workflows/executions/${third}/signal`, { response: 'yes' });
    const fourth = (await post(200, '/v1/workflows/ask/run', { input })).execution_id;
    await ask(202, 'POST', `/v1/workflows/executions/${fourth}/cancel`);
    await ask(404, 'POST', `/v1/workflows/executions/${NOBODY}/cancel`);
    await ask(200, 'DELETE', `/v1/workflows/executions/${first}`);
    await ask(404, 'DELETE', `/v1/workflows/executions/${NOBODY}`);
    await ask(200, 'DELETE', '/v1/workflows/ask');
    await ask(404, 'DELETE', '/v1/workflows/ask');
  });

  it('SEAL', async () => {
    const { public_key, privateKey } = createKey();
    const attestation = { public_key, security_context: 'aegis-system-operator' };
    const { security_token } = await post(200, '/v1/seal/attest', attestation);
    await ask(401, 'POST', '/v1/seal/attest', { json: attestation, authorization: '' });
    await post(401, '/v1/seal/attest', { ...attestation, public_key: 'AAAA' });
    await post(422, '/v1/seal/attest', { public_key: 7 });
    const envelope = signListing(security_token, privateKey);
    await post(200, '/v1/seal/invoke', envelope);
    await post(400, '/v1/seal/invoke', envelope);
    await get(200, '/v1/seal/tools?security_context=zaru-free');
    await get(200, '/v1/seal/tools');
    await get(500, '/v1/seal/tools?security_context=nobody');
    const run = { ...attestation, agent_id: NOBODY, execution_id: NOBODY };
    await post(404, '/v1/seal/attest', run);
  });

  it('a missing bearer and a missing scope', async () => {
    await ask(401, 'GET', '/v1/agents', { authorization: '' });
    await ask(401, 'GET', '/v1/workflows', { authorization: 'Bearer nonsense' });
    const authorization = `Bearer ${await sandbox.issueToken({ scopes: ['agent:list'] })}`;
    await ask(200, 'GET', '/v1/agents', { authorization });
    await ask(403, 'POST', '/v1/agents', { json: agentManifest('x'), authorization });
    await ask(403, 'GET', '/v1/human-approvals', { authorization });
  });

  it('were had from every operation that a tool may call on such a server', () => {
    const left = asker.unseen(operationsOf(FIRST_TOOLSETS)).filter((each) => / (2\d\d|404|409)$/.test(each));
    expect(left).toEqual([]);
  });
});
