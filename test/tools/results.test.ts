import { describe, expect, it } from 'vitest';
import {
  acknowledge,
  around,
  idOf,
  listOf,
  toAgent,
  toExecution,
  toWorkflow,
} from '../../src/tools/results.js';
import { refusalOf } from './_rows.js';

describe('a list', () => {
  const read = (body: unknown) => listOf('agents', body, toAgent);
  const agent = { agent_id: 'a1', name: 'one' };

  it.each([
    ['a bare array of the live server', [{ id: 'a1', name: 'one' }]],
    ['its published key', { agents: [{ agent_id: 'a1', name: 'one' }] }],
    ['items', { items: [{ id: 'a1', name: 'one' }] }],
  ])('is read from %s', (_title, body) => {
    expect(read(body)).toMatchObject([agent]);
  });

  it('keeps members that nobody documented', () => {
    expect(read([{ id: 'a1', name: 'one', colour: 'red' }])).toMatchObject([{ colour: 'red' }]);
  });

  it('gives way to what stands around it', () => {
    expect(around('agents', { agents: [], items: [], total: 3 })).toEqual({ total: 3 });
    expect(around('agents', [])).toEqual({});
  });

  it.each([[{}], [null], ['agents'], [{ agents: {} }]])('is not read from %j', async (body) => {
    const error = await refusalOf(() => read(body));
    expect(error.code).toBe('bad_response');
    expect(error.message).toBe("The server's answer is not a list of agents.");
    expect(error.next).toContain('AEGIS server');
  });

  it.each([[['a1']], [[{ id: 7, name: 'one' }]], [[{ id: 'a1' }]]])(
    'with an item of another shape is an error: %j',
    async (body) => {
      expect((await refusalOf(() => read(body))).code).toBe('bad_response');
    },
  );
});

describe('records', () => {
  it('of executions have a status in lower case, as published (D29)', () => {
    expect(toExecution({ id: 'e1', status: 'Running' })).toMatchObject({
      execution_id: 'e1',
      status: 'running',
    });
  });

  it('of workflows may have no id', () => {
    expect(toWorkflow({ name: 'w' })).toEqual({ name: 'w' });
    expect(toWorkflow({ name: 'w', id: 'w1' })).toMatchObject({ workflow_id: 'w1' });
  });

  it('have their id under its published name, which wins over id', () => {
    expect(idOf('agent_id', { agent_id: 'a1', id: 'x' })).toBe('a1');
  });
});

describe('an acknowledgement', () => {
  it('has the published status where the server only says success (D14)', () => {
    expect(acknowledge('deleted', { success: true }, { agent_id: 'a1' })).toEqual({
      agent_id: 'a1',
      success: true,
      status: 'deleted',
    });
  });

  it('has the status of the server where it gives one', () => {
    expect(acknowledge('cancelled', { status: 'cancelling' }, {})).toEqual({ status: 'cancelling' });
  });

  it('is complete without any answer', () => {
    expect(acknowledge('removed', undefined, { execution_id: 'e1' })).toEqual({
      execution_id: 'e1',
      status: 'removed',
    });
  });
});
