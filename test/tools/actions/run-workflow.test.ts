import { describe, expect, it } from 'vitest';
import { registrable, toRegistered } from '../../../src/tools/actions/register.js';
import { runInput, signalText } from '../../../src/tools/actions/run-workflow.js';
import { refusalOf } from '../_rows.js';

describe('what a workflow is started with', () => {
  it.each([
    ['nothing', {}, { input: {}, blackboard: undefined, intent: undefined }],
    ['input', { input: { a: 1 } }, { input: { a: 1 } }],
    ['an input that is no object', { input: [1] }, { input: [1] }],
    ['a payload that is the input', { payload: { a: 1 } }, { input: { a: 1 } }],
    ['an empty payload', { payload: {} }, { input: {} }],
    [
      'a payload of known members',
      { payload: { input: { a: 1 }, blackboard: { b: 2 }, intent: 'try' } },
      { input: { a: 1 }, blackboard: { b: 2 }, intent: 'try' },
    ],
    ['an input as JSON text', { input: '{"a":1}' }, { input: { a: 1 } }],
    ['an input that is text', { input: 'a: 1' }, { input: 'a: 1' }],
    [
      'a payload with a text called input',
      { payload: { input: 'x', b: 1 } },
      { input: { input: 'x', b: 1 } },
    ],
    ['an argument beside a payload', { input: 1, payload: { input: 2 } }, { input: 1 }],
    [
      'both names of the blackboard (D36)',
      { context_overrides: { a: 1, b: 1 }, blackboard: { b: 2 } },
      { blackboard: { a: 1, b: 2 } },
    ],
  ])('from %s', (_title, args, expected) => {
    expect(runInput(args)).toMatchObject(expected);
  });

  it('is refused where a published payload has members that would be lost in the input', async () => {
    const error = await refusalOf(() => runInput({ payload: { input: { a: 1 }, version: '2.0.0' } }));
    expect(error.code).toBe('invalid_arguments');
    expect(error.message).toBe('payload: unknown beside input: version.');
  });
});

describe('what a signal says', () => {
  it.each([
    [{ response: 'yes' }, 'yes'],
    [{ response: 'yes', payload: 'no' }, 'yes'],
    [{ payload: 'no' }, 'no'],
    [{ payload: { signal_name: 'humanInput', payload: 'yes' } }, 'yes'],
    [{ payload: { response: 'yes' } }, 'yes'],
    [{ payload: { payload: { approved: true } } }, '{"approved":true}'],
    [{ payload: { approved: true } }, '{"approved":true}'],
    [{ payload: false }, 'false'],
  ])('in %j is %s', (args, text) => {
    expect(signalText(args)).toBe(text);
  });

  it('must be given', async () => {
    expect((await refusalOf(() => signalText({}))).message).toContain('response: is missing');
  });
});

describe('a workflow to register', () => {
  const spec = {
    initial_state: 'DONE',
    states: { DONE: { kind: 'System', command: 'echo done', transitions: [] } },
  };
  const manifest = { apiVersion: '100monkeys.ai/v1', kind: 'Workflow', metadata: { name: 'w' }, spec };

  it.each([
    ['a manifest', manifest],
    ['a manifest as JSON text', JSON.stringify(manifest)],
    ['the published form with a manifest', { name: 'w', definition: manifest }],
    ['the published form with a spec', { name: 'w', definition: spec }],
    ['the published form with spec inside', { name: 'w', definition: { spec } }],
  ])('is read from %s', async (_title, payload) => {
    expect((await registrable({ payload })).documented).toEqual({ name: 'w', definition: manifest });
  });

  it('is refused with every problem, before anything is sent', async () => {
    const error = await refusalOf(() => registrable({ payload: { ...manifest, spec: { states: {} } } }));
    expect(error.code).toBe('invalid_manifest');
    expect(error.message).toContain('spec.initial_state');
  });

  it.each([
    [
      { name: 'w', workflow_id: 'w1', status: 'registered' },
      { workflow_id: 'w1', status: 'registered' },
    ],
    [
      { name: 'w', id: 'w1' },
      { workflow_id: 'w1', status: 'registered' },
    ],
    [{ name: 'w' }, { workflow_id: null }],
  ])('is acknowledged from %j', (body, result) => {
    expect(toRegistered(body)).toMatchObject(result);
  });
});
