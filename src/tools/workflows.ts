/** Workflow Management: the nine methods of the published section. */
import { z } from 'zod';
import { publishedWorkflow } from './actions/records.js';
import { registrable, toRegistered } from './actions/register.js';
import { type RunArguments, runInput, runThroughSeal, startWorkflow } from './actions/run-workflow.js';
import { action, op } from './define.js';
import {
  acknowledge,
  acknowledged,
  around,
  listOf,
  record,
  toWorkflow,
  version,
  workflow,
} from './results.js';
import { anyJson, flag, id, object, scope, text, workflowName } from './shapes.js';

const registered = () =>
  z.looseObject({ workflow_id: z.string().nullish(), name: z.string(), status: z.string() });
const startedWorkflow = () => z.looseObject({ execution_id: z.string(), status: z.string().nullish() });

const registration = () => ({
  payload: anyJson(
    'Workflow manifest: an object {apiVersion, kind, metadata, spec}, the same as YAML text, or {name, definition}.',
  ),
  force: flag('Overwrite a workflow of the same name and version. Default false.'),
  scope: z
    .enum(['tenant', 'global'])
    .describe('global stores it for every tenant. Default tenant.')
    .optional(),
  allow_unknown: flag('Send manifest fields this server does not know. Default false: they are refused.'),
});

const startArguments = () => ({
  input: anyJson('Input of the workflow; an object, or any JSON. Default {}.').optional(),
  blackboard: object('Values placed on the blackboard before the first state.').optional(),
  context_overrides: object('Published name of blackboard; merged into it.').optional(),
  intent: text('What the caller wants, in words.').optional(),
  version: text('Run this version of the workflow.').optional(),
});

