/** SEAL sessions of the gateway: which key may sign for which execution. */
import { z } from 'zod';
import { decodeWith } from '../../request.js';
import { parseRfc3339 } from '../../seal/timestamp.js';
import { option, strings } from '../../shapes.js';
import { openCollection } from '../collection.js';
import type { GatewayContext } from '../kernel.js';
import { invalid } from '../refusals.js';

const status = z.enum(['Active', 'Expired', 'Revoked']);

/** Schema SealSession of the contract. */
export interface SealSession {
  readonly execution_id: string;
  readonly agent_id: string;
  readonly security_context: string;
  readonly public_key_b64: string;
  readonly security_token: string;
  readonly session_status: z.infer<typeof status>;
  readonly expires_at: string;
  readonly allowed_tool_patterns: readonly string[];
  readonly tenant_id: string | null;
}

const shape = z.object({
  execution_id: z.string(),
  agent_id: z.string(),
  security_context: z.string(),
  public_key_b64: z.string(),
  security_token: z.string(),
  session_status: option(status),
  expires_at: option(z.string()),
  allowed_tool_patterns: option(strings),
});

export type SessionRequest = z.infer<typeof shape>;

/** Decoder of the body of `POST /v1/seal/sessions`. */
export const decodeSession: (value: unknown) => SessionRequest = decodeWith(shape);

export interface Sessions {
  /** Stores over any session of the same execution. Refuses 400 an expires_at that is not RFC 3339. */
  save(request: SessionRequest, tenant: string | null): void;
  /** Active ones; an operator without tenant sees every tenant's. */
  active(tenant: string | null): readonly SealSession[];
  get(executionId: string, tenant: string | null): SealSession | undefined;
  /** Whether an active session was there to revoke. */
  revoke(executionId: string, tenant: string | null): boolean;
}

const HOUR_MS = 3_600_000;

/** Opens the table of sessions. */
export function openSessions(context: GatewayContext): Sessions {
  const rows = openCollection<SealSession>(context, 'gateway_sessions');
  const put = (session: SealSession) => rows.put(session.execution_id, session.execution_id, session);
  const everyTenant = (tenant: string | null) => tenant === null && context.dialect === 'live';
  return {
    save: (request, tenant) => put(createSession(request, tenant, context.clock.now())),
    active: (tenant) => (everyTenant(tenant) ? rows.all() : rows.list(tenant)).filter(isActive),
    get: rows.get,
    revoke(executionId, tenant) {
      const session = rows.get(executionId, tenant);
      if (session === undefined || !isActive(session)) return false;
      put({ ...session, session_status: 'Revoked' });
      return true;
    },
  };
}

function isActive({ session_status }: SealSession): boolean {
  return session_status === 'Active';
}

function createSession(request: SessionRequest, tenant: string | null, now: Date): SealSession {
  const { session_status = 'Active', expires_at, allowed_tool_patterns: patterns = [], ...given } = request;
  return {
    ...given,
    session_status,
    expires_at: readExpiry(expires_at, now).toISOString(),
    allowed_tool_patterns: patterns.length === 0 ? ['*'] : patterns,
    tenant_id: tenant,
  };
}

function readExpiry(text: string | undefined, now: Date): Date {
  if (text === undefined) return new Date(now.getTime() + HOUR_MS);
  const instant = parseRfc3339(text);
  return instant === undefined ? invalid(`invalid expires_at '${text}'`) : new Date(instant.milliseconds);
}
