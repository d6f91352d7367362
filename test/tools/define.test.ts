/** What the compiler refuses in a row. Each refusal is a directive that the type check fails on when it is not needed. */
import { expect, it } from 'vitest';
import { z } from 'zod';
import { action, op } from '../../src/tools/define.js';

const base = {
  title: 'T',
  description: 'D.',
  toolset: 'agents',
  effect: 'read',
} as const;
const input = () => ({ agent_id: z.string(), limit: z.int().optional() });
const output = () => z.object({ agent_id: z.string() });
const result = () => ({ agent_id: 'a' });

it('takes a sound row and fills in what it leaves out', () => {
  const live = { operation: 'getAgent', route: 'GET /v1/agents/{agent_id}', query: ['limit'] } as const;
  const row = op({ ...base, input, output, live, result });
  expect(row).toMatchObject({ core: false, idempotent: true, sensitive: false, classes: [], aliases: {} });
});

it('has an idempotent write only where the row says so', () => {
  const live = { operation: 'x', route: 'POST /v1/agents' } as const;
  expect(op({ ...base, effect: 'write', input, output, live, result }).idempotent).toBe(false);
  expect(op({ ...base, effect: 'write', idempotent: true, input, output, live, result }).idempotent).toBe(
    true,
  );
});

it('refuses what does not fit together', () => {
  const live = { operation: 'x', route: 'GET /v1/a' } as const;
  const sound = { ...base, input, output, result };
  const rows = [
    // @ts-expect-error a slot of the route that is no argument
    () => op({ ...sound, live: { operation: 'x', route: 'GET /v1/a/{id}' } }),
    // @ts-expect-error a query parameter that is no argument
    () => op({ ...sound, live: { operation: 'x', route: 'GET /v1/a', query: ['page'] } }),
    // @ts-expect-error a method that is none
    () => op({ ...sound, live: { operation: 'x', route: 'LIST /v1/a' } }),
    // @ts-expect-error a result that is not the declared one
    () => op({ ...sound, live, result: () => ({ id: 1 }) }),
    // @ts-expect-error an unknown toolset
    () => op({ ...sound, live, toolset: 'none' }),
    // @ts-expect-error an alias of no argument
    () => op({ ...sound, live, aliases: { id: 'nope' } }),
    // @ts-expect-error a value of another shape from a body of its own
    () => action({ ...base, input, output, run: async () => ({ value: { id: 1 } }) }),
  ];
  expect(rows).toHaveLength(7);
});
