/** Which workflow a stimulus starts. */
import { isObject } from '../json-schema.js';
import type { WorkflowRecord, WorkflowService } from '../kernel.js';
import { refuseCode } from './faults.js';
import type { StimulusRecord } from './records.js';

/** Label of a workflow's metadata: the source whose stimuli start it. */
const SOURCE_LABEL = 'sandbox.aegis/stimulus-source';

/** The workflow that takes what no other does. */
const INTAKE = JSON.stringify({
  apiVersion: '100monkeys.ai/v1',
  kind: 'Workflow',
  metadata: { name: 'sandbox-stimulus', version: '1.0.0', description: 'Takes stimuli without a route.' },
  spec: {
    initial_state: 'receive',
    states: { receive: { kind: 'System', command: 'echo received', transitions: [] } },
  },
});

export interface RoutingDecision {
  readonly workflow: WorkflowRecord;
  readonly routing_mode: NonNullable<StimulusRecord['routing_mode']>;
  /** 0 to 1. */
  readonly confidence: number;
}

/**
 * A workflow labelled with the source; else, in place of a router agent, the one with the longest name that the
 * content mentions; else `sandbox-stimulus`, registered at first need.
 */
export function routeStimulus(
  workflows: WorkflowService,
  { tenant, source, content }: { readonly tenant: string; readonly source: string; readonly content: string },
): RoutingDecision {
  const visible = workflows.list(tenant, { global: false, visible: true });
  const direct = visible.find((workflow) => sourceOf(workflow) === source);
  if (direct !== undefined) return { workflow: direct, routing_mode: 'Deterministic', confidence: 1 };
  const named = visible
    .filter(({ name }) => mentions(content, name))
    .sort((left, right) => right.name.length - left.name.length)[0];
  if (named !== undefined) return { workflow: named, routing_mode: 'LlmClassified', confidence: 0.95 };
  return { workflow: intake(workflows, tenant), routing_mode: 'LlmClassified', confidence: 0.75 };
}

function sourceOf({ manifest }: WorkflowRecord): unknown {
  const labels = isObject(manifest.metadata) ? manifest.metadata.labels : undefined;
  return isObject(labels) ? labels[SOURCE_LABEL] : undefined;
}

/** Names consist of lower-case letters, digits and hyphens, so they need no escaping. */
function mentions(content: string, name: string): boolean {
  return new RegExp(`(?<![\\w-])${name}(?![\\w-])`, 'i').test(content);
}

function intake(workflows: WorkflowService, tenant: string): WorkflowRecord {
  const known = workflows.find('sandbox-stimulus', tenant);
  if (known !== undefined) return known;
  const registered = workflows.register(INTAKE, { tenant, force: false, global: false });
  return registered.ok ? registered.value : refuseCode('workflow_error', registered.error);
}
