/** Cortex: what the system has learned. */
import { z } from 'zod';
import type { AnyArgs } from './define.js';
import { op } from './define.js';
import { around, listOf, record } from './results.js';
import { limit, text } from './shapes.js';

/** Counters of the live server are in camelCase, those of the reference in snake_case (D67, D68). */
const snakeCase = (value: AnyArgs): AnyArgs =>
  Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      inner,
    ]),
  );

const UNAVAILABLE = 'A server without Cortex answers 503.';

export const cortex = {
  list_cortex_patterns: op({
    title: 'List Cortex patterns',
    description: `Lists patterns that the system has learned from executions: an error, the solution that worked, how often. ${UNAVAILABLE}`,
    toolset: 'cortex',
    effect: 'read',
    untrusted: true,
    adapted: 'The live server lists them as items (D66).',
    input: () => ({ q: text('Only patterns of this error signature.').optional(), limit: limit(100, 1000) }),
    output: () => z.looseObject({ patterns: z.array(z.looseObject({ id: z.string().nullish() })) }),
    live: { operation: 'listCortexPatterns', route: 'GET /v1/cortex/patterns', query: ['q', 'limit'] },
    result: (body) => ({ ...around('patterns', body), patterns: listOf('patterns', body, (item) => item) }),
  }),

  get_cortex_skills: op({
    title: 'Get Cortex skills',
    description: `Gets the skills that the system has gained: patterns grouped by kind, with their use and success rate in percent. ${UNAVAILABLE}`,
    toolset: 'cortex',
    effect: 'read',
    untrusted: true,
    adapted: 'The live server lists them as items with camelCase counters (D67); here snake_case.',
    input: () => ({}),
    output: () =>
      z.looseObject({
        skills: z.array(
          z.looseObject({
            name: z.string().nullish(),
            category: z.string().nullish(),
            pattern_count: z.int().nullish(),
            success_rate: z.number().nullish(),
          }),
        ),
      }),
    live: { operation: 'getCortexSkills', route: 'GET /v1/cortex/skills' },
    result: (body) => ({ ...around('skills', body), skills: listOf('skills', body, snakeCase) }),
  }),

  get_cortex_metrics: op({
    title: 'Get Cortex metrics',
    description: `Gets figures about what the system has learned: patterns, skills, success rate. Growth, velocity and first-attempt figures of the live server are always 0. ${UNAVAILABLE}`,
    toolset: 'cortex',
    effect: 'read',
    adapted: 'camelCase names of the live server become snake_case (D68).',
    input: () => ({}),
    output: () => z.looseObject({ total_patterns: z.number().nullish(), total_skills: z.number().nullish() }),
    live: { operation: 'getCortexMetrics', route: 'GET /v1/cortex/metrics' },
    result: (body) => snakeCase(record(body)),
  }),
};