export const workflows = {
  // No SEAL tool does the same: aegis.workflow.create has judges decide, and refuses loops.
  register_workflow: op({
    title: 'Register workflow',
    description:
      'Registers a workflow from a manifest. Checked locally first; every problem is named by its path.',
    toolset: 'workflows',
    adapted: 'The manifest is sent as YAML text, whatever form it was given in (D30).',
    effect: 'destructive',
    core: true,
    sensitive: true,
    aliases: { manifest: 'payload' },
    input: registration,
    output: registered,
    live: {
      operation: 'registerWorkflow',
      route: 'POST /v1/workflows',
      query: ['force', 'scope'],
      body: async (args) => ({ yaml: (await registrable(args)).yaml }),
    },
    documented: {
      operation: 'registerWorkflow',
      route: 'POST /v1/workflows',
      query: ['force', 'scope'],
      body: async (args) => ({ json: (await registrable(args)).documented }),
    },
    result: (body) => toRegistered(body),
  }),

  register_temporal_workflow: op({
    title: 'Register Temporal workflow',
    description: 'Registers a workflow by the Temporal route; the same as register_workflow.',
    toolset: 'workflows',
    adapted: 'Alias of register_workflow on the live server (D38).',
    effect: 'destructive',
    sensitive: true,
    aliases: { manifest: 'payload' },
    input: registration,
    output: registered,
    live: {
      operation: 'registerTemporalWorkflow',
      route: 'POST /v1/workflows/temporal/register',
      query: ['force', 'scope'],
      body: async (args) => ({ yaml: (await registrable(args)).yaml }),
    },
    documented: {
      operation: 'registerTemporalWorkflow',
      route: 'POST /v1/workflows/temporal/register',
      query: ['force', 'scope'],
      body: async (args) => ({ json: (await registrable(args)).documented }),
    },
    result: (body) => toRegistered(body),
  }),

  list_workflows: op({
    title: 'List workflows',
    description: 'Lists all registered workflow definitions.',
    toolset: 'workflows',
    adapted: 'The bare array becomes {workflows} with workflow_id (D31).',
    effect: 'read',
    core: true,
    untrusted: true,
    input: () => ({
      scope: z.enum(['global']).describe('global lists only workflows shared with every tenant.').optional(),
      visible: flag("true adds the global workflows to the tenant's own. Default false."),
    }),
    output: () => z.looseObject({ workflows: z.array(workflow()) }),
    live: { operation: 'listWorkflows', route: 'GET /v1/workflows', query: ['scope', 'visible'] },
    result: (body) => ({ ...around('workflows', body), workflows: listOf('workflows', body, toWorkflow) }),
  }),

  get_workflow: action({
    title: 'Get workflow',
    description: 'Gets a workflow definition by name: manifest, version, scope, input and output schema.',
    toolset: 'workflows',
    adapted: 'Schemas and output template are read out of manifest_yaml (D32).',
    effect: 'read',
    core: true,
    untrusted: true,
    input: () => ({ name: workflowName() }),
    output: workflow,
    live: { operation: 'getWorkflow', route: 'GET /v1/workflows/{name}' },
    run: async (call) => ({ value: await publishedWorkflow(record(await call.send())) }),
  }),

  delete_workflow: op({
    title: 'Delete workflow',
    description: 'Deletes a workflow definition of the own tenant by name. Cannot be undone.',
    toolset: 'workflows',
    adapted: '{success} becomes {status} (D33).',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    input: () => ({ name: workflowName() }),
    output: acknowledged,
    live: { operation: 'deleteWorkflow', route: 'DELETE /v1/workflows/{name}' },
    seal: {
      tool: () => 'aegis.workflow.delete',
      arguments: ({ name }) => ({ name }),
      body: (value) => value,
    },
    result: (body, { name }) => acknowledge('deleted', body, { name }),
  }),

  list_workflow_versions: op({
    title: 'List workflow versions',
    description: 'Lists the version history of a workflow. An unknown name gives an empty list.',
    toolset: 'workflows',
    adapted: 'The bare array becomes {versions} (D34).',
    effect: 'read',
    input: () => ({ name: workflowName() }),
    output: () => z.looseObject({ versions: z.array(version()) }),
    live: { operation: 'listWorkflowVersions', route: 'GET /v1/workflows/{name}/versions' },
    result: (body) => ({ ...around('versions', body), versions: listOf('versions', body, toWorkflow) }),
  }),

  update_workflow_scope: op({
    title: 'Update workflow scope',
    description: 'Changes who sees a workflow: every tenant (global) or its own tenant.',
    toolset: 'workflows',
    adapted: 'scope is sent as target_scope (D35).',
    effect: 'destructive',
    idempotent: true,
    // Its SEAL tools, promote and demote, go by roles that the caller claims: a session of ours claims none.
    sensitive: true,
    wrapper: 'payload',
    input: () => ({
      name: id('Name or UUID of the workflow.'),
      scope: scope('New visibility. Current servers know global and tenant.'),
    }),
    output: acknowledged,
    live: {
      operation: 'updateWorkflowScope',
      route: 'POST /v1/workflows/{name}/scope',
      body: (args) => ({ json: { target_scope: args.scope } }),
    },
    documented: {
      operation: 'updateWorkflowScope',
      route: 'POST /v1/workflows/{name}/scope',
      body: (args) => ({ json: { scope: args.scope } }),
    },
    result: (body, args) => acknowledge('updated', body, { name: args.name, new_scope: args.scope }),
  }),

  run_workflow: action({
    title: 'Run workflow',
    description:
      'Starts a registered workflow and returns its execution id at once. Follow it with stream_workflow_execution_logs; a Human state shows up in list_pending_approvals.',
    toolset: 'workflows',
    adapted:
      'An absent input is sent as {}; context_overrides only reach a server of the published kind (D36).',
    effect: 'write',
    core: true,
    input: () => ({
      name: id('Name or UUID of the workflow.'),
      ...startArguments(),
      payload: object(
        'Published form: {input, blackboard, …}; an object without those keys is taken as the input.',
      ).optional(),
    }),
    output: startedWorkflow,
    live: {
      operation: 'runWorkflow',
      route: 'POST /v1/workflows/{name}/run',
      query: ['version'],
      body: (args) => {
        const { input, blackboard, intent } = runInput(args);
        // A server of the published kind takes this request too, and would drop what it knows by another name.
        return { json: { input, blackboard, context_overrides: blackboard, intent } };
      },
    },
    documented: {
      operation: 'runWorkflow',
      route: 'POST /v1/workflows/{name}/run',
      query: ['version'],
      body: (args) => {
        const { input, blackboard, intent } = runInput(args);
        return { json: { input, context_overrides: blackboard, intent } };
      },
    },
    seal: runThroughSeal<RunArguments & { name: string }>('run_workflow', ({ name }) => name),
    run: (call) => startWorkflow(call, call.args.name),
  }),

  execute_temporal_workflow: action({
    title: 'Execute Temporal workflow',
    description: 'Starts a workflow given by id or name in the body; otherwise the same as run_workflow.',
    toolset: 'workflows',
    adapted: 'workflow_name is sent as workflow_id, an absent input as {} (D37).',
    effect: 'write',
    wrapper: 'payload',
    aliases: { workflow_name: 'workflow_id', name: 'workflow_id' },
    input: () => ({ workflow_id: text('UUID or name of the workflow.').min(1), ...startArguments() }),
    output: startedWorkflow,
    live: {
      operation: 'executeTemporalWorkflow',
      route: 'POST /v1/workflows/temporal/execute',
      body: (args) => {
        const { input, blackboard, intent } = runInput(args);
        const { workflow_id, version } = args;
        return {
          json: { workflow_id, input, blackboard, context_overrides: blackboard, version, intent },
        };
      },
    },
    documented: {
      operation: 'executeTemporalWorkflow',
      route: 'POST /v1/workflows/temporal/execute',
      body: (args) => {
        const { input, blackboard, intent } = runInput(args);
        const workflow_name = args.workflow_id;
        return {
          json: { workflow_name, input, context_overrides: blackboard, version: args.version, intent },
        };
      },
    },
    seal: runThroughSeal<RunArguments & { workflow_id: string }>(
      'execute_temporal_workflow',
      ({ workflow_id }) => workflow_id,
    ),
    run: (call) => startWorkflow(call, call.args.workflow_id),
  }),
};
