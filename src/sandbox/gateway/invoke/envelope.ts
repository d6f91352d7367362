/** The envelope of a signed call: decoding, and every check up to the Ed25519 verification. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Dialect } from '../../kernel.js';
import { type Body, optionalString, readBody, requiredString } from '../../seal/body.js';
import { canonicalMessage } from '../../seal/canonical.js';
import { WINDOW_SECONDS } from '../../seal/envelope.js';
import { JsonNumber } from '../../seal/json-number.js';
import type { JsonNode } from '../../seal/json-reader.js';
import { SPKI_PREFIX } from '../../seal/public-key.js';
import { refuseBody } from '../../seal/refusal.js';
import { parseRfc3339 } from '../../seal/timestamp.js';
import { isUsablePoint } from './point.js';
import { refuseSeal } from './refusal.js';

export interface Envelope {
  readonly protocol: string;
  readonly securityToken: string;
  readonly signature: string;
  readonly payload: JsonNode;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** Decodes a body. Refuses 400 text for broken JSON, 422 text for a missing or mistyped member. */
export function readEnvelope(bytes: Uint8Array, dialect: Dialect): Envelope {
  const body = readBody(bytes);
  const protocol = requiredString(body, 'protocol');
  const securityToken = requiredString(body, 'security_token');
  const signature = requiredString(body, 'signature');
  const payload = requiredMember(body, 'payload');
  optionalString(body, 'container_id');
  const timestamp = readTimestamp(requiredMember(body, 'timestamp'), dialect);
  return { protocol, securityToken, signature, payload, timestamp };
}

function requiredMember({ members, repeated }: Body, name: string): JsonNode {
  if (repeated.has(name)) refuseBody(422, `duplicate field \`${name}\``);
  const node = members.get(name);
  return node === undefined ? refuseBody(422, `missing field \`${name}\``) : node;
}

/** An integer; the published envelope has an RFC 3339 text, which the documented dialect takes as well. */
function readTimestamp(node: JsonNode, dialect: Dialect): number {
  if (node instanceof JsonNumber && /^-?\d+$/.test(node.text)) return node.value;
  const instant = dialect === 'documented' && typeof node === 'string' ? parseRfc3339(node) : undefined;
  return instant?.seconds ?? refuseBody(422, 'timestamp: invalid type, expected i64');
}

/**
 * Verifies an envelope against its session's key in the server's order: key, signature encoding, protocol, freshness,
 * Ed25519. The signed payload has its members in the order sent; the published form sorts them.
 */
export function verifyEnvelope(envelope: Envelope, publicKeyB64: string, now: Date, dialect: Dialect): void {
  const key = readKey(publicKeyB64);
  const signature = decodeBase64(envelope.signature);
  if (signature?.length !== 64) refuseSeal(1001, 'signature is not base64 of 64 bytes');
  if (envelope.protocol !== 'seal/v1') refuseSeal(1000, `unsupported protocol '${envelope.protocol}'`);
  if (Math.abs(Math.floor(now.getTime() / 1000) - envelope.timestamp) > WINDOW_SECONDS) {
    refuseSeal(1003, `envelope timestamp is outside the ${WINDOW_SECONDS} second freshness window`);
  }
  const order = dialect === 'live' ? 'sent' : 'sorted';
  const message = canonicalMessage(envelope.payload, envelope.securityToken, envelope.timestamp, order);
  if (!verify(null, message, key, signature)) refuseSeal(1002, 'signature verification failed');
}

function readKey(text: string): KeyObject {
  const raw = decodeBase64(text) ?? refuseSeal(1000, 'session public key is not base64');
  if (raw.length !== 32) refuseSeal(1000, 'session public key is not 32 bytes long');
  if (!isUsablePoint(raw)) refuseSeal(1002, 'session public key is not a usable point of the curve');
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}

/** Standard base64 with padding. */
function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
