/** Every tool of the first toolsets against the sandbox in both dialects, signed and unsigned; the program finds the routes by itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { unproven } from './_domain.js';
import { createKey, signListing } from './_envelope.js';
import { agentManifest, approvalWorkflow } from './_manifests.js';
import { FIRST_TOOLSETS } from './_operations.js';
import { type Json, openTools, type Tools, waitFor } from './_tools.js';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const TENANT = 'aegis-system';
const SCRIPTED = { file: 'notes.txt=hello' };

const servers = [
  ['live', 'auto'],
  ['live', 'off'],
  ['documented', 'auto'],
  ['documented', 'off'],
] as const;

describe.each(servers)('against a server of the %s routes with seal=%s', (dialect, seal) => {
  let sandbox: Sandbox;
  let tools: Tools;
  let agent_id: unknown;
  beforeAll(async () => {
    sandbox = await startSandbox({ dialect, pace: 0 });
    tools = openTools({ url: sandbox.url, seal }, { AEGIS_TOKEN: await sandbox.issueToken() });
  });
  afterAll(async () => {
    await tools.close();
    await sandbox.close();
  });

  const pendingOf = (execution_id: unknown): Promise<Json> =>
    waitFor(async () => {
      const { pending_requests } = await tools.must('list_pending_approvals');
      const list: Json[] = Array.isArray(pending_requests) ? pending_requests : [];
      return list.find((request) => request.execution_id === execution_id);
    });

  it('tells who calls whom', async () => {
    expect(await tools.must('whoami')).toMatchObject({
      orchestrator: { url: sandbox.url, reachable: true },
      identity: { kind: 'service_account', client_id: 'aegis-mcp' },
      tenant: TENANT,
      seal: { mode: seal, security_context: 'aegis-system-operator', journal: ':memory:' },
      surface: { tools: 174, toolsets: ['all'], read_only: false },
    });
    expect(await tools.must('health_live')).toMatchObject({ status: dialect === 'live' ? 'healthy' : 'ok' });
    expect(await tools.must('health_ready')).toMatchObject({ status: dialect === 'live' ? 'ready' : 'ok' });
  });

  it('deploys, finds and changes agents', async () => {
    const deployed = await tools.must('deploy_agent', { manifest: agentManifest('counter', SCRIPTED) });
    expect(deployed).toMatchObject({ agent_id: UUID });
    agent_id = deployed.agent_id;
    const found = { agent_id, name: 'counter', tenant_id: TENANT };
    expect(await tools.must('list_agents')).toMatchObject({ agents: [{ ...found, version: '1.0.0' }] });
    expect(await tools.must('lookup_agent', { name: 'counter' })).toEqual(found);

    const change = { metadata: { version: '1.1.0', description: 'Counts.' } };
    expect(await tools.must('update_agent', { agent_id, payload: change })).toMatchObject({
      agent_id,
      status: 'updated',
    });
    const { metadata, ...rest } = agentManifest('counter', SCRIPTED);
    expect(await tools.must('get_agent', { agent_id })).toMatchObject({
      ...found,
      manifest: { ...rest, metadata: { ...metadata, version: '1.1.0', description: 'Counts.' } },
    });

    await tools.must('update_agent', { agent_id, payload: agentManifest('counter', SCRIPTED) });
    expect(await tools.must('get_agent', { agent_id })).toMatchObject({ version: '1.0.0' });
    const { versions } = await tools.must('list_agent_versions', { agent_id });
    expect(versions).toEqual(expect.arrayContaining([expect.objectContaining({ version: '1.1.0' })]));
  });

  it('executes agents and reads what they did', async () => {
    const { execution_id } = await tools.must('start_execution', { agent_id, input: 'one two three' });
    const progress: string[] = [];
    const onProgress = (message: string): void => void progress.push(message);
    const end = { status: 'completed', terminal: true, reason: 'terminal', final_output: '3', iterations: 1 };
    expect(await tools.must('stream_execution', { execution_id }, { onProgress })).toMatchObject(end);
    expect(progress[0]).toBe('execution started');
    expect(await tools.must('get_execution', { execution_id })).toMatchObject({
      execution_id,
      agent_id,
      status: 'completed',
      output: '3',
      iterations: 1,
    });
    expect(await tools.must('get_execution_file', { execution_id, path: 'notes.txt' })).toEqual({
      execution_id,
      path: 'notes.txt',
      mime_type: 'text/plain',
      size: 5,
      sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      text: 'hello',
    });

    const second = (await tools.must('execute_agent', { agent_id, input: 'one two', intent: 'count' }))
      .execution_id;
    expect(await tools.must('stream_execution', { execution_id: second })).toMatchObject({
      final_output: '2',
    });
    expect(await tools.must('list_executions', { agent_id })).toMatchObject({
      executions: [
        { execution_id: second, status: 'completed' },
        { execution_id, status: 'completed' },
      ],
    });
    expect(
      await tools.must('stream_agent_events', { agent_id, follow: false, max_seconds: 1 }),
    ).toMatchObject({
      counts: { execution_started: 2 },
      executions: [{ execution_id }, { execution_id: second }],
    });
    expect(await tools.must('delete_execution', { execution_id })).toMatchObject({
      execution_id,
      status: 'deleted',
    });
  });

  it('cancels a run', async () => {
    const manifest = agentManifest('hanger', { hang: 'true' });
    const hanger = (await tools.must('deploy_agent', { manifest })).agent_id;
    const { execution_id } = await tools.must('start_execution', { agent_id: hanger, input: 'wait' });
    expect(await tools.must('cancel_execution', { execution_id })).toMatchObject({
      execution_id,
      status: 'cancelled',
    });
    const digest = await tools.must('stream_execution', { execution_id });
    // The published events know no cancelled run: it failed, and the reason says why.
    const published = { status: 'failed', error: 'Execution cancelled' };
    expect(digest).toMatchObject(dialect === 'live' ? { status: 'cancelled' } : published);
  });

  it('registers workflows', async () => {
    const registered = await tools.must('register_workflow', { payload: approvalWorkflow('ask') });
    expect(registered).toMatchObject({ name: 'ask', status: 'registered', workflow_id: UUID });
    const again = { payload: approvalWorkflow('ask-too') };
    expect(await tools.must('register_temporal_workflow', again)).toMatchObject({ name: 'ask-too' });
    const names = Object(await tools.must('list_workflows')).workflows.map((item: Json) => item.name);
    expect(names.sort()).toEqual(['ask', 'ask-too']);
    expect(await tools.must('get_workflow', { name: 'ask' })).toMatchObject({
      workflow_id: registered.workflow_id,
      name: 'ask',
      metadata: { name: 'ask', output_template: { decision: '{{ASK.response}}' } },
    });
    expect(await tools.must('list_workflow_versions', { name: 'ask' })).toMatchObject({
      versions: [{ name: 'ask', version: '1.0.0' }],
    });
  });

  it('has workflows approved and rejected, and reads how they ended', async () => {
    const first = (await tools.must('run_workflow', { name: 'ask', input: { subject: 'one' } })).execution_id;
    const request = await pendingOf(first);
    const asked = { id: UUID, execution_id: first, prompt: 'Go on with one?', timeout_seconds: 3600 };
    expect(await tools.must('get_pending_approval', { id: request.id })).toMatchObject({ request: asked });
    const yes = { id: request.id, approved_by: 'alice', feedback: 'fine' };
    const approved = { status: 'approved', request_id: request.id };
    expect(await tools.must('approve_request', yes)).toEqual(approved);
    const done = { status: 'completed', terminal: true, final_output: { decision: 'yes' } };
    expect(await tools.must('stream_workflow_execution_logs', { execution_id: first })).toMatchObject(done);
    expect(await tools.must('get_workflow_execution_logs', { execution_id: first, limit: 2 })).toMatchObject({
      events: [{ event_type: 'WorkflowExecutionStarted' }, { event_type: 'WorkflowStateEntered' }],
      count: 2,
      limit: 2,
      offset: 0,
    });

    const start = { workflow_id: 'ask-too', input: { subject: 'two' } };
    const second = (await tools.must('execute_temporal_workflow', start)).execution_id;
    const { id } = await pendingOf(second);
    const rejected = { status: 'rejected', request_id: id };
    expect(await tools.must('reject_request', { id, reason: 'too early' })).toEqual(rejected);
    const stopped = { status: 'completed', final_output: { decision: 'no' } };
    expect(await tools.must('stream_workflow_execution_logs', { execution_id: second })).toMatchObject(
      stopped,
    );
    const ended = { execution_id: second, status: 'completed', current_state: 'STOP' };
    expect(await tools.must('get_workflow_execution', { execution_id: second })).toMatchObject({
      ...ended,
      final_output: { decision: 'no' },
    });
    expect(await tools.must('list_workflow_executions', { limit: 1 })).toMatchObject({ executions: [ended] });
  });

  it('signals, cancels and removes workflow executions', async () => {
    const run = async (): Promise<unknown> => {
      const { execution_id } = await tools.must('run_workflow', { name: 'ask' });
      await pendingOf(execution_id);
      return execution_id;
    };
    const execution_id = await run();
    const signalled = { status: 'signal_sent', execution_id };
    expect(await tools.must('signal_workflow_execution', { execution_id, response: 'yes' })).toMatchObject(
      signalled,
    );
    const end = { status: 'completed', final_output: { decision: 'yes' } };
    expect(await tools.must('stream_workflow_execution_logs', { execution_id })).toMatchObject(end);
    const removed = { status: 'removed', execution_id };
    expect(await tools.must('remove_workflow_execution', { execution_id })).toMatchObject(removed);

    const other = await run();
    const requested = { status: 'cancel_requested', execution_id: other };
    expect(await tools.must('cancel_workflow_execution', { execution_id: other })).toMatchObject(requested);
    const cancelled = { status: 'cancelled', terminal: true };
    const digest = await tools.must('stream_workflow_execution_logs', { execution_id: other });
    expect(digest).toMatchObject(cancelled);
  });

  it('shares with every tenant, and deletes', async () => {
    const scope = 'global';
    const shared = { status: 'updated', new_scope: scope };
    expect(await tools.must('update_workflow_scope', { name: 'ask-too', scope })).toMatchObject(shared);
    expect(await tools.must('delete_workflow', { name: 'ask' })).toMatchObject({ status: 'deleted' });
    const flat = { name: 'flat', language: 'python', instruction: 'Count.' };
    const other = (await tools.must('deploy_agent', flat)).agent_id;
    const change = { agent_id: other, scope };
    expect(await tools.must('update_agent_scope', change)).toMatchObject({ ...shared, agent_id: other });
    const deleted = { agent_id, status: 'deleted' };
    expect(await tools.must('delete_agent', { agent_id })).toMatchObject(deleted);
    const gone = await tools.call('get_agent', { agent_id });
    expect(gone.text).toContain('Error not_found (HTTP 404)');
  });

  it('attests, and invokes SEAL tools signed here and signed by the caller', async () => {
    const security_context = 'aegis-system-operator';
    expect(await tools.must('get_receipt', { limit: 1 })).toMatchObject({
      receipts: [{ actor: 'service-account-aegis-mcp' }],
    });
    const listed = await tools.must('list_seal_tools', { security_context });
    expect(listed).toMatchObject({ protocol: 'seal/v1', security_context });
    expect(Object(listed).tools.map(({ name }: Json) => name)).toContain('aegis.agent.list');
    const call = { name: 'aegis.agent.list', arguments: {} };
    const result = { tool: 'aegis.agent.list', count: 2 };
    expect(await tools.must('invoke_seal', call)).toMatchObject({ result });

    const { public_key, privateKey } = createKey();
    const attested = await tools.must('attest_seal', { public_key, security_context });
    const envelope = signListing(String(attested.security_token), privateKey);
    expect(await tools.must('invoke_seal', envelope)).toMatchObject({ result });
  });

  it('leaves no tool out', () => {
    expect(unproven(FIRST_TOOLSETS, [tools])).toEqual([]);
  });
});
