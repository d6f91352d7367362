/** Human approvals (contract operations tagged approvals). Failures travel in a 200 (D45). */
import { z } from 'zod';
import type { Dialect, Reply, Route, SandboxRequest } from '../kernel.js';
import { decodeWith, defineRoute, errorReply, json, jsonBody, parseUuid, pathParam } from '../router.js';
import type { HumanAnswer } from './approvals.js';
import { tenantOf } from './handlers.js';
import type { Workflows } from './service.js';
import { documentedApproval } from './views.js';

const approval = z.object({ feedback: z.string().nullish(), approved_by: z.string().nullish() });
const decodeApproval = decodeWith(approval);
const decodeRejection = decodeWith(z.object({ reason: z.string(), rejected_by: z.string().nullish() }));

interface Form {
  readonly dialect: Dialect;
  /** Answers an id that is no UUID. */
  readonly invalid: () => Reply;
  readonly item: (approval: Parameters<typeof documentedApproval>[0]) => unknown;
  readonly done: (status: 'approved' | 'rejected', id: string) => Reply;
  readonly approvalBody: (request: SandboxRequest) => z.infer<typeof approval>;
}

const LIVE: Form = {
  dialect: 'live',
  invalid: () => json({ error: 'Invalid request ID' }),
  item: (found) => found,
  done: (status, id) => json({ status, request_id: id }),
  approvalBody: (request) => jsonBody(request, decodeApproval),
};

/**
 * The published reference: 400 for a bad id, no tenant, no request_id, and approve may come without a body.
 */
const DOCUMENTED: Form = {
  dialect: 'documented',
  invalid: () => errorReply(400, 'Invalid request ID'),
  item: documentedApproval,
  done: (status) => json({ status }),
  approvalBody: (request) => (request.body.length === 0 ? {} : jsonBody(request, decodeApproval)),
};

/** The routes of both dialects. */
export function approvalRoutes(workflows: Workflows): readonly Route[] {
  return [LIVE, DOCUMENTED].flatMap((form) => [
    ...readRoutes(workflows, form),
    approveRoute(workflows, form),
    rejectRoute(workflows, form),
  ]);
}

function readRoutes({ approvals }: Workflows, form: Form): readonly Route[] {
  const shared = { method: 'GET', dialects: [form.dialect] } as const;
  return [
    defineRoute({
      ...shared,
      path: '/v1/human-approvals',
      scope: 'approval:list',
      decode: tenantOf,
      run: (_, tenant) => {
        const pending = approvals.pending(tenant).map(form.item);
        return json({ count: pending.length, pending_requests: pending });
      },
    }),
    defineRoute({
      ...shared,
      path: '/v1/human-approvals/{approval_id}',
      scope: 'approval:read',
      decode: approvalParam,
      run(request, id) {
        if (id === undefined) return form.invalid();
        const found = approvals.byId(id, tenantOf(request));
        return found === undefined ? gone() : json({ request: form.item(found) });
      },
    }),
  ];
}

function approveRoute(workflows: Workflows, form: Form): Route {
  return defineRoute({
    method: 'POST',
    path: '/v1/human-approvals/{approval_id}/approve',
    dialects: [form.dialect],
    scope: 'approval:approve',
    decode: (request) => ({ id: approvalParam(request), body: form.approvalBody(request) }),
    run(request, { id, body }) {
      const { approved_by, feedback } = body;
      const answer = {
        response: 'yes',
        timeout: false,
        ...(typeof approved_by === 'string' ? { approved_by } : {}),
        ...(typeof feedback === 'string' ? { feedback } : {}),
      };
      return resolveApproval(workflows, request, form, { id, answer, status: 'approved' });
    },
  });
}

function rejectRoute(workflows: Workflows, form: Form): Route {
  return defineRoute({
    method: 'POST',
    path: '/v1/human-approvals/{approval_id}/reject',
    dialects: [form.dialect],
    scope: 'approval:reject',
    decode: (request) => ({ id: approvalParam(request), body: jsonBody(request, decodeRejection) }),
    run(request, { id, body }) {
      const { reason, rejected_by } = body;
      const by = typeof rejected_by === 'string' ? { rejected_by } : {};
      const answer = { response: 'no', timeout: false, reason, ...by };
      return resolveApproval(workflows, request, form, { id, answer, status: 'rejected' });
    },
  });
}

function resolveApproval(
  { approvals }: Workflows,
  request: SandboxRequest,
  form: Form,
  given: { id: string | undefined; answer: HumanAnswer; status: 'approved' | 'rejected' },
): Reply {
  if (given.id === undefined) return form.invalid();
  if (!approvals.answerApproval(given.id, tenantOf(request), given.answer)) return gone();
  return form.done(given.status, given.id);
}

function approvalParam(request: SandboxRequest): string | undefined {
  return parseUuid(pathParam(request, 'approval_id'));
}

function gone(): Reply {
  return json({ error: 'Request not found or already completed' });
}
