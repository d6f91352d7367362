/** The lists of tools that orchestrator and gateway give. */
import { errorIn200 } from '../client/error-body.js';
import { parseJson } from '../client/json.js';
import { isObject } from '../client/json-object.js';
import type { HttpClient, WireRequest } from '../client/types.js';
import { AegisError } from '../errors.js';

/** Longest time for one list, milliseconds. */
const TIMEOUT_MS = 10_000;

/** A list as given: nothing of it is checked. */
export interface ToolList {
  readonly tools: readonly unknown[];
  /** Entity tag of the answer (RFC 9110, section 8.8.3), where the server gives one. */
  readonly etag: string | undefined;
}

export interface ListOptions {
  readonly signal: AbortSignal;
  /** Tag of the list that is known: then only another list is sent. */
  readonly etag?: string | undefined;
}

/** Tools that a security context shows (operation listSealTools); undefined: those of the tag. */
export async function readSealTools(
  http: HttpClient,
  securityContext: string,
  options: ListOptions,
): Promise<ToolList | undefined> {
  const query: [string, string][] = [['security_context', securityContext]];
  const request = { method: 'GET', path: '/v1/seal/tools', query, auth: 'none' } as const;
  return await readList(http, request, options, (body) =>
    isObject(body) && errorIn200(body) === undefined ? body.tools : undefined,
  );
}

/** Workflows and CLI tools of the gateway (operation gatewayListTools), which asks for an operator. */
export async function readGatewayTools(
  http: HttpClient,
  options: ListOptions,
): Promise<ToolList | undefined> {
  return await readList(http, { method: 'GET', path: '/v1/tools' }, options, (body) => body);
}

async function readList(
  http: HttpClient,
  request: WireRequest,
  { signal, etag }: ListOptions,
  toolsIn: (body: unknown) => unknown,
): Promise<ToolList | undefined> {
  const known = etag === undefined ? {} : { headers: { 'if-none-match': etag } };
  const answer = await http
    .send({ ...request, ...known }, { signal, timeoutMs: TIMEOUT_MS })
    .catch((error) => unlessUnchanged(error, etag));
  if (answer === undefined) return undefined;
  const tools = toolsIn(parseJson(new TextDecoder().decode(answer.bytes)));
  if (!Array.isArray(tools)) throw new AegisError('bad_response', 'The list of SEAL tools cannot be read.');
  return { tools, etag: answer.headers.etag };
}

/** Without a tag in the request there is nothing that could be unchanged. */
function unlessUnchanged(error: unknown, etag: string | undefined): undefined {
  if (etag === undefined || AegisError.from(error).status !== 304) throw error;
}
