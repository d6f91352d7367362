/** Checking a SEAL envelope on the receiving side. */
import { createCanonicalMessage } from './canonical.js';
import { isMcpPayload, isRecord, type McpPayload, SEAL_PROTOCOL } from './envelope.js';
import { SealError } from './errors.js';
import { verifyEd25519 } from './keys.js';
import type { ReplayStore } from './replay.js';
import { parseRfc3339, type TimestampFormat, toUnixSeconds } from './timestamp.js';

export interface VerifyOptions {
  /** Milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
  /** Refuses an envelope seen before; without it, an envelope may be used again within its window. */
  readonly replay?: ReplayStore;
  /** Form of the timestamp: RFC 3339 text (default), or whole Unix seconds as the gateway takes them. */
  readonly timestampFormat?: TimestampFormat;
}

/**
 * Verifies an envelope and returns its payload, the very object that was given.
 *
 * Checks in the order of the published SDKs: object, protocol, security_token, signature, payload, timestamp,
 * window, canonical form, base64, Ed25519, and then replay. The window is symmetric and in whole seconds; an age
 * of exactly `maxAgeSeconds` passes. The security token is opaque here: its own expiry is not checked.
 * Base64 must be standard, padded and canonical, as the servers demand.
 *
 * @param envelope parsed JSON from outside.
 * @param publicKeyBytes the 32 bytes registered at attestation.
 * @throws SealError with its wire code: `malformed` 1000, `unsafe_value` 1000, `stale` 1003,
 *   `signature_invalid` 1001, `replayed` 1003.
 */
export function verifySealEnvelope(
  envelope: unknown,
  publicKeyBytes: Uint8Array,
  maxAgeSeconds = 30,
  options: VerifyOptions = {},
): McpPayload {
  const { token, signature, payload, timestamp } = readEnvelope(
    envelope,
    options.timestampFormat ?? 'rfc3339',
  );
  checkWindow(timestamp, toUnixSeconds((options.now ?? Date.now)()), maxAgeSeconds);
  const message = createCanonicalMessage(token, payload, timestamp);
  if (!verifyEd25519(publicKeyBytes, message, decodeSignature(signature))) {
    throw new SealError('signature_invalid', 'Ed25519 signature verification failed.');
  }
  // The envelope can pass the window until the end of its last second.
  const expiresAt = (timestamp + maxAgeSeconds + 1) * 1000;
  if (options.replay?.claim(signature, expiresAt) === false) {
    throw new SealError('replayed', 'This envelope has been used before.');
  }
  return payload;
}

/**
 * Decodes a signature from standard base64 with padding, in its one canonical spelling.
 *
 * @throws SealError `signature_invalid` for any other text, base64url and whitespace included.
 */
export function decodeSignature(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 64 || bytes.toString('base64') !== text) {
    throw new SealError(
      'signature_invalid',
      "Invalid base64 encoding for 'signature': 64 bytes are expected.",
    );
  }
  return bytes;
}

interface EnvelopeParts {
  readonly token: string;
  readonly signature: string;
  readonly payload: McpPayload;
  /** Unix seconds. */
  readonly timestamp: number;
}

function readEnvelope(envelope: unknown, format: TimestampFormat): EnvelopeParts {
  if (!isRecord(envelope)) throw new SealError('malformed', 'The envelope must be an object.');
  if (envelope.protocol !== SEAL_PROTOCOL) {
    throw new SealError('malformed', "Missing or invalid 'protocol' field. Expected 'seal/v1'.");
  }
  const token = readText(envelope, 'security_token');
  const signature = readText(envelope, 'signature');
  const payload = envelope.payload;
  if (!isMcpPayload(payload)) throw missing('payload');
  return { token, signature, payload, timestamp: readTimestamp(envelope, format) };
}

function readTimestamp(envelope: Record<string, unknown>, format: TimestampFormat): number {
  if (format === 'unix') {
    const seconds = envelope.timestamp;
    if (typeof seconds !== 'number' || !Number.isSafeInteger(seconds) || seconds < 0)
      throw missing('timestamp');
    return seconds;
  }
  const seconds = parseRfc3339(readText(envelope, 'timestamp'));
  if (seconds === undefined) {
    throw new SealError('malformed', "Invalid 'timestamp' format. Expected ISO 8601.");
  }
  return seconds;
}

function readText(envelope: Record<string, unknown>, field: string): string {
  const value = envelope[field];
  if (typeof value !== 'string' || value === '') throw missing(field);
  return value;
}

function missing(field: string): SealError {
  return new SealError('malformed', `Missing or invalid '${field}' field.`);
}

function checkWindow(timestamp: number, now: number, maxAgeSeconds: number): void {
  // Written so that a bound which is no number refuses everything.
  if (Math.abs(now - timestamp) <= maxAgeSeconds) return;
  const message = `Envelope timestamp is outside the allowed ±${maxAgeSeconds}s window.`;
  throw new SealError('stale', message);
}
