/** How the gateway comes by an upstream token: five kinds of path, one resolution (schema CredentialResolutionPath). */
import { z } from 'zod';
import type { Dialect } from '../kernel.js';
import { internal, unauthorized } from './refusals.js';

const systemJit = z.object({ openbao_engine_path: z.string(), role: z.string() });
const staticRef = z.object({ key: z.string() });
const humanDelegated = z.object({ target_service: z.string() });
const userBound = z.object({ provider: z.string() });
const auto = z.object({
  system_jit_openbao_engine_path: z.string(),
  system_jit_role: z.string(),
  target_service: z.string(),
});

/** Exactly one member, as the server's tagged union. */
const live = z.union([
  z.strictObject({ SystemJit: systemJit }),
  z.strictObject({ StaticRef: staticRef }),
  z.strictObject({ HumanDelegated: humanDelegated }),
  z.strictObject({ UserBound: userBound }),
  z.strictObject({ Auto: auto }),
]);

export type CredentialPath = z.infer<typeof live>;

/** The published form tags with `kind`; its one published kind is `Static`. */
const documented = z.discriminatedUnion('kind', [
  tagged('Static', staticRef).transform(({ kind: _, ...StaticRef }): CredentialPath => ({ StaticRef })),
  tagged('SystemJit', systemJit).transform(({ kind: _, ...SystemJit }): CredentialPath => ({ SystemJit })),
  tagged('HumanDelegated', humanDelegated).transform(
    ({ kind: _, ...HumanDelegated }): CredentialPath => ({ HumanDelegated }),
  ),
  tagged('UserBound', userBound).transform(({ kind: _, ...UserBound }): CredentialPath => ({ UserBound })),
  tagged('Auto', auto).transform(({ kind: _, ...Auto }): CredentialPath => ({ Auto })),
]);

/** The JSON form of a credential path. */
export const credentialPath: Readonly<Record<Dialect, z.ZodType<CredentialPath>>> = { live, documented };

/**
 * The sandbox's key-value secrets, public by design; as on a real OpenBao, a workflow or explorer call without a
 * readable one fails.
 */
const STATIC_KEYS: ReadonlyMap<string, string> = new Map([
  ['sandbox/token', 'sandbox-static-token'],
  ['petstore/token', 'petstore-static-token'],
  ['github-pat', 'github-static-token'],
  ['ghcr-token', 'ghcr-static-token'],
]);

/**
 * The bearer token for an upstream. `tenant` prefixes the engine path of just-in-time tokens: invoke names one, the
 * explorer none. Refuses 401 what needs a user's token, which HTTP calls never have, and 500 an unknown static key.
 */
export function resolveToken(path: CredentialPath, tenant: string | undefined): string {
  if ('HumanDelegated' in path || 'UserBound' in path) return unauthorized();
  if ('StaticRef' in path) return staticToken(path.StaticRef.key);
  if ('SystemJit' in path) return jitToken(path.SystemJit.openbao_engine_path, path.SystemJit.role, tenant);
  return jitToken(path.Auto.system_jit_openbao_engine_path, path.Auto.system_jit_role, tenant);
}

function staticToken(key: string): string {
  return STATIC_KEYS.get(key) ?? internal(`openbao has no secret at '${key}'`);
}

/** Deterministic, and telling where a real one would come from. */
function jitToken(engine: string, role: string, tenant: string | undefined): string {
  const prefix = tenant === undefined ? '' : `tenant-${tenant}/`;
  return encodeURI(`sandbox-jit:${prefix}${engine}/creds/${role}`);
}

function tagged<K extends string, S extends z.ZodRawShape>(kind: K, shape: z.ZodObject<S>) {
  return shape.extend({ kind: z.literal(kind) });
}
