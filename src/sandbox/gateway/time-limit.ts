/** A bound for work that a template or a JSONPath can make endless; nothing else of the process runs meanwhile. */
import { createContext, Script } from 'node:vm';
import { isObject } from '../json-schema.js';
import { internal } from './refusals.js';

/** The real server has no bound; here one thread serves every caller. */
const LIMIT_MS = 2_000;

// Only code started through `vm` can be stopped from outside, with everything it calls.
const script = new Script('work()');
const context: { work?: () => void } = {};
createContext(context);

/** The result of synchronous work. Refuses with 500 what takes longer than two seconds. */
export function withinLimit<T>(work: () => T): T {
  const results: T[] = [];
  context.work = () => void results.push(work());
  try {
    script.runInContext(context, { timeout: LIMIT_MS });
  } catch (error) {
    if (isObject(error) && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return tooLong();
    throw error;
  }
  for (const result of results) return result;
  return tooLong();
}

function tooLong(): never {
  return internal(`a template or JSONPath takes longer than the sandbox's ${LIMIT_MS / 1000} s`);
}
