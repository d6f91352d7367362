import { describe, expect, it } from 'vitest';
import { toolFailure } from '../../src/seal/failure.js';

describe('failures inside a successful answer', () => {
  it.each([
    [{ error: 'no such agent' }, 'no such agent'],
    [{ status: 'error', error: 'not_found', message: 'no file a.txt' }, 'not_found: no file a.txt'],
    [{ error: { code: 1, message: 'broken' } }, 'broken'],
    [{ error: { code: 1 } }, '{"code":1}'],
    [{ deployed: false, validated: false, errors: ['Invalid kind', 'no name'] }, 'Invalid kind; no name'],
    [{ status: 'conflict', message: 'version 1.0.0 exists' }, 'version 1.0.0 exists'],
    [{ status: 'conflict' }, 'conflict'],
    [{ cancelled: false }, 'cancelled: false'],
    [{ updated: false, error: 'unknown' }, 'unknown'],
    [{ deleted: false }, 'deleted: false'],
    [{ signalled: false }, 'signalled: false'],
    [{ removed: false }, 'removed: false'],
    [{ promoted: false }, 'promoted: false'],
    [{ demoted: false }, 'demoted: false'],
    [{ deployed: false, deterministic_validation: { passed: false, error: 'a cycle' } }, 'a cycle'],
    [{ deployed: false, semantic_validation: { passed: false, violations: ['vague'] } }, '["vague"]'],
    [{ deployed: false, semantic_validation: { passed: false } }, 'validation failed'],
  ])('%j: %s', (result, text) => {
    expect(toolFailure(result)).toBe(text);
  });

  it.each([
    [{ deployed: true, errors: [] }],
    [{ error: null, status: 'completed' }],
    [{ error: '' }],
    [{ valid: false, errors: ['name is required'] }],
    [{ status: 'failed', last_error: 'exit 1' }],
    [{ count: 0, agents: [] }],
    [[{ error: 'inside a list' }]],
    ['error'],
    [null],
    [undefined],
  ])('%j is no failure', (result) => {
    expect(toolFailure(result)).toBe(undefined);
  });
});
