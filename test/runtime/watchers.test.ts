import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Watchers } from '../../src/runtime/watchers.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const nobody = (): void => undefined;

it('looks are taken at one pace, however many come and go while one is under way', async () => {
  const ends: (() => void)[] = [];
  const watchers = new Watchers(() => new Promise((resolve) => void ends.push(resolve)), 100);
  let leave = watchers.add(nobody);
  await vi.advanceTimersByTimeAsync(100);
  expect(ends).toHaveLength(1);
  for (let count = 0; count < 5; count += 1) {
    leave();
    leave = watchers.add(nobody);
    await vi.advanceTimersByTimeAsync(100);
  }
  for (const end of ends.splice(0)) end();
  await vi.advanceTimersByTimeAsync(100);
  expect(ends).toHaveLength(1);
  ends.pop()?.();
  leave();
  await vi.advanceTimersByTimeAsync(1_000);
  expect([ends.length, vi.getTimerCount()]).toEqual([0, 0]);
});

it('one who leaves while others are told is not told', () => {
  const watchers = new Watchers(async () => undefined, 100);
  const told: string[] = [];
  watchers.add(() => {
    told.push('first');
    leave();
  });
  const leave = watchers.add(() => void told.push('second'));
  watchers.tell();
  expect(told).toEqual(['first']);
  watchers.close();
});
