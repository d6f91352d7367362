import { describe, expect, it } from 'vitest';
import { startThroughSeal } from '../../../src/tools/actions/start-execution.js';

const ID = '3f0c6b1e-8d57-4a51-9b2a-0c7f5f1f6d10';

describe('an execution started through SEAL', () => {
  it('is aegis.task.execute, where nothing but SEAL is allowed', () => {
    expect(startThroughSeal.tool({ agent_id: ID })).toBe('aegis.task.execute');
    expect(startThroughSeal.isLastResort).toBe(true);
  });

  it.each([
    [{ input: { a: 1 } }, { input: { a: 1 } }],
    [{ input: 'count' }, { input: { input: 'count' } }],
    [{ input: [1, 2] }, { input: { input: [1, 2] } }],
    [{ input: 0 }, { input: { input: 0 } }],
    [{ input: null, intent: 'count' }, { intent: 'count' }],
    [{ intent: 'count' }, { intent: 'count' }],
  ])('%j is sent as %j', (args, sent) => {
    expect(startThroughSeal.arguments({ agent_id: ID, ...args })).toEqual({ agent_id: ID, ...sent });
  });

  it.each([
    { input: 'x', context_overrides: {} },
    { input: 'x', version: '1.0.0' },
  ])('%j cannot be said', (args) => {
    expect(startThroughSeal.arguments({ agent_id: ID, ...args })).toBeUndefined();
  });
});
