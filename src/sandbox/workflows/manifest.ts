/** From manifest text to a checked workflow. Every refusal is the text the server puts after its prefix. */
import { parse, stringify } from 'yaml';
import type { z } from 'zod';
import type { AgentService, Outcome } from '../kernel.js';
import { parseDuration } from './durations.js';
import { type WorkflowManifest, type WorkflowState, workflowManifestSchema } from './manifest-schema.js';
import { findStateFault } from './state-rules.js';

/** A manifest that obeys all rules but deployment. */
export interface ParsedWorkflow {
  readonly manifest: WorkflowManifest;
  /** The manifest as given, written again as YAML. */
  readonly yaml: string;
}

const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/**
 * Parses and checks manifest text (YAML, therefore also JSON). What is deployed is not looked at.
 * Errors begin `YAML parse error`, `Invalid API version`, `Invalid kind` or `Validation error`
 * (operation registerWorkflow).
 */
export function parseWorkflow(source: string): Outcome<ParsedWorkflow> {
  const document = readYaml(source);
  if (!document.ok) return document;
  const decoded = workflowManifestSchema.safeParse(document.value);
  if (!decoded.success) return refuse(`YAML parse error: ${describeIssue(decoded.error.issues[0])}`);
  const fault = findFault(decoded.data);
  if (fault !== undefined) return refuse(fault);
  return { ok: true, value: { manifest: decoded.data, yaml: stringify(document.value) } };
}

/** Names the first agent or judge of the states that the tenant cannot see. Templated names are skipped. */
export function findMissingAgent(
  manifest: WorkflowManifest,
  agents: AgentService,
  tenant: string,
): string | undefined {
  for (const [name, state] of Object.entries(manifest.spec.states)) {
    for (const [role, agent] of referencedAgents(state)) {
      if (agent.includes('{{') || agents.find(agent, tenant) !== undefined) continue;
      return `Validation error: ${role} '${agent}' of state '${name}' is not deployed`;
    }
  }
  return undefined;
}

function referencedAgents(state: WorkflowState): readonly (readonly [string, string])[] {
  if (state.kind === 'Agent') {
    const validator = state.pre_execution_validator;
    const judges = state.judges.map((judge) => ['judge', judge.agent_id] as const);
    return [
      ['agent', state.agent],
      ...judges,
      ...(validator === undefined ? [] : [['judge', validator] as const]),
    ];
  }
  if (state.kind !== 'ParallelAgents') return [];
  return [
    ...state.agents.map((member) => ['agent', member.agent] as const),
    ...(state.judges_for_parallel ?? []).map((judge) => ['judge', judge.agent_id] as const),
  ];
}

function readYaml(source: string): Outcome<unknown> {
  try {
    return { ok: true, value: parse(source) };
  } catch (error) {
    return refuse(
      `YAML parse error: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
    );
  }
}

function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'the document does not fit a workflow manifest';
  const path = issue.path.join('.') || 'document';
  if (issue.code === 'unrecognized_keys') return `${path}: unknown field \`${issue.keys.join('`, `')}\``;
  return `${path}: ${issue.message}`;
}

function findFault(manifest: WorkflowManifest): string | undefined {
  if (manifest.apiVersion !== '100monkeys.ai/v1') {
    return `Invalid API version: expected '100monkeys.ai/v1', got '${manifest.apiVersion}'`;
  }
  if (manifest.kind !== 'Workflow') return `Invalid kind: expected 'Workflow', got '${manifest.kind}'`;
  const fault = findNameFault(manifest.metadata.name) ?? findSpecFault(manifest.spec);
  return fault === undefined ? undefined : `Validation error: ${fault}`;
}

function findNameFault(name: string): string | undefined {
  if (name.length < 1 || name.length > 63) return 'metadata.name must have 1 to 63 characters';
  return NAME.test(name)
    ? undefined
    : 'metadata.name may hold only a-z, 0-9 and hyphens, and must begin and end with a letter or digit';
}

function findSpecFault(spec: WorkflowManifest['spec']): string | undefined {
  const names = Object.keys(spec.states);
  if (names.length === 0) return 'spec.states must hold at least one state';
  if (names.some((name) => name.trim() === '')) return 'state names must not be empty';
  if (!Object.hasOwn(spec.states, spec.initial_state)) {
    return `initial_state '${spec.initial_state}' is not one of the states`;
  }
  if (!isWithin(spec.max_total_transitions, 1, 100)) return 'max_total_transitions must be between 1 and 100';
  const volumes = new Set(spec.storage?.shared_volumes.map((volume) => volume.name));
  for (const [name, state] of Object.entries(spec.states)) {
    const fault = findCommonFault(state, spec.states) ?? findStateFault(state, volumes);
    if (fault !== undefined) return `state '${name}': ${fault}`;
  }
  return undefined;
}

function findCommonFault(
  state: WorkflowState,
  states: Readonly<Record<string, unknown>>,
): string | undefined {
  if (!isWithin(state.max_state_visits, 1, 20)) return 'max_state_visits must be between 1 and 20';
  if (state.timeout !== undefined && parseDuration(state.timeout) === undefined) {
    return `timeout '${state.timeout}' is not a duration such as 90s, 5m or 1h`;
  }
  const lost = state.transitions.find((transition) => !Object.hasOwn(states, transition.target));
  return lost === undefined ? undefined : `transition target '${lost.target}' is not one of the states`;
}

function isWithin(value: number | undefined, low: number, high: number): boolean {
  return value === undefined || (value >= low && value <= high);
}

function refuse(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
