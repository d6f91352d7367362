/** Registered API specs and the rules of registration (operation gatewayRegisterSpec). */
import { z } from 'zod';
import type { Dialect } from '../../kernel.js';
import { decodeWith, refuse } from '../../router.js';
import { anyJson, option } from '../../shapes.js';
import { type Collection, openCollection, requireDatabase } from '../collection.js';
import { type CredentialPath, credentialPath } from '../credentials.js';
import type { GatewayContext } from '../kernel.js';
import { invalid } from '../refusals.js';
import { fetchJson, UpstreamFault } from '../upstream.js';
import { type OperationSpec, readOperations } from './operations.js';

/** Schema ApiSpec of the contract. */
export interface ApiSpec {
  readonly id: string;
  readonly name: string;
  readonly base_url: string;
  readonly source_url: string | null;
  readonly raw_spec: unknown;
  readonly operations: Readonly<Record<string, OperationSpec>>;
  readonly credential_path: CredentialPath;
  readonly created_at: string;
  readonly tenant_id: string | null;
}

export interface SpecRequest {
  readonly name: string;
  readonly base_url: string;
  readonly source_url: string | undefined;
  readonly inline_json?: unknown;
  readonly source_fetch_url: string | undefined;
  readonly credential_path: CredentialPath;
}

/** Schema RegisterSpecResponse. */
export interface Registered {
  readonly id: string;
  readonly deduplicated?: true;
}

/** Decoder of the registration body in a dialect's form. */
export function specDecoder(dialect: Dialect): (value: unknown) => SpecRequest {
  return decodeWith(
    z.object({
      name: z.string(),
      base_url: z.string(),
      source_url: option(z.string()),
      inline_json: option(anyJson).optional(),
      source_fetch_url: option(z.string()),
      credential_path: credentialPath[dialect],
    }),
  );
}

export interface Specs extends Pick<Collection<ApiSpec>, 'get' | 'list' | 'remove'> {
  /** The same source_url gives the known spec's id, before anything else is looked at. */
  register(request: SpecRequest, tenant: string | null, signal: AbortSignal): Promise<Registered>;
}

/** Opens the table of specs. */
export function openSpecs(context: GatewayContext): Specs {
  const specs = openCollection<ApiSpec>(context, 'gateway_specs');
  return {
    get: specs.get,
    list: specs.list,
    remove: specs.remove,
    async register(request, tenant, signal) {
      requireDatabase(tenant);
      const known = findSource(specs, request.source_url, context.dialect === 'live' ? undefined : tenant);
      if (known !== undefined) return { id: known.id, deduplicated: true };
      const spec = await createSpec(request, tenant, context, signal);
      if (context.dialect === 'documented') requireFreeName(specs, spec);
      specs.put(spec.id, spec.name, spec);
      return { id: spec.id };
    },
  };
}

/** The spec of a source, of any tenant when none is named. */
function findSource(
  specs: Collection<ApiSpec>,
  source: string | undefined,
  tenant: string | null | undefined,
): ApiSpec | undefined {
  if (source === undefined) return undefined;
  const rows = tenant === undefined ? specs.all() : specs.list(tenant);
  return rows.find(({ source_url }) => source_url === source);
}

async function createSpec(
  request: SpecRequest,
  tenant: string | null,
  { clock, dialect }: GatewayContext,
  signal: AbortSignal,
): Promise<ApiSpec> {
  const raw = await documentOf(request, dialect, signal);
  const operations = readOperations(raw);
  if (request.name.trim() === '') invalid('name must not be blank');
  if (request.base_url.trim() === '') invalid('base_url must not be blank');
  return {
    id: clock.uuid(),
    name: request.name,
    base_url: request.base_url,
    source_url: request.source_url ?? null,
    raw_spec: raw,
    operations,
    credential_path: request.credential_path,
    created_at: clock.now().toISOString(),
    tenant_id: tenant,
  };
}

/** The published reference has the two sources exclude each other; on the real server the inline one wins. */
async function documentOf(
  { inline_json, source_fetch_url }: SpecRequest,
  dialect: Dialect,
  signal: AbortSignal,
): Promise<unknown> {
  if (dialect === 'documented' && inline_json !== undefined && source_fetch_url !== undefined) {
    return invalid('exactly one of inline_json and source_fetch_url must be given');
  }
  if (inline_json !== undefined) return inline_json;
  if (source_fetch_url === undefined) return invalid('inline_json or source_fetch_url must be given');
  return fetchDocument(source_fetch_url, signal);
}

async function fetchDocument(url: string, signal: AbortSignal): Promise<unknown> {
  try {
    return await fetchJson(url, signal);
  } catch (error) {
    if (error instanceof UpstreamFault) return refuse(500, error.message);
    throw error;
  }
}

function requireFreeName(specs: Collection<ApiSpec>, { name, tenant_id }: ApiSpec): void {
  if (specs.named(name, tenant_id)?.tenant_id === tenant_id) invalid(`a spec named '${name}' already exists`);
}
