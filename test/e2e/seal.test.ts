/** Sensitive calls against the sandbox: signed, fresh, refused when replayed or changed, and on record. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { createRuntime, type Runtime } from '../../src/runtime/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { verifyJournal } from '../../src/seal/journal-verify.js';

const MANIFEST = {
  apiVersion: '100monkeys.ai/v1',
  kind: 'Agent',
  metadata: { name: 'sealed', version: '1.0.0' },
  spec: { runtime: { language: 'python', version: '3.11' }, task: { instruction: 'Count the words.' } },
};

const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  folder = await mkdtemp(join(tmpdir(), 'aegis-mcp-seal-'));
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

async function open(name: string, flags: Readonly<Record<string, string>> = {}): Promise<Runtime> {
  const token = await sandbox.issueToken();
  const given = {
    url: sandbox.url,
    toolsets: 'all',
    logLevel: 'silent',
    journal: join(folder, `${name}.db`),
    ...flags,
  };
  return createRuntime(readConfig(given, { AEGIS_TOKEN: token }));
}

async function call(runtime: Runtime, tool: string, args: unknown) {
  return await runtime.host.call(tool, args, {
    signal: AbortSignal.timeout(10_000),
    progress: () => undefined,
  });
}

/** Entries of the journal in order. */
function entries(name: string): Readonly<Record<string, unknown>>[] {
  const database = new Database(join(folder, `${name}.db`), { readonly: true });
  const rows: unknown[] = database.prepare('SELECT entry FROM entries ORDER BY seq').all();
  database.close();
  return rows.map((row) => JSON.parse(String(Object(row).entry)));
}

