/** Checks how the states of a workflow hang together. */
import { isObject, type JsonObject } from '../../client/json-object.js';
import { nearest } from '../near-miss.js';
import { keyPath, type Report } from './problems.js';
import { asList, asObject, asText } from './values.js';

/** Targets of each state, in order, without those that do not exist. */
type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * Targets and the initial state must exist. Unreachable states and transitions, and loops, are warnings: a loop
 * runs, but the SEAL tools that create and validate workflows refuse it.
 */
export function checkGraph(spec: JsonObject, report: Report): void {
  if (!isObject(spec.states)) return;
  const names = Object.keys(spec.states);
  const initial = asText(spec.initial_state);
  if (initial !== undefined && initial.trim() !== '') {
    checkTarget(initial, names, 'spec.initial_state', report);
  }
  const graph = new Map(
    names.map((name) => [name, readTargets(name, asObject(spec.states)[name], names, report)]),
  );
  if (initial === undefined || !graph.has(initial)) return;
  const reached = reachFrom(initial, graph);
  for (const name of names) {
    if (!reached.has(name)) report.warn(keyPath('spec.states', name), `cannot be reached from ${initial}`);
  }
  const loop = findLoop(initial, graph);
  if (loop !== undefined) {
    report.warn(
      'spec.states',
      `${loop.join(' -> ')} is a loop: REST takes it, the SEAL workflow tools refuse it`,
    );
  }
}

function readTargets(
  name: string,
  state: unknown,
  names: readonly string[],
  report: Report,
): readonly string[] {
  const path = `${keyPath('spec.states', name)}.transitions`;
  const transitions = asList(asObject(state).transitions).map(asObject);
  const always = transitions.findIndex((each) => each.condition === 'always');
  if (always >= 0 && always < transitions.length - 1) {
    report.warn(`${path}[${always + 1}]`, `is never taken: transition ${always} (always) comes before it`);
  }
  return transitions.flatMap((each, index) => {
    const target = asText(each.target);
    if (target === undefined || target.trim() === '') return [];
    return checkTarget(target, names, `${path}[${index}].target`, report) ? [target] : [];
  });
}

function checkTarget(target: string, names: readonly string[], path: string, report: Report): boolean {
  if (names.includes(target)) return true;
  const meant = nearest(target, names);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  report.error(path, `there is no state "${target}"; states: ${names.join(', ')}${hint}`);
  return false;
}

function reachFrom(start: string, graph: Graph): ReadonlySet<string> {
  const reached = new Set([start]);
  const waiting = [start];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const target of graph.get(name) ?? []) {
      if (!reached.has(target)) waiting.push(target);
      reached.add(target);
    }
  }
  return reached;
}

/** The first loop met on a walk in depth: its states, the first one repeated at the end. */
function findLoop(start: string, graph: Graph): readonly string[] | undefined {
  const finished = new Set<string>();
  const trail: { readonly name: string; next: number }[] = [{ name: start, next: 0 }];
  for (let step = trail.at(-1); step !== undefined; step = trail.at(-1)) {
    const target = graph.get(step.name)?.[step.next];
    step.next += 1;
    if (target === undefined) {
      finished.add(step.name);
      trail.pop();
    } else if (trail.some((each) => each.name === target)) {
      const names = trail.map((each) => each.name);
      return [...names.slice(names.indexOf(target)), target];
    } else if (!finished.has(target)) trail.push({ name: target, next: 0 });
  }
  return undefined;
}
