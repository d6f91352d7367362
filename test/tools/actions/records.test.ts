import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const RUN = '8c1d5a5e-7a52-4e0e-8c3b-2f4f6f0f9a22';
const paths = () => server.asked.map(({ path }) => path);

describe('an execution', () => {
  const record = { id: RUN, agent_id: 'a1', status: 'Completed', tenant_id: 'acme' };

  it('that is complete is not read further', async () => {
    const full = { execution_id: RUN, status: 'completed', started_at: '2026-05-08T10:00:00Z', output: 'x' };
    const { structured } = await callTool(server, 'get_execution', { execution_id: RUN }, [{ json: full }]);
    expect(structured).toEqual(full);
    expect(paths()).toEqual([`/v1/executions/${RUN}`]);
  });

  it('whose history cannot be read is given with the reason', async () => {
    const answers = [{ json: record }, { status: 404, empty: true }] as const;
    const { structured } = await callTool(server, 'get_execution', { execution_id: RUN }, answers);
    expect(structured).toEqual({
      ...record,
      execution_id: RUN,
      status: 'completed',
      incomplete: 'The server has no such route.',
    });
  });
});

describe('a workflow execution', () => {
  const record = { execution_id: RUN, workflow_id: 'w1', status: 'COMPLETED', current_state: 'DONE' };

  it('that runs has no output yet, and its log is not read', async () => {
    const answers = [{ json: { ...record, status: 'RUNNING' } }];
    const { structured } = await callTool(server, 'get_workflow_execution', { execution_id: RUN }, answers);
    expect(structured).toMatchObject({ status: 'running', final_output: null });
    expect(paths()).toHaveLength(1);
  });

  it('whose log cannot be read is given with the reason', async () => {
    const answers = [{ json: record }, { status: 500, json: { error: 'log store down' } }];
    const { structured } = await callTool(server, 'get_workflow_execution', { execution_id: RUN }, answers);
    expect(structured).toMatchObject({ status: 'completed', final_output: null });
    expect(String(structured?.incomplete)).toContain('log store down');
  });
});

describe('a workflow', () => {
  const read = async (manifest_yaml: string | null) =>
    (
      await callTool(server, 'get_workflow', { name: 'w' }, [
        { json: { id: 'w1', name: 'w', manifest_yaml } },
      ])
    ).structured;

  it('has the metadata of its stored manifest', async () => {
    expect(await read('metadata:\n  name: w\n  output_template: "{{A.output}}"\n')).toMatchObject({
      workflow_id: 'w1',
      metadata: { name: 'w', output_template: '{{A.output}}' },
    });
  });

  it.each([[null], [''], ['a: [unclosed'], ['just text'], ['a: 1\na: 2']])(
    'is given without metadata when its stored manifest is %j',
    async (manifest) => {
      expect(await read(manifest)).toEqual({
        id: 'w1',
        workflow_id: 'w1',
        name: 'w',
        manifest_yaml: manifest,
      });
    },
  );
});

it.each([
  [
    'stream_execution',
    { execution_id: RUN },
    /GET \/v1\/executions\/\{execution_id\}\/events, GET \/v1\/executions\/\{execution_id\}\/stream/,
  ],
  ['stream_agent_events', { agent_id: RUN }, /GET \/v1\/agents\/\{agent_id\}\/events/],
  [
    'stream_workflow_execution_logs',
    { execution_id: RUN },
    /GET \/v1\/workflows\/executions\/\{execution_id\}\/logs/,
  ],
])('%s of a server without such routes names them', async (tool, args, routes) => {
  const missing = Array.from({ length: 6 }, () => ({ status: 404, empty: true }) as const);
  const { isError, text } = await callTool(server, tool, args, missing);
  expect(isError).toBe(true);
  expect(text).toMatch(/^Error unsupported \(HTTP 404\): /);
  expect(text).toMatch(routes);
});
