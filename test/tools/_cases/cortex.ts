/** Literal requests of the Cortex tools. */
import type { Case } from './_case.js';

const PATTERN = {
  id: 'p1',
  error_type: 'ImportError',
  error_message: 'No module named numpy',
  solution_approach: 'Install it first.',
  solution_code: 'pip install numpy',
  frequency: 3,
  success_score: 0.9,
};

export const CASES: readonly Case[] = [
  {
    tool: 'list_cortex_patterns',
    dialect: 'live',
    args: { q: 'ImportError numpy', limit: 5 },
    asked: [{ method: 'GET', path: '/v1/cortex/patterns?q=ImportError%20numpy&limit=5' }],
    answers: [{ json: { items: [PATTERN] } }],
    result: { patterns: [PATTERN] },
  },
  {
    tool: 'list_cortex_patterns',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/cortex/patterns' }],
    answers: [{ json: { patterns: [{ id: 'p1' }] } }],
    result: { patterns: [{ id: 'p1' }] },
  },
  {
    tool: 'get_cortex_skills',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/cortex/skills' }],
    answers: [
      {
        json: {
          items: [
            {
              id: 's1',
              name: 'Imports',
              description: '',
              category: 'python',
              level: 'advanced',
              patternCount: 4,
              usageCount: 9,
              successRate: 87.5,
            },
          ],
        },
      },
    ],
    result: {
      skills: [{ id: 's1', name: 'Imports', pattern_count: 4, usage_count: 9, success_rate: 87.5 }],
    },
  },
  {
    tool: 'get_cortex_skills',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/cortex/skills' }],
    answers: [{ json: { skills: [{ name: 'Imports', pattern_count: 4 }] } }],
    result: { skills: [{ name: 'Imports', pattern_count: 4 }] },
  },
  {
    tool: 'get_cortex_metrics',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/cortex/metrics' }],
    answers: [
      {
        json: {
          totalPatterns: 4,
          totalSkills: 1,
          avgSuccessRate: 87.5,
          totalFrequency: 9,
          patternsThisWeek: 0,
          growthRate: 0,
          firstAttemptSuccessRate: 0,
          averageIterations: 0,
          learningVelocity: 0,
          mostUsedSkills: ['Imports'],
        },
      },
    ],
    result: {
      total_patterns: 4,
      total_skills: 1,
      avg_success_rate: 87.5,
      first_attempt_success_rate: 0,
      most_used_skills: ['Imports'],
    },
  },
  {
    tool: 'get_cortex_metrics',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/cortex/metrics' }],
    answers: [{ json: { total_patterns: 4, recall_accuracy: 0.8 } }],
    result: { total_patterns: 4, recall_accuracy: 0.8 },
  },
];
