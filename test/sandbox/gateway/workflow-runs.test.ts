import { describe, expect, it } from 'vitest';
import { shareSandbox } from '../_sandbox.js';
import {
  openSession,
  operator,
  type Received,
  type Reply,
  registerSpec,
  registerWorkflow,
  step,
  useUpstream,
} from './_gateway.js';

const sandbox = shareSandbox();

/** Registers steps over an upstream with three operations and runs them. */
async function run(
  steps: readonly object[],
  { answer = () => ({}), args = {} }: { answer?: (received: Received) => Reply; args?: unknown } = {},
) {
  const upstream = await useUpstream(answer);
  const call = await operator(sandbox());
  const operations = { list: 'GET /pets', create: 'POST /pets', show: 'GET /pets/{id}' };
  const spec = await registerSpec(call, upstream.url, operations);
  const id = await registerWorkflow(call, spec, { steps });
  const session = await openSession(sandbox());
  const result = await session.call('lookup', args);
  return { ...result, id, session, received: upstream.received };
}

const json = (value: unknown): Reply => ({ body: JSON.stringify(value) });

describe('a workflow', () => {
  it('calls upstream with the credential, a JSON body and the literal path, and carries values on', async () => {
    const {
      status,
      json: body,
      received,
      id,
      session,
    } = await run(
      [
        step({
          name: 'create',
          operation_id: 'create',
          body_template: '{"name":"{{input.name}}"}',
          extractors: { id: '$.pet.id', none: '$.nothing' },
        }),
        step({
          name: 'show',
          operation_id: 'show',
          body_template: '{"id":{{state.[create.id]}},"again":{{lookup state "create.id"}}}',
        }),
      ],
      {
        args: { name: 'Rex' },
        answer: ({ method }) => json(method === 'POST' ? { pet: { id: 7 } } : { found: true }),
      },
    );
    expect(status).toBe(200);
    expect(body).toEqual({
      result: {
        workflow_id: id,
        execution_id: session.body.execution_id,
        result: { found: true },
        state: { input: { name: 'Rex' }, 'create.id': 7 },
      },
    });
    expect(received).toEqual([
      { method: 'POST', path: '/pets', authorization: 'Bearer sandbox-static-token', body: '{"name":"Rex"}' },
      {
        method: 'GET',
        path: '/pets/%7Bid%7D',
        authorization: 'Bearer sandbox-static-token',
        body: '{"id":7,"again":7}',
      },
    ]);
  });
});
