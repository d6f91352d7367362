/** A received SEAL envelope: decoding, and the checks that end in the Ed25519 verification. */
import { type KeyObject, verify } from 'node:crypto';
import { type Body, optionalString, readBody, requiredString } from './body.js';
import { canonicalMessage } from './canonical.js';
import { type JsonNode, toPlain } from './json-reader.js';
import { refuseBody, refuseCall } from './refusal.js';
import { type Instant, parseRfc3339 } from './timestamp.js';

/** Freshness window to both sides, whole seconds. */
export const WINDOW_SECONDS = 30;

export interface Envelope {
  readonly protocol: string;
  readonly securityToken: string;
  readonly signature: string;
  readonly payload: JsonNode;
  /** RFC 3339 text. */
  readonly timestamp: string;
}

/**
 * Decodes an invoke body. Refuses 422 text for a missing or mistyped member, 400 `{error}` when protocol or
 * timestamp is absent.
 */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const body = readBody(bytes);
  const securityToken = requiredString(body, 'security_token');
  const signature = requiredString(body, 'signature');
  const payload = readPayload(body);
  const [protocol, timestamp] = [optionalString(body, 'protocol'), optionalString(body, 'timestamp')];
  if (protocol === undefined || timestamp === undefined) {
    return refuseCall("SEAL envelope requires both 'protocol' and 'timestamp' fields");
  }
  return { protocol, securityToken, signature, payload, timestamp };
}

/**
 * Verifies an envelope against the public key of its session, in the server's order: signature encoding,
 * protocol, timestamp, freshness, Ed25519. Refuses with 400 `{error}`.
 */
export function verifyEnvelope(envelope: Envelope, publicKey: KeyObject, now: Date): void {
  const signature = decodeSignature(envelope.signature);
  if (envelope.protocol !== 'seal/v1') {
    refuseCall(`Malformed MCP payload: unsupported SEAL protocol '${envelope.protocol}'`);
  }
  const instant = readInstant(envelope.timestamp);
  requireFresh(instant, now);
  const message = canonicalMessage(envelope.payload, envelope.securityToken, instant.seconds);
  if (!verify(null, message, publicKey, signature)) {
    refuseCall(
      'Signature verification failed: Signature verification failed: signature error: Verification equation was not satisfied',
    );
  }
}

/** Tool name and arguments of a verified payload. Any method but `tools/call` is itself the tool name. */
export function toolCallOf(payload: JsonNode): { readonly tool: string; readonly args: unknown } {
  const method = memberOf(payload, 'method');
  const params = memberOf(payload, 'params');
  const standard = method === 'tools/call';
  const tool = standard ? memberOf(params, 'name') : method;
  if (typeof tool !== 'string') return refuseCall('Malformed MCP payload: missing tool name');
  const args = standard ? memberOf(params, 'arguments') : params;
  if (args === undefined) return refuseCall('Malformed MCP payload: missing arguments');
  return { tool, args: toPlain(args) };
}

function memberOf(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return node instanceof Map ? node.get(name) : undefined;
}

function readPayload({ members, repeated }: Body): JsonNode {
  if (repeated.has('payload')) refuseBody(422, 'duplicate field `payload`');
  const payload = members.get('payload');
  return payload === undefined ? refuseBody(422, 'missing field `payload`') : payload;
}

/** Strict standard base64 with padding, 64 bytes. */
function decodeSignature(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) {
    return refuseCall(
      'Signature verification failed: Invalid base64 signature: not canonical standard base64',
    );
  }
  if (bytes.length === 64) return bytes;
  return refuseCall('Signature verification failed: Invalid signature length (must be 64 bytes)');
}

function readInstant(text: string): Instant {
  const instant = parseRfc3339(text);
  if (instant !== undefined) return instant;
  return refuseCall(
    `Malformed MCP payload: invalid SEAL timestamp '${text}': input contains invalid characters`,
  );
}

function requireFresh(instant: Instant, now: Date): void {
  const age = Math.abs(Math.trunc((now.getTime() - instant.milliseconds) / 1000));
  if (age <= WINDOW_SECONDS) return;
  refuseCall(
    `Replay protection failed: envelope timestamp is outside the 30 second freshness window (${age}s)`,
  );
}
