/** `/v1/workflows` of the gateway (contract tag Workflows). */
import type { Dialect } from '../../kernel.js';
import { json } from '../../replies.js';
import { jsonBody } from '../body.js';
import type { GatewayRoute } from '../kernel.js';
import { missing } from '../refusals.js';
import { idParam } from '../uuid.js';
import { printPolicy } from './error-policy.js';
import { type ToolWorkflow, type Workflows, workflowDecoder } from './workflows.js';

/** Register, list, fetch, replace, delete; the published reference has no replacing. */
export function workflowRoutes(workflows: Workflows, dialect: Dialect): readonly GatewayRoute[] {
  const decode = workflowDecoder(dialect);
  const view = dialect === 'live' ? (workflow: ToolWorkflow) => workflow : published;
  return [
    {
      method: 'POST',
      path: '/v1/workflows',
      name: 'register_workflow',
      content: 'json',
      handler: (request) => json({ id: workflows.register(jsonBody(request, decode), request.tenant) }),
    },
    {
      method: 'GET',
      path: '/v1/workflows',
      name: 'list_workflows',
      handler: ({ tenant }) => json(workflows.list(tenant).map(summary)),
    },
    {
      method: 'GET',
      path: '/v1/workflows/{id}',
      name: 'get_workflow',
      handler: (request) =>
        json(view(workflows.get(idParam(request), request.tenant) ?? missing('workflow not found'))),
    },
    {
      method: 'PUT',
      path: '/v1/workflows/{id}',
      dialects: ['live'],
      name: 'update_workflow',
      content: 'json',
      handler: (request) => {
        const body = jsonBody(request, decode);
        workflows.replace(idParam(request), body, request.tenant);
        return json({ updated: true });
      },
    },
    {
      method: 'DELETE',
      path: '/v1/workflows/{id}',
      name: 'delete_workflow',
      handler: (request) => {
        workflows.remove(idParam(request), request.tenant);
        return json({ deleted: true });
      },
    },
  ];
}

function summary({ id, name, description, input_schema }: ToolWorkflow) {
  return { id, name, description, input_schema };
}

function published(workflow: ToolWorkflow) {
  const steps = workflow.steps.map((step) => ({ ...step, on_error: printPolicy(step.on_error) }));
  return { ...workflow, steps };
}
