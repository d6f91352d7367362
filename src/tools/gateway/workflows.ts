/** SEAL gateway: workflows, several calls of one API as one tool. */
import { z } from 'zod';
import { answered } from '../actions/advice.js';
import { OPERATOR_ADVICE, WORKFLOW_ADVICE } from '../actions/gateway-refusals.js';
import { publishedWorkflow, realWorkflow, toWorkflow } from '../actions/gateway-workflows.js';
import { action } from '../define.js';
import { around, listOf, record, textOf } from '../results.js';
import { anyJson, object, text } from '../shapes.js';
import { deleted, GLOBAL, isDeleted, isUpdated, named, specId, stored, uuid } from './shapes.js';

const workflowId = () => uuid('UUID of the workflow (not its name), from gateway_list_workflows.');

const workflowArguments = () => ({
  name: text('Name of the workflow; the tool is called by it.').trim().min(1),
  description: text('What the tool does; shown in the catalogue.'),
  input_schema: object('JSON Schema of the arguments; its type is "object". Not enforced at the call.'),
  api_spec_id: specId(),
  steps: z
    .array(
      z.strictObject({
        name: text('Name of the step; prefix of what it extracts.').min(1),
        operation_id: text('operationId of the spec.').min(1),
        body_template: text(
          'Handlebars template that renders to JSON, also for GET. {{input.x}} is an argument, {{state.[step.key]}} an extracted value. Default {}.',
        ).optional(),
        extractors: z
          .record(z.string(), z.string())
          .describe(
            'Key to JSONPath into the answer, for example {"number":"$.number"}; the first match is kept. Default none.',
          )
          .optional(),
        on_error: anyJson('"AbortWorkflow" (default), "Continue" or "RetryN(2)".').optional(),
      }),
    )
    .min(1)
    .describe('Calls of the workflow, in order.'),
});

export const gatewayWorkflows = {
  gateway_register_workflow: action({
    title: 'Gateway: register workflow',
    description:
      'Registers a workflow: calls of one API spec, in order, as one tool that agents call by name. The same name replaces it. Templates are not checked before the first call. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    sensitive: true,
    adapted: 'on_error "RetryN(n)" is sent as {"RetryN": n}.',
    limits: GLOBAL,
    input: workflowArguments,
    output: stored,
    live: {
      operation: 'gatewayRegisterWorkflow',
      route: 'POST /v1/workflows',
      refusesWhole: true,
      body: (args) => ({ json: realWorkflow('gateway_register_workflow', args) }),
    },
    documented: {
      operation: 'gatewayRegisterWorkflow',
      route: 'POST /v1/workflows',
      refusesWhole: true,
      body: (args) => ({ json: publishedWorkflow('gateway_register_workflow', args) }),
    },
    run: answered(WORKFLOW_ADVICE, (body) => ({ ...record(body), id: textOf(record(body), 'id') })),
  }),

  gateway_list_workflows: action({
    title: 'Gateway: list workflows',
    description:
      'Lists the workflows of the tenant and those for all, with their input schemas. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted: 'The bare array becomes {workflows}; steps come only with gateway_get_workflow.',
    input: () => ({}),
    output: () => z.looseObject({ workflows: z.array(named()) }),
    live: { operation: 'gatewayListWorkflows', route: 'GET /v1/workflows' },
    run: answered(OPERATOR_ADVICE, (body) => ({
      ...around('workflows', body),
      workflows: listOf('workflows', body, toWorkflow),
    })),
  }),

  gateway_get_workflow: action({
    title: 'Gateway: get workflow',
    description: 'Gets one workflow with its steps, templates and extractors. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted: 'on_error {"RetryN": n} becomes "RetryN(n)".',
    input: () => ({ id: workflowId() }),
    output: named,
    live: { operation: 'gatewayGetWorkflow', route: 'GET /v1/workflows/{id}' },
    run: answered(OPERATOR_ADVICE, (body) => toWorkflow(record(body))),
  }),

  gateway_update_workflow: action({
    title: 'Gateway: update workflow',
    description:
      'Replaces a workflow under its id; give all of it. An unknown id is created. The workflow then belongs to no tenant: every tenant sees it. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    idempotent: true,
    sensitive: true,
    adapted:
      'The published reference says that there is no PUT; the real server has one, with the body of gateway_register_workflow.',
    limits: 'The tenant becomes null and created_at is set anew.',
    alternative:
      'Delete the workflow with gateway_delete_workflow and register it anew with gateway_register_workflow; its id changes.',
    input: () => ({ id: workflowId(), ...workflowArguments() }),
    output: () => z.looseObject({ id: z.string(), updated: z.boolean() }),
    live: {
      operation: 'gatewayUpdateWorkflow',
      route: 'PUT /v1/workflows/{id}',
      body: (args) => ({ json: realWorkflow('gateway_update_workflow', args) }),
    },
    run: answered(OPERATOR_ADVICE, (body, args) => ({
      id: args.id,
      ...isUpdated(body),
    })),
  }),

  gateway_delete_workflow: action({
    title: 'Gateway: delete workflow',
    description:
      'Deletes a workflow: agents can no longer call the tool. Says deleted for an id that never was, too. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    limits: 'deleted is true for an unknown id too; the tenant is not checked.',
    input: () => ({ id: workflowId() }),
    output: deleted,
    live: { operation: 'gatewayDeleteWorkflow', route: 'DELETE /v1/workflows/{id}' },
    run: answered(OPERATOR_ADVICE, (body, args) => ({ id: args.id, ...isDeleted(body) })),
  }),
};
