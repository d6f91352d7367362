/** What the toolset seal_catalog offers of the sandbox's servers, and how it follows them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Flags, readConfig } from '../../src/config.js';
import { createRuntime, type Runtime } from '../../src/runtime/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';

let sandbox: Sandbox;
let env: Record<string, string>;
const upstream = createServer(async (request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ number: 7, ...Object(await json(request)) }));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  sandbox = await startSandbox();
  env = {
    AEGIS_TOKEN: await sandbox.issueToken(),
    AEGIS_SECURITY_CONTEXT: 'aegis-system-sandbox',
    // The orchestrator lists the gateway's tools without a tenant: those of one are the gateway's to list.
    AEGIS_GATEWAY_TOKEN: await sandbox.issueGatewayToken({ tenant: 'acme' }),
  };
});
afterAll(async () => {
  await sandbox.close();
  upstream.closeAllConnections();
  upstream.close();
});

function open(flags: Flags = {}, given = env) {
  const common = { url: sandbox.url, gatewayUrl: sandbox.gatewayUrl };
  const quick = { catalogPollSecs: '1', logLevel: 'silent', journal: ':memory:' };
  const toolsets = 'gateway,seal_catalog';
  const runtime = createRuntime(readConfig({ ...common, ...quick, toolsets, ...flags }, given));
  onTestFinished(() => runtime.close());
  const call = async (name: string, args: unknown = {}) => {
    const signal = AbortSignal.timeout(15_000);
    const outcome = await runtime.host.call(name, args, { signal, progress: () => undefined });
    if (outcome.isError) throw new Error(outcome.text);
    return outcome.structured;
  };
  return { runtime, call, names: async () => (await offered(runtime)).map(({ name }) => name) };
}

const offered = async ({ host }: Runtime) => (await host.live?.list()) ?? [];

/** Resolves when a change is announced. */
const change = ({ host }: Runtime): Promise<void> =>
  new Promise((resolve) => {
    const stop = host.live?.watch(() => {
      stop?.();
      resolve();
    });
  });

const DOCUMENT = 'openapi: 3.0.3\npaths:\n  /issues:\n    post: { operationId: issues/create }\n';

describe('the gateway', () => {
  it('has its tools offered and called there, and new ones announced', async () => {
    const { runtime, call, names } = open();
    const { port } = upstream.address() as AddressInfo;
    const base_url = `http://127.0.0.1:${port}`;
    const spec = {
      name: 'tracker',
      base_url,
      inline_json: DOCUMENT,
      credential_path: { kind: 'Static', key: 'sandbox/token' },
    };
    const { id: api_spec_id } = Object(await call('gateway_register_spec', spec));
    const context = { name: 'aegis-system-sandbox', capabilities: [{ tool_pattern: '*' }] };
    await call('gateway_upsert_security_context', context);
    expect(await names()).not.toContain('create_issue');
    const announced = change(runtime);
    await call('gateway_register_workflow', {
      name: 'create-issue',
      description: 'Creates an issue.',
      input_schema: { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] },
      api_spec_id,
      steps: [
        { name: 'create', operation_id: 'issues/create', body_template: '{"title":"{{input.title}}"}' },
      ],
    });
    await announced;
    const tool = (await offered(runtime)).find(({ name }) => name === 'create_issue');
    expect(tool).toMatchObject({
      title: 'create-issue',
      description: 'Creates an issue.',
      inputSchema: { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] },
      annotations: { readOnlyHint: false, destructiveHint: true },
    });
    expect(await call('create_issue', { title: 'Broken' })).toMatchObject({
      result: { number: 7, title: 'Broken' },
    });
  });

  it('that lets nobody in costs nothing of what the orchestrator lists', async () => {
    const { names } = open({}, { ...env, AEGIS_GATEWAY_TOKEN: 'nobody' });
    expect(await names()).toContain('aegis_agent_list');
  });
});

describe('the orchestrator', () => {
  it('lists for the security context, which decides what is offered', async () => {
    const { names, call } = open({ securityContext: 'aegis-system-restricted' });
    expect(await names()).toEqual(expect.arrayContaining(['aegis_agent_list', 'aegis_task_status']));
    expect(await names()).not.toContain('aegis_agent_delete');
    await expect(call('aegis_agent_delete', { name: 'x' })).rejects.toThrow(
      /^Error not_found: .* does not list it now\./,
    );
  });

  it('lists another caller’s tools once the token is theirs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aegis-mcp-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, await sandbox.issueToken());
    const { AEGIS_GATEWAY_TOKEN = '' } = env;
    const { runtime, names } = open({ tokenFile }, { AEGIS_GATEWAY_TOKEN });
    expect(await names()).toContain('aegis_agent_delete');
    const announced = change(runtime);
    writeFileSync(tokenFile, await sandbox.issueToken({ user: 'free@sandbox.local' }));
    await announced;
    expect(await names()).toContain('aegis_agent_list');
    expect(await names()).not.toContain('aegis_agent_delete');
  });

  it('that fails to list leaves the fixed tools, and its own come when it can', async () => {
    sandbox.faults.listingFails = true;
    const { runtime, names } = open();
    expect(await names()).not.toContain('aegis_agent_list');
    expect(runtime.host.list().length).toBeGreaterThan(20);
    const announced = change(runtime);
    sandbox.faults.listingFails = false;
    await announced;
    expect(await names()).toContain('aegis_agent_list');
  });

  it('has only known readers offered with --read-only', async () => {
    const { runtime, call } = open({ readOnly: true });
    const tools = await offered(runtime);
    expect(tools.map(({ name }) => name)).toContain('aegis_agent_list');
    expect(tools.filter(({ annotations }) => !annotations.readOnlyHint)).toEqual([]);
    await expect(call('tickets_create', { title: 'x' })).rejects.toThrow(/tickets_create/);
  });
});

describe('whoami', () => {
  it('counts the tools of the servers too', async () => {
    const { call, names, runtime } = open({ toolsets: 'system,seal_catalog' });
    const { surface } = Object(await call('whoami'));
    expect(surface).toEqual({
      tools: runtime.host.list().length + (await names()).length,
      toolsets: ['system', 'seal_catalog'],
      read_only: false,
    });
  });
});

describe('what the servers report as a failure with success', () => {
  it('is a failed call with its cause', async () => {
    const { call } = open();
    const missing = '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11';
    await expect(call('aegis_workflow_status', { execution_id: missing })).rejects.toThrow(
      /^Error failed: aegis_workflow_status through SEAL: .*not found.*\nNext: /,
    );
  });
});

describe('a workflow that is started through SEAL', () => {
  const manifest = {
    apiVersion: '100monkeys.ai/v1',
    kind: 'Workflow',
    metadata: { name: 'twice', version: '1.0.0' },
    spec: {
      initial_state: 'DONE',
      states: { DONE: { kind: 'System', command: 'echo done', transitions: [] } },
    },
  };

  it('answers with the id of its run, by any of the tools that start one', async () => {
    const { call } = open({ toolsets: 'workflows,seal,seal_catalog' });
    await call('register_workflow', { payload: manifest });
    const started = [
      await call('run_workflow', { name: 'twice' }),
      await call('aegis_workflow_run', { name: 'twice', input: {} }),
      Object(await call('invoke_seal', { name: 'aegis.workflow.run', arguments: { name: 'twice' } })).result,
    ];
    const ids = started.map((answer) => Object(answer).execution_id);
    const list = await call('aegis_workflow_executions_list', { workflow_id: 'twice' });
    const runs = Object(list).executions.map((run: { execution_id: string }) => run.execution_id);
    expect(runs.sort()).toEqual(ids.sort());
  });
});
