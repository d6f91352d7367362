/** API Key Management: keys of the caller at AEGIS itself. */
import { z } from 'zod';
import { validateApiKey } from './actions/validate-api-key.js';
import type { AnyArgs } from './define.js';
import { action, op } from './define.js';
import { acknowledge, acknowledged, around, idOf, listOf, record, textOf, without } from './results.js';
import { id, text } from './shapes.js';

/** Names that servers and SDKs give the key itself. */
const PLAINTEXT = ['api_key', 'key', 'key_value'] as const;

const apiKey = () =>
  z.looseObject({
    id: z.string(),
    name: z.string().nullish(),
    scopes: z.array(z.string()).nullish(),
    status: z.string().nullish(),
    expires_at: z.string().nullish(),
    last_used_at: z.string().nullish(),
    created_at: z.string().nullish(),
  });

/** A listed key; the SDK says `last_used`. */
function toApiKey(value: AnyArgs) {
  const { last_used, ...rest } = without(value, ...PLAINTEXT);
  const last_used_at = rest.last_used_at ?? last_used;
  return { ...rest, id: idOf('id', value), ...(typeof last_used_at === 'string' && { last_used_at }) };
}

export const apiKeys = {
  list_api_keys: op({
    title: 'List API keys',
    description:
      "Lists the caller's API keys, newest first, revoked ones included; never the keys themselves. Needs scope key:list.",
    toolset: 'api_keys',
    effect: 'read',
    untrusted: true,
    input: () => ({}),
    output: () => z.looseObject({ api_keys: z.array(apiKey()) }),
    live: { operation: 'listApiKeys', route: 'GET /v1/api-keys' },
    result: (body) => ({ ...around('api_keys', body), api_keys: listOf('api_keys', body, toApiKey) }),
  }),

  create_api_key: op({
    title: 'Create API key',
    description:
      'Creates an API key for the caller. The key is in this result and nowhere else: hand it on now, it cannot be shown again. Needs scope key:create.',
    toolset: 'api_keys',
    effect: 'write',
    classes: ['secret'],
    sensitive: true,
    wrapper: 'payload',
    adapted:
      'The live server requires scopes (default: none) and calls the key key; the published name is api_key.',
    input: () => ({
      name: text('Name of the key, 1 to 64 bytes, for example ci-pipeline.').min(1).max(64),
      scopes: z
        .array(z.string().min(1))
        .describe('Scopes of the key, for example ["agent:list"]. Default none: give what it is to do.')
        .optional(),
      expires_at: z
        .string()
        .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/)
        .describe(
          'RFC 3339 time after which the key is refused, for example 2027-01-01T00:00:00Z. Default: never.',
        )
        .optional(),
    }),
    output: () =>
      z.looseObject({
        id: z.string(),
        api_key: z.string(),
        name: z.string().nullish(),
        scopes: z.array(z.string()).nullish(),
        expires_at: z.string().nullish(),
      }),
    live: {
      operation: 'createApiKey',
      route: 'POST /v1/api-keys',
      body: ({ name, scopes, expires_at }) => ({ json: { name, scopes: scopes ?? [], expires_at } }),
    },
    result: (body) => {
      const created = record(body);
      const { key_value, key = key_value, api_key = key } = created;
      return {
        ...without(created, ...PLAINTEXT),
        id: idOf('id', created),
        api_key: textOf({ api_key }, 'api_key'),
      };
    },
  }),

  revoke_api_key: op({
    title: 'Revoke API key',
    description:
      "Revokes one of the caller's API keys for good; whoever uses it is refused from then on. Needs scope key:revoke.",
    toolset: 'api_keys',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    adapted: 'The live server answers {message}; the status revoked is added.',
    input: () => ({ key_id: id('UUID of the key, from list_api_keys.') }),
    output: acknowledged,
    live: { operation: 'revokeApiKey', route: 'DELETE /v1/api-keys/{key_id}' },
    result: (body, { key_id }) => acknowledge('revoked', body, { key_id }),
  }),

  validate_api_key: action({
    title: 'Validate API key',
    description:
      'Tells whether an API key is in force and whose it is: user, tenant, scopes. It is sent as the bearer of this one request; an invalid key is an answer, not an error.',
    toolset: 'api_keys',
    effect: 'read',
    classes: ['secret'],
    secrets: ['api_key'],
    adapted: 'HTTP 401 of the live server is the answer {valid: false}.',
    input: () => ({
      api_key: z
        .string()
        .regex(/^aegis_[\x21-\x7e]{1,256}$/)
        .describe('The key to test, beginning with aegis_. Not shown again.'),
    }),
    output: () =>
      z.looseObject({
        valid: z.boolean(),
        user_id: z.string().nullish(),
        tenant_id: z.string().nullish(),
        aegis_role: z.string().nullish(),
        scopes: z.array(z.string()).nullish(),
        zaru_tier: z.string().nullish(),
      }),
    live: {
      operation: 'validateApiKey',
      route: 'POST /v1/api-keys/validate',
      auth: 'none',
      headers: ({ api_key }) => ({ authorization: `Bearer ${api_key}` }),
    },
    run: async (call) => ({ value: await validateApiKey(call) }),
  }),
};
