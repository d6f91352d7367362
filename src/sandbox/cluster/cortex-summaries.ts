/** Skills and metrics over patterns. */
import type { CortexPattern } from './cortex.js';
import { groupBy } from './group-by.js';

/** A category with this many patterns is mastered. */
const ADVANCED = 5;
const MOST_USED = 5;

/** CortexSkill: one for each error type; patterns without an error are `general`. */
export function skillsOf(patterns: readonly CortexPattern[]) {
  const categories = groupBy(patterns, ({ error_type }) => (error_type === '' ? 'general' : error_type));
  return [...categories].map(([category, members]) => ({
    id: category,
    name: category,
    description: `Learned patterns for ${category} errors`,
    category,
    level: members.length < ADVANCED ? 'intermediate' : 'advanced',
    patternCount: members.length,
    usageCount: sum(members.map(({ frequency }) => frequency)),
    successRate: average(members.map(({ success_score }) => success_score)) * 100,
  }));
}

/** CortexMetrics; what the real server does not measure is 0. */
export function metricsOf(patterns: readonly CortexPattern[]) {
  const types = new Set(patterns.map(({ error_type }) => error_type).filter((type) => type !== ''));
  return {
    totalPatterns: patterns.length,
    totalSkills: types.size,
    avgSuccessRate: hundredths(averageScore(patterns)),
    totalFrequency: sum(patterns.map(({ frequency }) => frequency)),
    ...{ patternsThisWeek: 0, growthRate: 0, firstAttemptSuccessRate: 0 },
    ...{ averageIterations: 0, learningVelocity: 0 },
    mostUsedSkills: [...types].slice(0, MOST_USED),
  };
}

/** The published SDK's CortexPattern. */
export function documentedPattern(pattern: CortexPattern) {
  const { id, error_type, error_message, solution_approach: solution, success_score, created_at } = pattern;
  const error_signature = error_type === '' ? '' : `${error_type}: ${error_message}`;
  return { id, error_signature, solution, success_rate: success_score, created_at };
}

/** The published SDK's CortexSkill. */
export function documentedSkill({ id, description, category }: ReturnType<typeof skillsOf>[number]) {
  return { id, description, capability_tags: [category] };
}

/** The published SDK's CortexMetrics; a pattern that never succeeded has no solution. */
export function documentedMetrics(patterns: readonly CortexPattern[]) {
  return {
    pattern_count: patterns.length,
    solution_count: patterns.filter(({ success_count }) => success_count > 0).length,
    avg_success_rate: hundredths(averageScore(patterns)),
  };
}

function averageScore(patterns: readonly CortexPattern[]): number {
  return average(patterns.map(({ success_score }) => success_score));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
