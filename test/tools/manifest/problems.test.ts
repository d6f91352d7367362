import { expect, test } from 'vitest';
import { formatProblems, type Problem } from '../../../src/tools/manifest/problems.js';

const warning: Problem = { path: 'metadata.tags', message: 'is dropped', severity: 'warning' };
const error: Problem = { path: 'spec.task', message: 'is required', severity: 'error' };

test('errors come before warnings, one a line', () => {
  expect(formatProblems([warning, error])).toBe(
    'error spec.task: is required\nwarning metadata.tags: is dropped',
  );
});

test('more than fifty problems are counted, not listed', () => {
  const lines = formatProblems(Array.from({ length: 53 }, () => error)).split('\n');
  expect(lines).toHaveLength(51);
  expect(lines.at(-1)).toBe('and 3 more');
});
