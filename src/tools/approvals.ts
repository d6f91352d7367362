/** Human Approvals: the four methods of the published section. Failures arrive as 200 with `{error}` (D45). */
import { z } from 'zod';
import type { AnyArgs } from './define.js';
import { op } from './define.js';
import {
  acknowledge,
  acknowledged,
  around,
  listOf,
  pendingApproval,
  record,
  shapeError,
  textOf,
} from './results.js';
import { id, text } from './shapes.js';

const approvalId = () => id('UUID of the approval request, from list_pending_approvals.');

const toApproval = (value: AnyArgs) => ({
  ...value,
  id: textOf(value, 'id'),
  execution_id: textOf(value, 'execution_id'),
  prompt: textOf(value, 'prompt'),
});

export const approvals = {
  list_pending_approvals: op({
    title: 'List pending approvals',
    description:
      'Lists the requests that wait for a person: what is asked, by which workflow execution, since when and for how long.',
    toolset: 'approvals',
    limits:
      'Its build of May 2026 never creates approval requests, so the list is empty: a waiting Human state is answered with signal_workflow_execution (D47).',
    effect: 'read',
    core: true,
    untrusted: true,
    input: () => ({}),
    output: () => z.looseObject({ pending_requests: z.array(pendingApproval()), count: z.int() }),
    live: { operation: 'listPendingApprovals', route: 'GET /v1/human-approvals' },
    result: (body) => {
      const pending_requests = listOf('pending_requests', body, toApproval);
      return { ...around('pending_requests', body), pending_requests, count: pending_requests.length };
    },
  }),

  get_pending_approval: op({
    title: 'Get pending approval',
    description: 'Gets one pending approval request by id.',
    toolset: 'approvals',
    adapted: 'A failure with HTTP 200 is an error (D45).',
    effect: 'read',
    core: true,
    untrusted: true,
    aliases: { approval_id: 'id' },
    input: () => ({ id: approvalId() }),
    output: () => z.looseObject({ request: pendingApproval() }),
    live: { operation: 'getPendingApproval', route: 'GET /v1/human-approvals/{id}' },
    result: (body) => {
      const { request, ...rest } = record(body);
      if (request === undefined) throw shapeError('an object with request');
      return { ...rest, request: toApproval(record(request)) };
    },
  }),

  approve_request: op({
    title: 'Approve request',
    description:
      'Approves a pending request: the waiting workflow goes on at once. Only when a person has decided it; read the prompt first.',
    toolset: 'approvals',
    adapted: 'A failure with HTTP 200 is an error (D45); an empty body is sent as {} (D46).',
    effect: 'destructive',
    classes: ['irreversible'],
    core: true,
    sensitive: true,
    wrapper: 'request',
    aliases: { approval_id: 'id' },
    input: () => ({
      id: approvalId(),
      feedback: text('Words for the record and the workflow.').optional(),
      approved_by: text('Who decided, for example alice@example.com.').optional(),
    }),
    output: acknowledged,
    live: {
      operation: 'approveRequest',
      route: 'POST /v1/human-approvals/{id}/approve',
      body: ({ feedback, approved_by }) => ({ json: { feedback, approved_by } }),
    },
    result: (body, args) => acknowledge('approved', body, { request_id: args.id }),
  }),

  reject_request: op({
    title: 'Reject request',
    description:
      'Rejects a pending request with a reason: the waiting workflow takes its rejection path. Only when a person has decided it.',
    toolset: 'approvals',
    adapted: 'A failure with HTTP 200 is an error (D45).',
    effect: 'destructive',
    classes: ['irreversible'],
    core: true,
    sensitive: true,
    wrapper: 'request',
    aliases: { approval_id: 'id' },
    input: () => ({
      id: approvalId(),
      reason: text('Why; given to the workflow.').min(1),
      rejected_by: text('Who decided, for example bob@example.com.').optional(),
    }),
    output: acknowledged,
    live: {
      operation: 'rejectRequest',
      route: 'POST /v1/human-approvals/{id}/reject',
      body: ({ reason, rejected_by }) => ({ json: { reason, rejected_by } }),
    },
    result: (body, args) => acknowledge('rejected', body, { request_id: args.id }),
  }),
};
