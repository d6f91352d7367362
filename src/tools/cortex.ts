/** Cortex: what the system has learned. */
import { z } from 'zod';
import { type Advice, answered } from './actions/advice.js';
import type { AnyArgs } from './define.js';
import { action } from './define.js';
import { around, count, listOf, record } from './results.js';
import { limit, text } from './shapes.js';

/** Counters of the live server are in camelCase, those of the reference in snake_case (D67, D68). */
const snakeCase = (value: AnyArgs): AnyArgs =>
  Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      inner,
    ]),
  );

const ADVICE: Advice = {
  cortex_not_configured: {
    cause: 'This server has no Cortex',
    next: 'Do not repeat it: nothing is learned here until its operator configures Cortex.',
  },
};

const UNAVAILABLE = 'A server without Cortex answers 503.';

export const cortex = {
  list_cortex_patterns: action({
    title: 'List Cortex patterns',
    description: `Lists patterns that the system has learned from executions: an error, the solution that worked, how often. ${UNAVAILABLE}`,
    toolset: 'cortex',
    effect: 'read',
    untrusted: true,
    adapted: 'The live server lists them as items (D66).',
    input: () => ({ q: text('Only patterns of this error signature.').optional(), limit: limit(100, 1000) }),
    output: () => z.looseObject({ patterns: z.array(z.looseObject({ id: z.string().nullish() })) }),
    live: { operation: 'listCortexPatterns', route: 'GET /v1/cortex/patterns', query: ['q', 'limit'] },
    run: answered(ADVICE, (body) => ({
      ...around('patterns', body),
      patterns: listOf('patterns', body, (item) => item),
    })),
  }),

  get_cortex_skills: action({
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
            pattern_count: count(),
            success_rate: z.number().nullish(),
          }),
        ),
      }),
    live: { operation: 'getCortexSkills', route: 'GET /v1/cortex/skills' },
    run: answered(ADVICE, (body) => ({
      ...around('skills', body),
      skills: listOf('skills', body, snakeCase),
    })),
  }),

  get_cortex_metrics: action({
    title: 'Get Cortex metrics',
    description: `Gets figures about what the system has learned: patterns, skills, success rate. Growth, velocity, iterations and first-attempt figures are 0 where the server does not count them. ${UNAVAILABLE}`,
    toolset: 'cortex',
    effect: 'read',
    untrusted: true,
    adapted: 'camelCase names of the live server become snake_case (D68).',
    input: () => ({}),
    output: () => z.looseObject({ total_patterns: count(), total_skills: count() }),
    live: { operation: 'getCortexMetrics', route: 'GET /v1/cortex/metrics' },
    run: answered(ADVICE, (body) => snakeCase(record(body))),
  }),
};
