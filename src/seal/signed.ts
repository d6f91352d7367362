/** Verification of what has been signed here, at any later time: an envelope, or the statement about a REST call. */
import { isRecord } from './envelope.js';
import { SealError } from './errors.js';
import { isSignedReceipt, RECEIPT_PROTOCOL } from './receipt.js';
import { parseRfc3339 } from './timestamp.js';
import { verifySealEnvelope } from './verify.js';

/** What a valid signature covers, besides the security token. */
export interface Signed {
  readonly protocol: string;
  readonly payload: unknown;
  /** Unix seconds, from either form of the timestamp. */
  readonly timestamp: number;
}

/**
 * Verifies the signature, whatever the age. An envelope has the form that its server takes: RFC 3339 or whole seconds.
 *
 * @param value parsed JSON from outside.
 * @param publicKey 32 bytes.
 * @throws SealError `malformed`, `unsafe_value`, `signature_invalid`.
 */
export function verifySigned(value: unknown, publicKey: Uint8Array): Signed {
  if (!isRecord(value)) throw new SealError('malformed', 'The envelope must be an object.');
  const { protocol, payload, timestamp } = value;
  if (protocol === RECEIPT_PROTOCOL) {
    verifyStatement(value, publicKey);
    return { protocol, payload, timestamp: secondsOf(timestamp) };
  }
  const timestampFormat = typeof timestamp === 'number' ? 'unix' : 'rfc3339';
  verifySealEnvelope(value, publicKey, Number.POSITIVE_INFINITY, { timestampFormat });
  return { protocol: String(protocol), payload, timestamp: secondsOf(timestamp) };
}

function verifyStatement(envelope: Record<string, unknown>, publicKey: Uint8Array): void {
  if (envelope.security_token !== RECEIPT_PROTOCOL)
    throw new SealError('malformed', "Missing or invalid 'security_token' field.");
  if (!isSignedReceipt({ envelope, public_key: Buffer.from(publicKey).toString('base64') }))
    throw new SealError('signature_invalid', 'Ed25519 signature verification failed.');
}

/** The last moment that a Date can hold (ECMAScript, section Time Values and Time Range). */
const MAX_SECONDS = 8_640_000_000_000;

function secondsOf(timestamp: unknown): number {
  const seconds = typeof timestamp === 'string' ? parseRfc3339(timestamp) : timestamp;
  if (typeof seconds === 'number' && Math.abs(seconds) <= MAX_SECONDS) return seconds;
  throw new SealError('malformed', "Missing or invalid 'timestamp' field.");
}