async function invoke(envelope: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${sandbox.url}/v1/seal/invoke`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(envelope),
  });
  return { status: response.status, body: await response.json() };
}

describe('sensitive calls', () => {
  it('travel as signed envelopes when the security context lists their SEAL tool', async () => {
    const runtime = await open('auto');
    const deployed = await call(runtime, 'deploy_agent', { manifest: MANIFEST, force: true });
    expect(deployed.isError, deployed.text).toBe(false);
    await runtime.close();
    const [begin, finish] = entries('auto');
    expect(deployed.receipts).toEqual([begin?.id]);
    expect(begin).toMatchObject({
      kind: 'begin',
      tool: 'deploy_agent',
      via: 'seal',
      actor: 'service-account-aegis-mcp',
    });
    expect(Object(begin?.envelope).payload).toMatchObject({
      method: 'tools/call',
      params: { name: 'aegis.agent.create', arguments: { force: true } },
    });
    expect(finish).toMatchObject({ kind: 'finish', id: begin?.id, outcome: 'ok' });
    expect(await verifyJournal(join(folder, 'auto.db'))).toMatchObject({ entries: 2, unfinished: [] });
  });

  it('name their receipts when they fail too', async () => {
    const runtime = await open('failing');
    const failed = await call(runtime, 'delete_agent', { agent_id: '00000000-0000-4000-8000-000000000000' });
    const listed = await call(runtime, 'list_agents', {});
    await runtime.close();
    expect(failed.isError).toBe(true);
    expect(failed.receipts).toEqual([entries('failing')[0]?.id]);
    expect(listed.receipts).toBeUndefined();
  });

  it.each([
    ['auto', 'rest'],
    ['required', 'seal'],
  ])('start an execution: %s goes by %s', async (seal, via) => {
    const runtime = await open(`start-${seal}`, { seal });
    const deployed = await call(runtime, 'deploy_agent', { manifest: MANIFEST, force: true });
    const { agent_id } = Object(deployed.structured);
    const started = await call(runtime, 'start_execution', { agent_id, input: 'one two' });
    expect(started, started.text).toMatchObject({ isError: false, structured: { execution_id: UUID } });
    const { execution_id } = Object(started.structured);
    const read = await call(runtime, 'get_execution', { execution_id });
    expect(read.structured).toMatchObject({ execution_id, agent_id });
    await runtime.close();
    const begun = entries(`start-${seal}`).filter(({ kind }) => kind === 'begin');
    expect(begun.map(({ tool, via }) => [tool, via])).toEqual([
      ['deploy_agent', 'seal'],
      ['start_execution', via],
    ]);
  });

  it('succeed twice in one second with equal arguments, because each has a fresh id', async () => {
    const runtime = await open('twice');
    const both = await Promise.all(
      [1, 2].map(() => call(runtime, 'deploy_agent', { manifest: MANIFEST, force: true })),
    );
    expect(both.map((outcome) => outcome.isError)).toEqual([false, false]);
    await runtime.close();
    const begun = entries('twice').filter((entry) => entry.kind === 'begin');
    const ids = begun.map((entry) => Object(Object(entry.envelope).payload).id);
    expect(new Set(ids).size).toBe(2);
  });

  it('are refused when replayed, and when changed on the way', async () => {
    const runtime = await open('replay');
    await call(runtime, 'deploy_agent', { manifest: MANIFEST, force: true });
    const envelope = Object(entries('replay')[0]?.envelope);
    expect(await invoke(envelope)).toEqual({
      status: 400,
      body: { error: expect.stringMatching(/^Replay protection failed/) },
    });
    const changed = { ...envelope, payload: { ...envelope.payload, id: 'another' } };
    expect(await invoke(changed)).toEqual({
      status: 400,
      body: { error: expect.stringMatching(/^Signature verification failed/) },
    });
    await runtime.close();
  });

  it('go over REST with a signed receipt where no SEAL tool does the same', async () => {
    const runtime = await open('rest');
    const outcome = await call(runtime, 'approve_request', { id: '0d9a7c66-3d0b-4f6e-8f2a-9b1e5d6c7a44' });
    expect(outcome.text).toContain('Request not found or already completed');
    await runtime.close();
    const [begin, finish] = entries('rest');
    expect(begin).toMatchObject({
      tool: 'approve_request',
      via: 'rest',
      envelope: {
        payload: {
          tool: 'approve_request',
          method: 'POST',
          path: '/v1/human-approvals/0d9a7c66-3d0b-4f6e-8f2a-9b1e5d6c7a44/approve',
          body_sha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
        },
      },
    });
    expect(finish).toMatchObject({ outcome: 'failed' });
  });

  it('never go over REST when SEAL is required', async () => {
    const runtime = await open('required', { seal: 'required' });
    const outcome = await call(runtime, 'approve_request', { id: '0d9a7c66-3d0b-4f6e-8f2a-9b1e5d6c7a44' });
    expect(outcome.text).toContain('Error seal_required');
    const deployed = await call(runtime, 'deploy_agent', { manifest: MANIFEST, force: true });
    expect(deployed.isError, deployed.text).toBe(false);
    await runtime.close();
  });

  it('go over REST when SEAL is off', async () => {
    const runtime = await open('off', { seal: 'off' });
    const deployed = await call(runtime, 'deploy_agent', { manifest: MANIFEST, force: true });
    expect(deployed.isError, deployed.text).toBe(false);
    await runtime.close();
    expect(entries('off')[0]).toMatchObject({ via: 'rest' });
  });

  it('of a tool that the security context does not list go over REST, and its policy stands over invoke_seal', async () => {
    const runtime = await open('restricted', { securityContext: 'aegis-system-restricted' });
    const deployed = await call(runtime, 'deploy_agent', { manifest: MANIFEST, force: true });
    expect(deployed.isError, deployed.text).toBe(false);
    expect(entries('restricted')[0]).toMatchObject({ via: 'rest' });
    const denied = await call(runtime, 'invoke_seal', {
      name: 'aegis.agent.delete',
      arguments: { agent_id: 'x' },
    });
    expect(denied.text).toContain('Error seal_denied (HTTP 400)');
    expect(entries('restricted').at(-1)).toMatchObject({ kind: 'finish', outcome: 'denied' });
    await runtime.close();
  });

  it('run a workflow through SEAL and give the id of the run, not of the workflow', async () => {
    const runtime = await open('run');
    const payload = {
      apiVersion: '100monkeys.ai/v1',
      kind: 'Workflow',
      metadata: { name: 'sealed-run' },
      spec: { initial_state: 'A', states: { A: { kind: 'System', command: 'echo a', transitions: [] } } },
    };
    const registered = await call(runtime, 'register_workflow', { payload });
    expect(registered.isError, registered.text).toBe(false);
    const started = await call(runtime, 'run_workflow', { name: 'sealed-run' });
    expect(started.isError, started.text).toBe(false);
    const { execution_id, workflow_id } = Object(started.structured);
    expect(workflow_id).toBe(Object(registered.structured).workflow_id);
    expect(execution_id).not.toBe(workflow_id);
    const record = await call(runtime, 'get_workflow_execution', { execution_id });
    expect(record.isError, record.text).toBe(false);
    await runtime.close();
    expect(
      entries('run')
        .filter((entry) => entry.kind === 'begin')
        .map((entry) => entry.via),
    ).toEqual(['rest', 'seal']);
  });

  it('started together through SEAL are told apart', async () => {
    const runtime = await open('together');
    const payload = {
      apiVersion: '100monkeys.ai/v1',
      kind: 'Workflow',
      metadata: { name: 'sealed-together' },
      spec: { initial_state: 'A', states: { A: { kind: 'System', command: 'echo a', transitions: [] } } },
    };
    await call(runtime, 'register_workflow', { payload });
    const started = await Promise.all(
      [1, 2, 3].map(() => call(runtime, 'run_workflow', { name: 'sealed-together' })),
    );
    const ids = started.map((outcome) => Object(outcome.structured).execution_id);
    expect(new Set(ids).size).toBe(3);
    await runtime.close();
  });

  it('that rename an agent go over REST, because the SEAL tool would look for the new name', async () => {
    const runtime = await open('rename');
    const manifest = { ...MANIFEST, metadata: { name: 'before', version: '1.0.0' } };
    const deployed = await call(runtime, 'deploy_agent', { manifest });
    const { agent_id } = Object(deployed.structured);
    const kept = await call(runtime, 'update_agent', {
      agent_id,
      payload: { metadata: { version: '2.0.0' } },
    });
    expect(kept.structured, kept.text).toEqual({ agent_id, status: 'updated' });
    const renamed = await call(runtime, 'update_agent', {
      agent_id,
      payload: { metadata: { name: 'after' } },
    });
    expect(renamed.isError, renamed.text).toBe(false);
    const found = await call(runtime, 'get_agent', { agent_id });
    expect(found.structured).toMatchObject({ name: 'after', version: '2.0.0' });
    await runtime.close();
    const begun = entries('rename').filter((entry) => entry.kind === 'begin');
    expect(begun.map((entry) => entry.via)).toEqual(['seal', 'seal', 'rest']);
  });
});
