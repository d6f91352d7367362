import { expect, it } from 'vitest';
import { rfc3339 } from '../../src/tools/time.js';

it('writes milliseconds as RFC 3339 without a fraction', () => {
  expect(rfc3339(1_778_234_400_123)).toBe('2026-05-08T10:00:00Z');
  expect(rfc3339(0)).toBe('1970-01-01T00:00:00Z');
});

it.each([Number.NaN, 1e18, Number.POSITIVE_INFINITY, 253_402_300_800_000, -62_167_219_200_001])(
  'refuses %s',
  (milliseconds) => {
    expect(() => rfc3339(milliseconds)).toThrow('not a time in the calendar');
  },
);
