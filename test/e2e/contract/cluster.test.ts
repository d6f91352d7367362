/**
 * The answers of the live sandbox's cluster, swarm, observability and Cortex operations, and of the event intake of
 * the workflow worker, held against the contract of the orchestrator.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Sandbox, startSandbox, type TokenOptions } from '../../../src/sandbox/index.js';
import { Asker } from '../_ask.js';
import { Judge } from '../_contract.js';
import { agentManifest } from '../_manifests.js';
import { suspendedTeam } from '../_teams.js';
import { waitFor } from '../_tools.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const EVENTS = '/v1/temporal-events';
const event = {
  event_type: 'WorkflowExecutionStarted',
  execution_id: NOBODY,
  temporal_sequence_number: 1,
  timestamp: '2026-01-02T03:04:05Z',
};

const SCOPED = ['/v1/swarms', `/v1/swarms/${NOBODY}`, '/v1/cluster/status', '/v1/cluster/nodes'];
const FOR_OPERATORS = ['/v1/dashboard/summary', '/v1/security/incidents', '/v1/storage/violations'];
const CORTEX = ['/v1/cortex/patterns', '/v1/cortex/skills', '/v1/cortex/metrics'];

let sandbox: Sandbox;
let asker: Asker;

beforeAll(async () => {
  sandbox = await startSandbox({ pace: 0 });
  asker = new Asker(new Judge('orchestrator'), sandbox.url, `Bearer ${await sandbox.issueToken()}`);
});
afterAll(() => sandbox.close());

const bearer = async (options: TokenOptions) => `Bearer ${await sandbox.issueToken(options)}`;

/** Runs a fresh agent with these `sandbox.aegis/` labels to its end. */
async function run(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
  const { agent_id } = await asker.post(200, '/v1/agents', agentManifest(name, labels));
  const { execution_id } = await asker.post(200, `/v1/agents/${agent_id}/execute`, { input: 'x' });
  await waitFor(async () => {
    const { status } = await asker.get(200, `/v1/executions/${execution_id}`);
    return status === 'Completed' ? status : undefined;
  });
}

it('the cluster and its node', async () => {
  await asker.get(200, '/v1/cluster/status');
  expect((await asker.get(200, '/v1/cluster/nodes?limit=1')).items).toHaveLength(1);
  await asker.get(400, '/v1/cluster/nodes?limit=many');
});

it('swarms, one at work and one that is not there', async () => {
  const names = ['drafter', 'checker'];
  for (const name of names) await asker.post(200, '/v1/agents', agentManifest(name, { hang: 'true' }));
  const states = {
    DRAFT: { kind: 'Agent', agent: names[0], input: 'x', transitions: [] },
    CHECK: { kind: 'Agent', agent: names[1], input: 'x', transitions: [] },
  };
  const workflow = { apiVersion: '100monkeys.ai/v1', kind: 'Workflow', metadata: { name: 'crew' } };
  const body = stringify({ ...workflow, spec: { initial_state: 'DRAFT', states } });
  await asker.ask(200, 'POST', '/v1/workflows', { body, type: 'application/yaml' });
  await asker.post(200, '/v1/workflows/crew/run', { input: {} });
  const { items } = await asker.get(200, '/v1/swarms?limit=1');
  const detail = await asker.get(200, `/v1/swarms/${items[0].swarm_id}`);
  expect(detail).toMatchObject({ swarm: { status: 'active' }, locks: [{ resource_id: 'state:DRAFT' }] });
  expect(await asker.get(200, `/v1/swarms/${NOBODY}`)).toEqual({ error: 'swarm not found' });
  await asker.get(400, '/v1/swarms/crew');
  await asker.get(400, '/v1/swarms?limit=many');
});

it('incidents, violations and the dashboard, as an operator', async () => {
  const authorization = await bearer({ user: 'operator' });
  const list = (status: number, path: string) => asker.ask(status, 'GET', path, { authorization });
  await run('intruder', { 'policy-violation': 'cmd.run', 'storage-violation': '../etc/passwd' });
  expect((await list(200, '/v1/security/incidents')).items).toHaveLength(1);
  expect((await list(200, '/v1/storage/violations?limit=1')).items).toHaveLength(1);
  await run('writer', { 'storage-violation': '/etc/passwd' });
  expect((await list(200, '/v1/storage/violations')).items).toHaveLength(2);
  expect(await list(200, '/v1/dashboard/summary')).toMatchObject({ storage_violation_count: 2 });
  await list(400, '/v1/security/incidents?limit=many');
  await list(400, '/v1/storage/violations?limit=many');
  await run('breaker', { 'storage-violation': 'unreadable' });
  expect(await list(200, '/v1/storage/violations')).toMatchObject({ error: expect.any(String), items: [] });
  for (const path of FOR_OPERATORS) await asker.get(403, path);
  expect((await list(200, '/v1/security/incidents')).items).toHaveLength(4);
});

