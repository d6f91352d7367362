import { describe, expect, it } from 'vitest';
import { callSealTool, type SealCall } from '../../../src/tools/catalog/call.js';
import { refusalOf } from '../_rows.js';
import { recordingContext } from './_context.js';

const call = (tool: string, args: object = {}, more: Partial<SealCall> = {}): SealCall => ({
  tool,
  arguments: { ...args },
  server: 'orchestrator',
  as: 'the_tool',
  ...more,
});

describe('a signed call', () => {
  it('has the original name and the arguments as given; its receipt has the name of the MCP tool', async () => {
    const { context, invoked } = recordingContext(() => [1, 2]);
    const args = { roles: ['a'], user_id: 'u', tenant_id: 't', tenant: 't', deep: [{ a: null }] };
    expect(await callSealTool(context, call('crm.find', args, { as: 'crm_find' }))).toEqual([1, 2]);
    expect(invoked).toEqual([{ tool: 'crm.find', args, server: 'orchestrator', as: 'crm_find' }]);
  });

  it.each(['aegis.workflow.promote', 'aegis.workflow.demote'])(
    '%s never claims roles or a user, because the server would believe it',
    async (tool) => {
      const { context, invoked } = recordingContext(() => ({ promoted: true }));
      await callSealTool(context, call(tool, { name: 'w', roles: ['aegis:admin'], user_id: 'somebody' }));
      expect(invoked[0]?.args).toEqual({ name: 'w' });
    },
  );

  it('at the gateway is sent as it is, whatever its name', async () => {
    const { context, invoked } = recordingContext(() => null, { tenant: 'acme' });
    const args = { roles: ['a'], user_id: 'u', tenant_id: 'other' };
    await callSealTool(context, call('aegis.workflow.promote', args, { server: 'gateway' }));
    expect(invoked[0]).toEqual({ tool: 'aegis.workflow.promote', args, server: 'gateway', as: 'the_tool' });
  });
});

describe('with a pinned tenant', () => {
  it.each(['tenant_id', 'tenant'])('%s is left out', async (name) => {
    const { context, invoked } = recordingContext(() => null, { tenant: 'acme' });
    await callSealTool(context, call('aegis.agent.list', { [name]: 'acme', limit: 1 }));
    expect(invoked[0]?.args).toEqual({ limit: 1 });
  });

  it('another one is refused and nothing sent', async () => {
    const { context, invoked } = recordingContext(() => null, { tenant: 'acme' });
    const asked = call('aegis.agent.delete', { tenant_id: 'other', agent_id: 'a' });
    const error = await refusalOf(() => callSealTool(context, asked));
    expect(error.code).toBe('invalid_arguments');
    expect(error.message).toBe('aegis.agent.delete: tenant_id: this server acts for acme alone.');
    expect(invoked).toEqual([]);
  });

  it('tools of other servers keep what they call a tenant', async () => {
    const { context, invoked } = recordingContext(() => null, { tenant: 'acme' });
    await callSealTool(context, call('crm.find', { tenant: 'flat 4' }));
    expect(invoked[0]?.args).toEqual({ tenant: 'flat 4' });
  });
});

describe('a start of a workflow', () => {
  const STARTED = { tool: 'aegis.workflow.run', execution_id: 'w1', status: 'started' };
  const RUN = { execution_id: 'r1', workflow_id: 'w1', status: 'running' };

  it.each([
    ['aegis.workflow.run', { name: 'nightly' }],
    ['aegis.workflow.generate', { input: 'a workflow' }],
  ])('%s answers with the id of the run, looked up through SEAL where that is listed', async (tool, args) => {
    const listed = ['aegis.workflow.executions.list'];
    const { context, invoked, asked } = recordingContext(
      (invocation) => (invocation.tool === tool ? STARTED : { count: 1, executions: [RUN] }),
      { listed },
    );
    expect(await callSealTool(context, call(tool, args))).toEqual({
      tool: 'aegis.workflow.run',
      execution_id: 'r1',
      workflow_id: 'w1',
      status: 'started',
    });
    expect(invoked[1]).toEqual({
      tool: 'aegis.workflow.executions.list',
      args: { workflow_id: 'w1', limit: 1 },
      as: 'the_tool',
    });
    expect(asked).toEqual([]);
  });

  it('is looked up over REST otherwise', async () => {
    const { context, asked } = recordingContext(() => STARTED, { rest: { executions: [RUN] } });
    const answer = await callSealTool(context, call('aegis.workflow.run', { name: 'nightly' }));
    expect(answer).toMatchObject({ execution_id: 'r1', workflow_id: 'w1' });
    expect(asked).toMatchObject([
      {
        method: 'GET',
        path: '/v1/workflows/executions',
        query: [
          ['workflow_id', 'w1'],
          ['limit', '1'],
        ],
      },
    ]);
  });

  it('keeps an id that is already that of the run', async () => {
    const { context } = recordingContext(() => STARTED, { rest: { executions: [] } });
    expect(await callSealTool(context, call('aegis.workflow.run', { name: 'nightly' }))).toEqual(STARTED);
  });

  it.each([
    ['a failure', { tool: 'aegis.workflow.run', error: 'Failed to start workflow' }],
    ['an answer without id', { status: 'started' }],
    ['an answer that is no object', 'started'],
  ])('passes %s on as it is', async (_title, answer) => {
    const { context, invoked, asked } = recordingContext(() => answer);
    expect(await callSealTool(context, call('aegis.workflow.run', { name: 'nightly' }))).toEqual(answer);
    expect([invoked.length, asked.length]).toEqual([1, 0]);
  });

  it('whose run cannot be found says that it was made', async () => {
    const { context } = recordingContext(() => STARTED, { rest: { error: 'nothing there' } });
    const error = await refusalOf(() => callSealTool(context, call('aegis.workflow.run', { name: 'n' })));
    expect(error).toMatchObject({
      code: 'failed',
      message: 'The workflow was started, but its run was not found: nothing there',
      mayHaveRun: true,
    });
  });

  it('waits for the one before it, so that each finds its own run', async () => {
    let runs = 0;
    const { context, invoked } = recordingContext(
      async ({ tool }) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (tool !== 'aegis.workflow.run')
          return { executions: [{ execution_id: `r${runs}`, status: 'running' }] };
        runs += 1;
        return STARTED;
      },
      { listed: ['aegis.workflow.executions.list'] },
    );
    const start = () => callSealTool(context, call('aegis.workflow.run', { name: 'nightly' }));
    expect(await Promise.all([start(), start(), start()])).toMatchObject([
      { execution_id: 'r1' },
      { execution_id: 'r2' },
      { execution_id: 'r3' },
    ]);
    expect(invoked).toHaveLength(6);
  });

  it('waits no longer than its caller does, and then is never made; those behind it still wait', async () => {
    const aborting = new AbortController();
    let end = (_answer: unknown): void => undefined;
    const { context, invoked } = recordingContext(({ args }) =>
      args.name === 'nightly' && invoked.length === 1 ? new Promise((resolve) => (end = resolve)) : null,
    );
    const start = (signal = context.signal) =>
      callSealTool({ ...context, signal }, call('aegis.workflow.run', { name: 'nightly' }));
    const first = start();
    const given = start(aborting.signal);
    aborting.abort();
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
    await expect(start(aborting.signal)).rejects.toMatchObject({ name: 'AbortError' });
    const last = start();
    await new Promise((resolve) => setImmediate(resolve));
    expect(invoked).toHaveLength(1);
    end('done');
    expect(await Promise.all([first, last])).toEqual(['done', null]);
    expect(invoked).toHaveLength(2);
  });
});
