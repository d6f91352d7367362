/** `POST /v1/invoke` and its alias. */
import { performance } from 'node:perf_hooks';
import { isObject } from '../../json-schema.js';
import type { Reply } from '../../kernel.js';
import { json } from '../../replies.js';
import { BODY_LIMIT, parseJson } from '../body.js';
import type { GatewayRequest, GatewayRoute } from '../kernel.js';
import { type InvokeParts, invoke } from './invoke.js';
import { SealRefusal, sealReply } from './refusal.js';
import { unverifiedClaims } from './token.js';

/** Both routes; only the first is in the server's own OpenAPI document. */
export function invokeRoutes(parts: InvokeParts): readonly GatewayRoute[] {
  const handler = (request: GatewayRequest) => answer(request, parts);
  const route = { method: 'POST', content: 'json', handler } as const;
  return [
    { ...route, path: '/v1/invoke', name: 'invoke' },
    { ...route, path: '/v1/seal/invoke' },
  ];
}

/** Tenant of an envelope's token, which nobody has verified yet; undefined lets the middleware refuse the call. */
export function envelopeTenant(body: Uint8Array): string | undefined {
  const token = tokenOf(body);
  const tenant = typeof token === 'string' ? unverifiedClaims(token)?.tenant_id : undefined;
  return typeof tenant === 'string' && tenant.trim() !== '' ? tenant : undefined;
}

function tokenOf(body: Uint8Array): unknown {
  try {
    // A body beyond the limit is only looked at for its token: the exact reader would keep everybody waiting.
    const envelope = body.length > BODY_LIMIT ? JSON.parse(body.toString()) : parseJson(body);
    return isObject(envelope) ? envelope.security_token : undefined;
  } catch {
    return undefined;
  }
}

async function answer({ body, tenant, signal }: GatewayRequest, parts: InvokeParts): Promise<Reply> {
  const began = performance.now();
  try {
    const result = await invoke(body, { tenant: tenant ?? '', signal }, parts);
    parts.metrics.countInvocation((performance.now() - began) / 1000);
    return json({ result });
  } catch (error) {
    if (!(error instanceof SealRefusal)) throw error;
    parts.metrics.countRefusal(error.code);
    return sealReply(error, parts.context);
  }
}