it('what Cortex learned', async () => {
  await run('slow-learner', { iterations: '2' });
  expect((await asker.get(200, '/v1/cortex/patterns?q=validation&limit=5')).items).toHaveLength(1);
  expect((await asker.get(200, '/v1/cortex/skills')).items.length).toBeGreaterThan(1);
  expect(await asker.get(200, '/v1/cortex/metrics')).toMatchObject({ totalSkills: 1 });
  await asker.get(400, '/v1/cortex/patterns?limit=many');
  const [without, faulty] = ['sandbox-no-database', 'sandbox-database-fault'];
  for (const path of CORTEX) {
    await asker.ask(503, 'GET', path, { authorization: await bearer({ tenant: without }) });
    await asker.ask(500, 'GET', path, { authorization: await bearer({ tenant: faulty }) });
  }
});

it('the event intake knows no worker', async () => {
  await asker.post(401, EVENTS, event);
  await asker.post(401, EVENTS, { ...event, artifacts: ['a'], output: { any: 'thing' }, error: null });
  await asker.ask(401, 'POST', EVENTS, { json: event, authorization: '' });
  await asker.ask(400, 'POST', EVENTS, { body: '{' });
  await asker.ask(413, 'POST', EVENTS, { body: ' '.repeat(2 * 1024 * 1024 + 1) });
  await asker.ask(415, 'POST', EVENTS, { json: event, type: 'text/plain' });
  await asker.post(422, EVENTS, { event_type: 'WorkflowExecutionStarted' });
  await asker.post(422, EVENTS, { ...event, iteration_number: 256 });
  const authorization = await bearer({ client: 'aegis-temporal-worker' });
  await asker.ask(400, 'POST', EVENTS, { json: event, authorization });
  const states = { ASK: { kind: 'Human', prompt: 'Go on?', transitions: [] } };
  const workflow = { apiVersion: '100monkeys.ai/v1', kind: 'Workflow', metadata: { name: 'asking' } };
  const body = stringify({ ...workflow, spec: { initial_state: 'ASK', states } });
  await asker.ask(200, 'POST', '/v1/workflows', { body, type: 'application/yaml' });
  const { execution_id } = await asker.post(200, '/v1/workflows/asking/run', { input: {} });
  await asker.ask(200, 'POST', EVENTS, { json: { ...event, execution_id }, authorization });
  const { events } = await asker.get(200, `/v1/workflows/executions/${execution_id}/logs`);
  expect(events).toContainEqual(
    expect.objectContaining({ message: 'WorkflowExecutionStarted reported by the worker' }),
  );
  await asker.post(422, EVENTS, { ...event, artifacts: 'a' });
});

it('callers without a bearer, without a scope, with a foreign tenant, of a suspended team', async () => {
  const json = event;
  const authorization = await bearer({ user: 'free@sandbox.local' });
  const foreign = { 'x-tenant-id': 'acme' };
  const team = await suspendedTeam(sandbox);
  const suspended = { authorization: team.authorization, headers: { 'x-tenant-id': team.tenant } };
  for (const path of [...SCOPED, ...FOR_OPERATORS, ...CORTEX]) {
    await asker.ask(401, 'GET', path, { authorization: '' });
    await asker.ask(403, 'GET', path, { authorization, headers: foreign });
    await asker.ask(402, 'GET', path, suspended);
  }
  for (const path of SCOPED) {
    await asker.ask(403, 'GET', path, { authorization: await bearer({ scopes: [] }) });
  }
  await asker.ask(403, 'POST', EVENTS, { json, authorization, headers: foreign });
  await asker.ask(402, 'POST', EVENTS, { json, ...suspended });
});

it('leave no announced status out but these', () => {
  const operations = [
    ...['getClusterStatus', 'getClusterNodes', 'listSwarms', 'getSwarm', 'getDashboardSummary'],
    ...['listSecurityIncidents', 'listStorageViolations', 'listCortexPatterns', 'getCortexSkills'],
    ...['getCortexMetrics', 'ingestTemporalEvent'],
  ];
  // Only the service account of the workflow worker succeeds, which the sandbox does not have.
  expect(asker.unseen(operations)).toEqual([]);
});
