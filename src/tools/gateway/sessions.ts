/** SEAL gateway: whose key may sign, under which security context. */
import { z } from 'zod';
import { answered } from '../actions/advice.js';
import { OPERATOR_ADVICE } from '../actions/gateway-refusals.js';
import { type AnyArgs, action } from '../define.js';
import { acknowledge, around, listOf, record, textOf } from '../results.js';
import { id, text } from '../shapes.js';
import { isSaved } from './shapes.js';

const tokenless = ({ security_token: _secret, ...session }: AnyArgs) => ({
  ...session,
  execution_id: textOf(session, 'execution_id'),
});

const session = () => z.looseObject({ execution_id: z.string(), session_status: z.string().nullish() });

const isRfc3339 = (value: string): boolean =>
  /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/i.test(value) && !Number.isNaN(Date.parse(value));

export const gatewaySessions = {
  gateway_upsert_seal_session: action({
    title: 'Gateway: upsert SEAL session',
    description:
      'Creates or overwrites the SEAL session of an execution: which key may sign, under which security context, for which tools. Normally the orchestrator does it. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    classes: ['secret'],
    idempotent: true,
    sensitive: true,
    secrets: ['security_token'],
    limits:
      'It does not check that the security context exists: the call is refused later. Execution ids are unique in the whole gateway.',
    input: () => ({
      execution_id: text('Execution of the session; the same one overwrites it.').min(1),
      agent_id: text('Agent of the session: the subject of its tokens.').min(1),
      security_context: text('Name of the security context.').min(1),
      public_key_b64: z
        .string()
        .regex(/^[A-Za-z0-9+/]{43}=$/, { error: 'is not base64 of 32 bytes' })
        .describe('Ed25519 public key: base64 of its 32 bytes.'),
      security_token: text('Token issued by the orchestrator for the session.').min(1),
      session_status: z.enum(['Active', 'Expired', 'Revoked']).describe('Default Active.').optional(),
      expires_at: text('End of the session, RFC 3339. Default in one hour.')
        .refine(isRfc3339, { error: 'is not an RFC 3339 time' })
        .optional(),
      allowed_tool_patterns: z
        .array(z.string().min(1))
        .min(1)
        .describe('Tools that may be called, for example ["web.*"]. Default ["*"]: all of the context.')
        .optional(),
    }),
    output: () => z.looseObject({ saved: z.boolean(), execution_id: z.string() }),
    live: {
      operation: 'gatewayUpsertSealSession',
      route: 'POST /v1/seal/sessions',
      body: (args) => ({ json: args }),
    },
    run: answered(OPERATOR_ADVICE, (body, { execution_id }) => ({
      execution_id,
      ...isSaved(body),
    })),
  }),

  gateway_list_seal_sessions: action({
    title: 'Gateway: list SEAL sessions',
    description:
      'Lists the active SEAL sessions; a session past its expires_at stays in the list. Their tokens are not shown. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    adapted: 'The bare array becomes {sessions}, without the security tokens that the real server shows.',
    limits: 'An operator without a tenant sees the sessions of every tenant.',
    input: () => ({}),
    output: () => z.looseObject({ sessions: z.array(session()) }),
    live: { operation: 'gatewayListSealSessions', route: 'GET /v1/seal/sessions' },
    run: answered(OPERATOR_ADVICE, (body) => ({
      ...around('sessions', body),
      sessions: listOf('sessions', body, tokenless),
    })),
  }),

  gateway_get_seal_session: action({
    title: 'Gateway: get SEAL session',
    description:
      'Gets the SEAL session of an execution, in any status: agent, security context, public key, allowed tools. Its token is not shown. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    adapted: 'The security token that the real server shows is left out.',
    input: () => ({ execution_id: id('Execution of the session.') }),
    output: session,
    live: { operation: 'gatewayGetSealSession', route: 'GET /v1/seal/sessions/{execution_id}' },
    run: answered(OPERATOR_ADVICE, (body) => tokenless(record(body))),
  }),

  gateway_revoke_seal_session: action({
    title: 'Gateway: revoke SEAL session',
    description:
      'Revokes an active SEAL session at once: its agent can call nothing through the gateway any more. Use it when a key or a token got out. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    idempotent: true,
    sensitive: true,
    limits: 'Later calls are refused with 401 unauthorized, not with code 1006 as published.',
    input: () => ({ execution_id: id('Execution of the session.') }),
    output: () => z.looseObject({ status: z.string(), execution_id: z.string() }),
    live: { operation: 'gatewayRevokeSealSession', route: 'DELETE /v1/seal/sessions/{execution_id}' },
    run: answered(OPERATOR_ADVICE, (body, { execution_id }) => ({
      ...acknowledge('revoked', body, {}),
      execution_id,
    })),
  }),
};
