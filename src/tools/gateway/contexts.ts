/** SEAL gateway: security contexts, what sessions of their name may call. */
import { z } from 'zod';
import { answered } from '../actions/advice.js';
import {
  domainNotes,
  sentCapabilities,
  toSecurityContext,
  withoutUnset,
} from '../actions/gateway-contexts.js';
import { OPERATOR_ADVICE } from '../actions/gateway-refusals.js';
import { action } from '../define.js';
import { around, listOf, record } from '../results.js';
import { id, text } from '../shapes.js';
import { GLOBAL, isSaved } from './shapes.js';

/** A count as the gateway keeps it, in 32 bits. */
const count = () => z.int().min(0).max(4_294_967_295);

/** Constraints of one capability; what is not given, or null as in the gateway's own answers, constrains nothing. */
const capability = () =>
  z.preprocess(
    withoutUnset,
    z.strictObject({
      tool_pattern: text(
        '"*", a tool name, or "prefix.*": every name that begins so ("fs.*" matches fsx too).',
      ).min(1),
      path_allowlist: z
        .array(z.string())
        .describe('Folders that fs.* and filesystem.* tools may touch.')
        .optional(),
      command_allowlist: z.array(z.string()).describe('First words that cmd.run may run.').optional(),
      subcommand_allowlist: z
        .record(z.string(), z.array(z.string()))
        .describe('Command to its allowed second words, for cmd.run; an empty list allows all.')
        .optional(),
      domain_allowlist: z
        .array(z.string())
        .describe(
          'Hosts that web.* tools may reach: "*.example.org" is every subdomain of it; "example.org" is every host that ends so, evilexample.org too.',
        )
        .optional(),
      max_response_size: z.int().min(0).describe('Bytes. Stored, not enforced.').optional(),
      rate_limit: z
        .strictObject({ calls: count(), per_seconds: count() })
        .describe('Stored, not enforced.')
        .optional(),
    }),
  );

export const gatewayContexts = {
  gateway_upsert_security_context: action({
    title: 'Gateway: upsert security context',
    description:
      'Creates or overwrites a security context: what sessions of that name may call. The first capability whose pattern matches decides; no capability denies everything. It cannot be deleted. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    idempotent: true,
    sensitive: true,
    adapted:
      'A domain "*.example.org", which never matches on the real server, is sent with ".example.org" beside it, and the two are shown as one again; notes say how each domain is understood.',
    limits: `${GLOBAL} rate_limit and max_response_size are stored and not enforced; "example.org" admits evilexample.org too.`,
    input: () => ({
      name: text(
        'Name of the context. Built-in ones (aegis-system-default, internal, zaru-free) are overwritten too.',
      )
        .trim()
        .min(1),
      capabilities: z.array(capability()).describe('What may be called, most special pattern first.'),
      deny_list: z
        .array(z.string().min(1))
        .describe('Tool patterns that are always denied. Default none.')
        .optional(),
      description: text('What the context is for.').optional(),
    }),
    output: () => z.looseObject({ saved: z.boolean(), name: z.string(), notes: z.array(z.string()) }),
    live: {
      operation: 'gatewayUpsertSecurityContext',
      route: 'POST /v1/security-contexts',
      body: ({ capabilities, ...args }) => ({
        json: { ...args, capabilities: sentCapabilities(capabilities) },
      }),
    },
    run: answered(OPERATOR_ADVICE, (body, { name, capabilities }) => ({
      name,
      ...isSaved(body),
      notes: domainNotes(capabilities),
    })),
  }),

  gateway_list_security_contexts: action({
    title: 'Gateway: list security contexts',
    description:
      'Lists the security contexts of the tenant and those for all, with their capabilities. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted:
      'The bare array becomes {security_contexts}; constraints that are not set are left out, and ".example.org" where "*.example.org" is there too.',
    input: () => ({}),
    output: () => z.looseObject({ security_contexts: z.array(z.looseObject({ name: z.string() })) }),
    live: { operation: 'gatewayListSecurityContexts', route: 'GET /v1/security-contexts' },
    run: answered(OPERATOR_ADVICE, (body) => ({
      ...around('security_contexts', body),
      security_contexts: listOf('security_contexts', body, toSecurityContext),
    })),
  }),

  gateway_get_security_context: action({
    title: 'Gateway: get security context',
    description:
      'Gets one security context: capabilities with their constraints, and what is always denied. Look here when a signed call is refused. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted:
      'Constraints that are not set (null) are left out, and ".example.org" where "*.example.org" is there too.',
    input: () => ({ name: id('Name of the security context.') }),
    output: () => z.looseObject({ name: z.string() }),
    live: { operation: 'gatewayGetSecurityContext', route: 'GET /v1/security-contexts/{name}' },
    run: answered(OPERATOR_ADVICE, (body) => toSecurityContext(record(body))),
  }),
};
