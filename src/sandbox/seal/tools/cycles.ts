/** Checks the authoring tools make beyond registration: loops, and transitions that mix scores with success. */
import { asRecord, memberAt } from './call.js';

const SCORED = new Set(['score_above', 'score_below', 'score_between', 'score_and_confidence_above']);

/** A state that can reach itself, as `A -> B -> A`; undefined when the states form no loop. */
export function findCycle(manifest: unknown): string | undefined {
  const states = asRecord(memberAt(manifest, 'spec', 'states')) ?? {};
  const targets = new Map(Object.entries(states).map(([name, state]) => [name, targetsOf(state)]));
  for (const name of targets.keys()) {
    const path = pathBack(name, targets);
    if (path !== undefined) return path.join(' -> ');
  }
  return undefined;
}

/** Complaints about states with score conditions: mixed with `on_success`, or without `score_below`. */
export function findScoreFaults(manifest: unknown): readonly string[] {
  const states = asRecord(memberAt(manifest, 'spec', 'states')) ?? {};
  return Object.entries(states).flatMap(([name, state]) => scoreFaultsOf(name, conditionsOf(state)));
}

function scoreFaultsOf(name: string, conditions: readonly unknown[]): readonly string[] {
  if (!conditions.some((condition) => SCORED.has(String(condition)))) return [];
  const faults: string[] = [];
  if (conditions.includes('on_success')) {
    faults.push(`State '${name}' mixes \`on_success\` with score-based transitions.`);
  }
  if (!conditions.includes('score_below')) {
    faults.push(`State '${name}' uses score-based transitions without a \`score_below\` branch.`);
  }
  return faults;
}

/** Breadth-first from one state back to itself. */
function pathBack(
  start: string,
  targets: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const queue: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const next of targets.get(path.at(-1) ?? '') ?? []) {
      if (next === start) return [...path, next];
      if (!seen.has(next)) queue.push([...path, next]);
      seen.add(next);
    }
  }
  return undefined;
}

function transitionsOf(state: unknown): readonly unknown[] {
  const transitions = memberAt(state, 'transitions');
  return Array.isArray(transitions) ? transitions : [];
}

function targetsOf(state: unknown): readonly string[] {
  return transitionsOf(state).map((transition) => String(memberAt(transition, 'target')));
}

function conditionsOf(state: unknown): readonly unknown[] {
  return transitionsOf(state).map((transition) => memberAt(transition, 'condition'));
}
