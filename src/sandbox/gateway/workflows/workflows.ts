/** Registered tool workflows and the rules of registration (operations gatewayRegisterWorkflow, gatewayUpdateWorkflow). */
import { z } from 'zod';
import { isObject } from '../../json-schema.js';
import type { Dialect } from '../../kernel.js';
import { decodeWith } from '../../request.js';
import { anyJson, stringMap } from '../../shapes.js';
import { type Collection, openCollection } from '../collection.js';
import type { GatewayContext } from '../kernel.js';
import { invalid } from '../refusals.js';
import { findOperation } from '../specs/operations.js';
import type { Specs } from '../specs/specs.js';
import { readUuid } from '../uuid.js';
import { type ErrorPolicy, errorPolicy } from './error-policy.js';

/** Schema WorkflowStep of the contract. */
export interface WorkflowStep {
  readonly name: string;
  readonly operation_id: string;
  readonly body_template: string;
  /** State key -> JSONPath. */
  readonly extractors: Readonly<Record<string, string>>;
  readonly on_error: ErrorPolicy;
}

export interface WorkflowRequest {
  readonly name: string;
  readonly description: string;
  readonly input_schema: unknown;
  readonly api_spec_id: string;
  readonly steps: readonly WorkflowStep[];
}

/** Schema ToolWorkflow of the contract. */
export interface ToolWorkflow extends WorkflowRequest {
  readonly id: string;
  readonly created_at: string;
  readonly tenant_id: string | null;
}

/** Decoder of the registration body in a dialect's form. */
export function workflowDecoder(dialect: Dialect): (value: unknown) => WorkflowRequest {
  const step = z.object({
    name: z.string(),
    operation_id: z.string(),
    body_template: z.string(),
    extractors: stringMap,
    on_error: errorPolicy[dialect],
  });
  return decodeWith(
    z.object({
      name: z.string(),
      description: z.string(),
      input_schema: anyJson,
      api_spec_id: z.string(),
      steps: z.array(step),
    }),
  );
}

export interface Workflows extends Collection<ToolWorkflow> {
  /** Stores a new workflow and gives its id. */
  register(request: WorkflowRequest, tenant: string | null): string;
  /** Stores under a given id, known or not; the workflow becomes system-global. */
  replace(id: string, request: WorkflowRequest, tenant: string | null): void;
}

/** Opens the table of workflows. Templates, JSONPaths and the rest of the schema are checked by nobody. */
export function openWorkflows(context: GatewayContext, specs: Specs): Workflows {
  const { clock, dialect } = context;
  const rows = openCollection<ToolWorkflow>(context, 'gateway_workflows');
  const store = (id: string, request: WorkflowRequest, tenant: string | null) => {
    rows.put(id, request.name, { ...request, id, created_at: clock.now().toISOString(), tenant_id: tenant });
    return id;
  };
  return {
    ...rows,
    register(request, tenant) {
      const specId = specIdOf(request);
      requireOperations(request, specs, specId, tenant);
      requireFields(request);
      if (dialect === 'documented') requireFreeName(rows, request.name, tenant);
      return store(clock.uuid(), { ...request, api_spec_id: specId }, tenant);
    },
    replace(id, request, tenant) {
      const specId = specIdOf(request);
      requireFields(request);
      requireOperations(request, specs, specId, tenant);
      store(id, { ...request, api_spec_id: specId }, null);
    },
  };
}

function specIdOf({ api_spec_id: id }: WorkflowRequest): string {
  return readUuid(id) ?? invalid(`invalid api_spec_id '${id}': not a UUID`);
}

function requireOperations(
  { steps }: WorkflowRequest,
  specs: Specs,
  specId: string,
  tenant: string | null,
): void {
  const spec = specs.get(specId, tenant) ?? invalid(`api spec '${specId}' not found`);
  const unknown = steps.find(({ operation_id }) => findOperation(spec, operation_id) === undefined);
  if (unknown !== undefined) {
    invalid(`step '${unknown.name}' names an unknown operation '${unknown.operation_id}'`);
  }
}

function requireFields({ name, steps, input_schema: schema }: WorkflowRequest): void {
  if (name.trim() === '') invalid('workflow name must not be blank');
  if (steps.length === 0) invalid('workflow must have at least one step');
  if (!isObject(schema) || schema.type !== 'object') invalid("input_schema.type must be 'object'");
}

function requireFreeName(rows: Collection<ToolWorkflow>, name: string, tenant: string | null): void {
  if (rows.named(name, tenant)?.tenant_id === tenant) invalid(`a workflow named '${name}' already exists`);
}
