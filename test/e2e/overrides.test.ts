/** What is given to a workflow under its published name reaches it on either kind of server, at the first call. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { useTools } from './_tools.js';

const WORKFLOW = {
  apiVersion: '100monkeys.ai/v1',
  kind: 'Workflow',
  metadata: { name: 'paint', output_template: { said: '{{color}}' } },
  spec: { initial_state: 'A', states: { A: { kind: 'System', command: 'echo painted', transitions: [] } } },
};

describe.each(['live', 'documented'] as const)('on a %s server', (dialect) => {
  it.each([
    ['run_workflow', { name: 'paint', context_overrides: { color: 'red' } }],
    ['run_workflow', { name: 'paint', blackboard: { color: 'red' } }],
    ['execute_temporal_workflow', { workflow_id: 'paint', context_overrides: { color: 'red' } }],
  ])('%s passes on %j', async (tool, args) => {
    const sandbox = await startSandbox({ dialect, pace: 0 });
    onTestFinished(() => sandbox.close());
    const env = { AEGIS_TOKEN: await sandbox.issueToken() };
    await useTools({ url: sandbox.url, seal: 'off' }, env).must('register_workflow', { payload: WORKFLOW });
    const fresh = useTools({ url: sandbox.url, seal: 'off' }, env);
    const { execution_id } = await fresh.must(tool, args);
    expect(await fresh.must('stream_workflow_execution_logs', { execution_id })).toMatchObject({
      status: 'completed',
    });
    expect(await fresh.must('get_workflow_execution', { execution_id })).toMatchObject({
      final_output: { said: 'red' },
    });
  });
});
