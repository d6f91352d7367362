/** The blackboard a run starts with, and the checks on what a caller puts there. */
import { findSchemaFault, isObject } from '../json-schema.js';
import type { WorkflowDefinition } from './definitions.js';

const RESERVED: ReadonlySet<string> = new Set([
  'instruction',
  'input',
  'iteration_number',
  'previous_error',
  'context',
  'workflow',
]);

/** Whether callers may not set this blackboard key (components.schemas.RunWorkflowRequest). */
export function isReserved(key: string): boolean {
  return RESERVED.has(key);
}

/** The start input as the engine keeps it: anything but an object becomes `{input: value}`. */
export function wrapInput(input: unknown): Readonly<Record<string, unknown>> {
  return isObject(input) ? input : { input };
}

/**
 * spec.context, then the caller's overrides, then `tenant_id` and `workflow` (name, version, start input).
 */
export function initialBlackboard(
  definition: WorkflowDefinition,
  start: {
    tenant: string;
    input: Readonly<Record<string, unknown>>;
    overrides: Readonly<Record<string, unknown>>;
  },
): Record<string, unknown> {
  const { name, version, manifest } = definition;
  const workspace = manifest.spec.storage?.workspace;
  return {
    ...manifest.spec.context,
    ...start.overrides,
    ...(workspace?.volume_id === undefined ? {} : { [workspace.blackboard_key]: workspace.volume_id }),
    tenant_id: start.tenant,
    workflow: { name, version: version ?? '1.0.0', ...start.input },
  };
}

/** Why a run may not start with this input and these overrides, or undefined. */
export function findStartFault(
  definition: WorkflowDefinition,
  input: Readonly<Record<string, unknown>>,
  overrides: Readonly<Record<string, unknown>>,
): string | undefined {
  const reserved = Object.keys(overrides).find(isReserved);
  if (reserved !== undefined) return `blackboard key '${reserved}' is reserved`;
  const fault = findSchemaFault(definition.manifest.metadata.input_schema, input);
  return fault === undefined ? undefined : `input does not match input_schema: ${fault}`;
}
