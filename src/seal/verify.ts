/** Checking a SEAL envelope on the receiving side. */
import { createCanonicalMessage } from './canonical.js';
import { isMcpPayload, isRecord, type McpPayload, SEAL_PROTOCOL } from './envelope.js';
import { messageOf, SealError } from './errors.js';
import { verifyEd25519 } from './keys.js';
import type { AsyncReplayStore, ReplayStore, SyncReplayStore } from './replay.js';
import { parseRfc3339, type TimestampFormat, toUnixSeconds } from './timestamp.js';

export interface VerifyOptions<Store extends ReplayStore = ReplayStore> {
  /** Milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
  /** Refuses an envelope seen before; without it, an envelope may be used again within its window. */
  readonly replay?: Store;
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
 * With an asynchronous store the payload, or the refusal of the store, comes as a promise; what is refused before the
 * store is asked throws at once. `await` treats both alike.
 *
 * @param envelope parsed JSON from outside.
 * @param publicKeyBytes the 32 bytes registered at attestation.
 * @throws SealError with its wire code: `malformed` 1000, `unsafe_value` 1000, `stale` 1003,
 *   `signature_invalid` 1001, `replayed` 1003; `replay_store_failed` without one.
 */
export function verifySealEnvelope(
  envelope: unknown,
  publicKeyBytes: Uint8Array,
  maxAgeSeconds?: number,
  options?: VerifyOptions<SyncReplayStore>,
): McpPayload;
export function verifySealEnvelope(
  envelope: unknown,
  publicKeyBytes: Uint8Array,
  maxAgeSeconds: number | undefined,
  options: VerifyOptions<AsyncReplayStore> & { readonly replay: AsyncReplayStore },
): Promise<McpPayload>;
export function verifySealEnvelope(
  envelope: unknown,
  publicKeyBytes: Uint8Array,
  maxAgeSeconds: number | undefined,
  options: VerifyOptions,
): McpPayload | Promise<McpPayload>;
export function verifySealEnvelope(
  envelope: unknown,
  publicKeyBytes: Uint8Array,
  maxAgeSeconds = 30,
  options: VerifyOptions = {},
): McpPayload | Promise<McpPayload> {
  const parts = readEnvelope(envelope, options.timestampFormat ?? 'rfc3339');
  const { token, signature, payload, timestamp } = parts;
  checkWindow(timestamp, toUnixSeconds((options.now ?? Date.now)()), maxAgeSeconds);
  const message = createCanonicalMessage(token, payload, timestamp);
  if (!verifyEd25519(publicKeyBytes, message, decodeSignature(signature))) {
    throw new SealError('signature_invalid', 'Ed25519 signature verification failed.');
  }
  return options.replay === undefined ? payload : claimOnce(parts, maxAgeSeconds, options.replay);
}

/** Only the answer `true` accepts: a store that fails, or answers anything else, refuses. */
function claimOnce(
  { signature, payload, timestamp }: EnvelopeParts,
  maxAgeSeconds: number,
  store: ReplayStore,
): McpPayload | Promise<McpPayload> {
  // The envelope can pass the window until the end of its last second; stores keep whole milliseconds.
  const expiresAt = Math.min(Math.ceil((timestamp + maxAgeSeconds + 1) * 1000), Number.MAX_SAFE_INTEGER);
  let answer: boolean | Promise<boolean>;
  try {
    answer = store.claim(signature, expiresAt);
  } catch (cause) {
    return refuseUnchecked(cause);
  }
  if (typeof answer !== 'object' || answer === null) return admit(answer, payload);
  return answer.then((isNew) => admit(isNew, payload), refuseUnchecked);
}

function admit(isNew: boolean, payload: McpPayload): McpPayload {
  if (isNew === true) return payload;
  throw new SealError('replayed', 'This envelope has been used before.');
}

function refuseUnchecked(cause: unknown): never {
  const text = messageOf(cause);
  throw new SealError('replay_store_failed', `The replay store gave no answer: ${text}`, { cause });
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
