/** Building and writing SEAL envelopes. */
import { canonicalize, createCanonicalMessage } from './canonical.js';
import { SealError } from './errors.js';
import type { Ed25519Key } from './keys.js';
import { type TimestampFormat, toUnixSeconds } from './timestamp.js';

/** The one protocol label current verifiers accept. */
export const SEAL_PROTOCOL = 'seal/v1';

/** The JSON-RPC 2.0 request inside an envelope. Further members are allowed, and signed. */
export interface McpPayload {
  jsonrpc: string;
  id: string | number;
  method: string;
  params?: Record<string, unknown>;
}

/**
 * A signed request. `payload`, `security_token` and the timestamp's whole seconds are signed; the rest is not.
 * The timestamp is RFC 3339 text; toward the gateway it is a number of Unix seconds.
 */
export interface SealEnvelope<Timestamp extends string | number = string> {
  protocol: string;
  security_token: string;
  signature: string;
  payload: McpPayload;
  timestamp: Timestamp;
}

export interface EnvelopeOptions {
  /** Default `rfc3339`, with milliseconds and `Z`. The gateway accepts `unix` only. */
  readonly timestampFormat?: TimestampFormat;
  /** Milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
}

/**
 * Signs a JSON-RPC request.
 *
 * The envelope's payload is a copy in canonical form: later changes to `mcpPayload` do not reach it.
 *
 * @param securityToken the token of the attestation, opaque.
 * @param privateKey the key whose public half was attested.
 * @throws SealError `malformed` for an empty token or a payload that is no JSON-RPC request; `unsafe_value` with
 *   the path of a value that cannot be signed; `key_erased`.
 */
export function createSealEnvelope(
  securityToken: string,
  mcpPayload: McpPayload,
  privateKey: Ed25519Key,
  options?: EnvelopeOptions & { readonly timestampFormat?: 'rfc3339' },
): SealEnvelope;
export function createSealEnvelope(
  securityToken: string,
  mcpPayload: McpPayload,
  privateKey: Ed25519Key,
  options: EnvelopeOptions,
): SealEnvelope<string | number>;
export function createSealEnvelope(
  securityToken: string,
  mcpPayload: McpPayload,
  privateKey: Ed25519Key,
  options: EnvelopeOptions = {},
): SealEnvelope<string | number> {
  const now = (options.now ?? Date.now)();
  const payload = copyCanonically(mcpPayload);
  const signature = privateKey.signBase64(createCanonicalMessage(securityToken, payload, toUnixSeconds(now)));
  const timestamp = options.timestampFormat === 'unix' ? toUnixSeconds(now) : new Date(now).toISOString();
  return { protocol: SEAL_PROTOCOL, security_token: securityToken, signature, payload, timestamp };
}

/**
 * The request body of an envelope, keys sorted at every level.
 *
 * The payload's text in the body is the very text that was signed. The gateway rebuilds the signed bytes from
 * the order of arrival and the orchestrator from sorted keys; this way one signature satisfies both.
 *
 * @throws SealError `unsafe_value` when the envelope was changed into something that cannot be written.
 */
export function serializeEnvelope(envelope: SealEnvelope<string | number>): string {
  return canonicalize(envelope);
}

/**
 * Whether a value has the shape every verifier demands: string `jsonrpc` and `method`, `id` a string or number,
 * `params` an object or absent.
 */
export function isMcpPayload(value: unknown): value is McpPayload {
  if (!isRecord(value)) return false;
  const { jsonrpc, id, method, params } = value;
  return (
    typeof jsonrpc === 'string' &&
    (typeof id === 'string' || typeof id === 'number') &&
    typeof method === 'string' &&
    (params === undefined || isRecord(params))
  );
}

/** Whether a value is an object with named members: neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function copyCanonically(payload: McpPayload): McpPayload {
  // Within the safe subset, JSON.parse gives back exactly what canonicalize wrote.
  const copy: unknown = JSON.parse(canonicalize(payload));
  if (!isMcpPayload(copy)) throw new SealError('malformed', "Missing or invalid 'payload' field.");
  return copy;
}
