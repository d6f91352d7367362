import { z } from 'zod';
import { requireDatabase } from '../credentials/database.js';
import type { DomainBase } from '../domain-base.js';
import type { Dialect, Identity, Reply, Route, SandboxRequest } from '../kernel.js';
import { caller, decodeWith, defineRoute, json, jsonBody, refuse, uuidParam } from '../router.js';
import { option, strings } from '../shapes.js';
import { type ApiKey, openApiKeys } from './keys.js';

type Created = ApiKey & { readonly key: string };

/** Where the dialects differ. */
interface Spelling {
  readonly decode: (value: unknown) => {
    name: string;
    scopes: readonly string[];
    expires_at?: Date | undefined;
  };
  created(key: Created): unknown;
  listed(key: ApiKey): unknown;
  readonly revoked: unknown;
  /** Status for a name of a wrong length. */
  readonly badName: 400 | 422;
}

const expires_at = option(z.iso.datetime({ offset: true, local: false }).transform((text) => new Date(text)));

const SPELLINGS: Readonly<Record<Dialect, Spelling>> = {
  live: {
    decode: decodeWith(z.object({ name: z.string(), scopes: strings, expires_at })),
    created: ({ last_used_at: _used, status: _status, ...rest }) => rest,
    listed: (key) => key,
    revoked: { message: 'API key revoked' },
    badName: 400,
  },
  documented: {
    decode: decodeWith(z.object({ name: z.string(), scopes: strings.default([]), expires_at })),
    created: ({ key: api_key, last_used_at: _used, status: _status, ...rest }) => ({ ...rest, api_key }),
    listed: ({ last_used_at: last_used, ...rest }) => ({ ...rest, last_used }),
    revoked: { status: 'revoked' },
    badName: 422,
  },
};

/**
 * API keys of the caller (contract tag API keys). In the published reference the one-time text is `api_key`,
 * scopes may be left out, and a use is `last_used`.
 */
export function apiKeyRoutes({ context, identity }: DomainBase): readonly Route[] {
  const keys = openApiKeys(context);
  const spelling = SPELLINGS[context.dialect];
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/api-keys',
      scope: 'key:list',
      decode: () => undefined,
      run: (request) => json({ api_keys: keys.list(owner(request)).map(spelling.listed) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/api-keys',
      scope: 'key:create',
      decode: (request) => jsonBody(request, spelling.decode),
      run(request, { name, scopes, expires_at }) {
        const user = owner(request);
        requireName(name, spelling.badName);
        const until = expires_at?.toISOString() ?? null;
        return json(spelling.created(keys.create(user, { name, scopes, expires_at: until })), 201);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/api-keys/{id}',
      scope: 'key:revoke',
      decode: (request) => uuidParam(request, 'id'),
      run: (request, id) =>
        keys.revoke(owner(request), id) ? json(spelling.revoked) : refuse(404, 'API key not found'),
    }),
    {
      method: 'POST',
      path: '/v1/api-keys/validate',
      auth: 'none',
      handler: async (request) => validate(request, (key) => identity.verifyApiKey(key)),
    },
  ];
}

function owner(request: SandboxRequest): Identity {
  const user = caller(request);
  requireDatabase(user.tenant);
  return user;
}

function requireName(name: string, status: number): void {
  const length = Buffer.byteLength(name);
  if (length < 1 || length > 64) refuse(status, 'name must be between 1 and 64 characters');
}

/** Keys that show how the route answers without its database, by the reserved tenant they stand for. */
const FAULTY_KEYS: ReadonlyMap<string, string> = new Map([
  ['aegis_sandbox_no_database', 'sandbox-no-database'],
  ['aegis_sandbox_database_fault', 'sandbox-database-fault'],
]);

/** Resolves the bearer key to its identity: 401 `{error}` for one that is no good (operation validateApiKey). */
async function validate(
  request: SandboxRequest,
  verify: (key: string) => Promise<Identity | undefined>,
): Promise<Reply> {
  const key = /^Bearer (aegis_.*)$/.exec(request.headers.authorization ?? '')?.[1];
  if (key === undefined) return refuse(401, 'Missing or malformed API key');
  requireDatabase(FAULTY_KEYS.get(key) ?? '');
  const user = (await verify(key)) ?? refuse(401, 'Invalid API key');
  return json({
    user_id: user.subject,
    tenant_id: user.tenant,
    aegis_role: user.role ?? null,
    scopes: [...user.scopes],
    zaru_tier: user.tier ?? null,
  });
}
