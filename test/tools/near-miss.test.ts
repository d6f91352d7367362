import { expect, test } from 'vitest';
import { nearest } from '../../src/tools/near-miss.js';

test.each([
  ['instuction', ['instruction', 'input_data'], 'instruction'],
  ['initialState', ['initial_state', 'states'], 'initial_state'],
  ['timeout_seconds', ['prompt', 'timeout', 'transitions'], 'timeout'],
  ['max_iteration', ['max_retries', 'max_iterations'], 'max_iterations'],
  ['STPO', ['START', 'STOP'], 'STOP'],
  ['agnet_id', ['id', 'agent_id', 'tenant_id'], 'agent_id'],
])('%s is taken for a word of %j', (word, candidates, meant) => {
  expect(nearest(word, candidates)).toBe(meant);
});

test.each([
  ['colour', ['name', 'version']],
  ['a', ['b', 'c']],
  ['', ['name']],
  ['name', []],
])('%j resembles none of %j', (word, candidates) => {
  expect(nearest(word, candidates)).toBeUndefined();
});

test('a word of a million letters is compared in bounded time', () => {
  expect(nearest('x'.repeat(1_000_000), ['name'])).toBeUndefined();
});
