/** What the live sandbox answers for stimuli, webhooks and the dispatch gateway, held against the contract. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { Asker } from '../_ask.js';
import { Judge } from '../_contract.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const TOO_LARGE = ' '.repeat(2 * 1024 * 1024 + 1);
const CODES: readonly (readonly [status: number, code: string])[] = [
  [422, 'classification_failed'],
  [422, 'no_router_configured'],
  [422, 'router_agent_failed'],
  [422, 'classification_parse_error'],
  [422, 'unknown_workflow'],
  [500, 'workflow_error'],
  [503, 'stimulus_service_unavailable'],
];

let sandbox: Sandbox;
let asker: Asker;
let serviceAccount: string;
beforeAll(async () => {
  sandbox = await startSandbox({ pace: 0 });
  serviceAccount = `Bearer ${await sandbox.issueToken()}`;
  const operator = `Bearer ${await sandbox.issueToken({ user: 'operator' })}`;
  asker = new Asker(new Judge('orchestrator'), sandbox.url, operator);
});
afterAll(() => sandbox.close());

const ask: Asker['ask'] = (...asking) => asker.ask(...asking);
const get: Asker['get'] = (...asking) => asker.get(...asking);
const post: Asker['post'] = (...asking) => asker.post(...asking);

it('stimuli', async () => {
  const json = { content: 'Deploy v2.1.0', idempotency_key: 'deploy-v2.1.0' };
  const { stimulus_id, workflow_execution_id } = await post(202, '/v1/stimuli', json);
  await get(200, `/v1/workflows/executions/${workflow_execution_id}/logs`);
  await post(409, '/v1/stimuli', json);
  for (const [status, code] of CODES) {
    expect(await post(status, '/v1/stimuli', { content: `sandbox:${code}` })).toHaveProperty('error', code);
  }
  await post(422, '/v1/stimuli', {});
  await ask(400, 'POST', '/v1/stimuli', { body: '{' });
  await ask(413, 'POST', '/v1/stimuli', { body: TOO_LARGE });
  await ask(415, 'POST', '/v1/stimuli', { body: '{}', type: 'text/plain' });
  await get(200, '/v1/stimuli');
  await get(200, '/v1/stimuli?limit=1');
  await get(400, '/v1/stimuli?limit=many');
  await get(200, `/v1/stimuli/${stimulus_id}`);
  expect(await get(200, `/v1/stimuli/${NOBODY}`)).toHaveProperty('error');
  await get(400, '/v1/stimuli/first');
});

it('who may not', async () => {
  const consumer = `Bearer ${await sandbox.issueToken({ user: 'free@sandbox.local' })}`;
  const foreign = { authorization: consumer, headers: { 'x-tenant-id': 'acme' } };
  await ask(401, 'POST', '/v1/stimuli', { json: { content: 'x' }, authorization: '' });
  await ask(403, 'POST', '/v1/stimuli', { json: { content: 'x' }, ...foreign });
  for (const path of ['/v1/stimuli', `/v1/stimuli/${NOBODY}`]) {
    await ask(401, 'GET', path, { authorization: '' });
    await ask(403, 'GET', path, { authorization: serviceAccount });
    await ask(403, 'GET', path, foreign);
  }
});

it('webhooks', async () => {
  const send = (status: number, source: string, body: string, signature?: string) => {
    const digest = createHmac('sha256', `sandbox-${source}-secret`).update(body).digest('hex');
    const headers = { 'x-aegis-signature': signature ?? `sha256=${digest}` };
    return ask(status, 'POST', `/v1/webhooks/${source}`, { body, headers, authorization: '' });
  };
  await send(202, 'github', '{"action":"opened"}');
  for (const [status, code] of CODES) {
    expect(await send(status, 'ci', `sandbox:${code}`)).toHaveProperty('error', code);
  }
  await send(400, 'ci', 'x', 'sha1=00');
  await send(400, 'ci', 'x', 'sha256=zz');
  await send(400, 'ci', ' '.repeat(1024 * 1024 + 1));
  await send(401, 'ci', 'x', 'sha256=00');
  await send(401, 'nobody', 'x');
  await ask(401, 'POST', '/v1/webhooks/ci', { body: 'x' });
  await send(409, 'shared', 'x');
  await send(500, 'unrouted', 'x');
});

it('Stripe webhooks', async () => {
  const [body, time] = ['{"id":"evt_1"}', Math.floor(Date.now() / 1000)];
  const digest = createHmac('sha256', 'sandbox-stripe-secret').update(`${time}.${body}`).digest('hex');
  const send = (status: number, v1: string) => {
    const headers = { 'stripe-signature': `t=${time},v1=${v1}` };
    return ask(status, 'POST', '/v1/webhooks/stripe', { body, headers, authorization: '' });
  };
  await send(200, digest);
  await send(401, '00');
});

it('Keycloak webhooks', async () => {
  const path = '/v1/webhooks/keycloak';
  const send = (status: number, type: string, userId: string) => post(status, path, { type, userId });
  await send(200, 'LOGIN', 'a');
  await send(201, 'REGISTER', 'a');
  await send(500, 'REGISTER', 'sandbox-provisioning-fails');
  await send(503, 'REGISTER', 'sandbox-user-not-ready');
  await post(422, path, {});
  await ask(400, 'POST', path, { body: '{' });
  await ask(413, 'POST', path, { body: TOO_LARGE });
  await ask(415, 'POST', path, { body: '{}', type: 'text/plain' });
});

it('the dispatch gateway', async () => {
  const path = '/v1/dispatch-gateway';
  const generate = (status: number, prompt: string) =>
    post(status, path, {
      ...{ type: 'generate', agent_id: 'a', execution_id: 'e', iteration_number: 1, prompt },
      ...{ messages: [{ role: 'system', content: 'Be brief.' }], model_alias: 'default' },
    });
  const { dispatch_id } = await generate(200, 'Test it.\nsandbox:run python -m pytest');
  const result = {
    ...{ type: 'dispatch_result', execution_id: 'e', dispatch_id, exit_code: 0, stdout: 'passed\n' },
    ...{ stderr: '', duration_ms: 1243, truncated: false },
  };
  await post(200, path, result);
  await post(500, path, result);
  await generate(429, 'sandbox:upstream_rate_limit');
  const unavailable = ['authentication', 'model_not_found', 'invalid_input', 'network', 'provider'];
  for (const reason of unavailable) await generate(502, `sandbox:upstream_${reason}`);
  await generate(503, 'sandbox:upstream_unavailable');
  await post(422, path, { type: 'chat' });
  await ask(400, 'POST', path, { body: '{' });
  await ask(413, 'POST', path, { body: TOO_LARGE });
  await ask(415, 'POST', path, { body: '{}', type: 'text/plain' });
});

it('sees every announced status', () => {
  const operations = ['ingestStimulus', 'listStimuli', 'getStimulus', 'sendWebhook', 'keycloakWebhook'];
  expect(asker.unseen([...operations, 'dispatchGateway'])).toEqual([
    // 402 is the answer to the team of a suspended subscription, which is the colony's to make.
    ...['ingestStimulus 402', 'listStimuli 402', 'getStimulus 402'],
  ]);
});
