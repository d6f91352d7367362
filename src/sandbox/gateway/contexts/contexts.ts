/** Security contexts of the gateway; a fresh database holds three. */
import { z } from 'zod';
import { decodeWith } from '../../request.js';
import { option, strings, u32, u64 } from '../../shapes.js';
import { type Collection, openCollection } from '../collection.js';
import type { GatewayContext } from '../kernel.js';

/** A list or null as the server stores it; absent is null. */
const nullable = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

const capability = z.object({
  tool_pattern: z.string(),
  path_allowlist: nullable(strings),
  command_allowlist: nullable(strings),
  subcommand_allowlist: nullable(z.record(z.string(), strings)),
  domain_allowlist: nullable(strings),
  max_response_size: nullable(u64),
  rate_limit: option(z.object({ calls: u32, per_seconds: u32 })),
});

const shape = z.object({
  name: z.string(),
  capabilities: z.array(capability),
  deny_list: strings.default([]),
  description: z.string().default(''),
});

/** Schema Capability: what a context lets through. Rate limit and size are stored and never enforced. */
export type Capability = z.infer<typeof capability>;
export type ContextRequest = z.infer<typeof shape>;

/** Schema SecurityContext, with its owner. */
export interface SecurityContext extends ContextRequest {
  readonly tenant_id: string | null;
}

/** Decoder of the body of `POST /v1/security-contexts`. */
export const decodeContext: (value: unknown) => ContextRequest = decodeWith(shape);

export type Contexts = Collection<SecurityContext>;

const BUILT_IN = [
  {
    name: 'aegis-system-default',
    capabilities: [{ tool_pattern: '*' }],
    description: 'Every tool, for the platform itself.',
  },
  {
    name: 'internal',
    capabilities: [{ tool_pattern: '*' }],
    description: 'Every tool, for internal callers.',
  },
  {
    name: 'zaru-free',
    capabilities: [{ tool_pattern: 'fs.*', path_allowlist: ['/workspace'] }, { tool_pattern: 'web.*' }],
    description: 'Consumers of the free tier.',
  },
];

/** Opens the table of contexts; the built-in ones are written once, so that an overwritten one stays overwritten. */
export function openContexts(context: GatewayContext): Contexts {
  const rows = openCollection<SecurityContext>(context, 'gateway_contexts');
  if (rows.all().length > 0) return rows;
  for (const each of BUILT_IN) rows.put(each.name, each.name, { ...decodeContext(each), tenant_id: null });
  return rows;
}
