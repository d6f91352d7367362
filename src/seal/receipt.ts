/** Receipts of sensitive calls, and the entries of the journal that keeps them. */
import { createHash } from 'node:crypto';
import { canonicalize, createCanonicalMessage, MAX_DEPTH } from './canonical.js';
import { isRecord, type SealEnvelope } from './envelope.js';
import type { Ed25519Key } from './keys.js';
import { verifyEd25519 } from './keys.js';
import type { SealOutcome } from './outcome.js';
import { parseRfc3339, toUnixSeconds } from './timestamp.js';
import { decodeSignature } from './verify.js';

/** A REST request as a receipt names it: enough to recognise the request, nothing of its content. */
export interface RestRequest {
  readonly method: string;
  /** Path as sent, with the query. */
  readonly path: string;
  readonly body?: Uint8Array | string | undefined;
}

/** Protocol label, and in the place of the token, of the signed statement about a REST call. */
export const RECEIPT_PROTOCOL = 'aegis-receipt/v1';

/** The signed statement about a REST call; no server accepts it as a call. */
export interface RestStatement {
  readonly protocol: typeof RECEIPT_PROTOCOL;
  readonly security_token: typeof RECEIPT_PROTOCOL;
  readonly signature: string;
  readonly payload: {
    readonly id: string;
    readonly tool: string;
    readonly method: string;
    readonly path: string;
    /** SHA-256 of the request body in hexadecimal; of no bytes where there is no body. */
    readonly body_sha256: string;
  };
  readonly timestamp: string;
}

/**
 * What is written before a call is sent.
 *
 * The envelope of a SEAL call is kept whole, the security token included, so that its signature can be verified
 * offline. The token alone is of no use: every call with it needs the private key, which lives in memory only and
 * is zeroed when the session ends. The arguments of a SEAL call are in its envelope: the file is for its owner.
 */
export interface Receipt {
  /** UUID. */
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
  /** The tool that was called, by the name its caller knows. */
  readonly tool: string;
  readonly via: 'seal' | 'rest';
  readonly envelope: SealEnvelope<string | number> | RestStatement;
  /** Key that verifies the envelope's signature, standard base64. */
  readonly public_key: string;
  readonly session_id: string | null;
  readonly actor: string;
  readonly tenant: string | null;
}

/** What is written after a call has ended. */
export interface Finish extends SealOutcome {
  readonly id: string;
  readonly at: string;
}

/** Signs the statement about a REST call. Its signature covers token, payload and the timestamp's seconds. */
export function signRestStatement(
  id: string,
  tool: string,
  request: RestRequest,
  key: Ed25519Key,
  now: number,
): RestStatement {
  const body_sha256 = hash(request.body ?? '');
  const payload = { id, tool, method: request.method, path: request.path, body_sha256 };
  const signature = key.signBase64(createCanonicalMessage(RECEIPT_PROTOCOL, payload, toUnixSeconds(now)));
  const timestamp = new Date(now).toISOString();
  return { protocol: RECEIPT_PROTOCOL, security_token: RECEIPT_PROTOCOL, signature, payload, timestamp };
}

/** SHA-256 in hexadecimal, of bytes or of text in UTF-8. */
export function hash(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Canonical text of a journal entry, which is one level deeper than the envelope in it. */
export function writeEntry(entry: Readonly<Record<string, unknown>>): string {
  return canonicalize(entry, MAX_DEPTH + 1);
}

/** Whether a receipt's envelope carries a valid signature of the receipt's key. Never throws. */
export function isSignedReceipt(receipt: unknown): boolean {
  if (!isRecord(receipt) || !isRecord(receipt.envelope) || typeof receipt.public_key !== 'string')
    return false;
  const { security_token, payload, timestamp, signature } = receipt.envelope;
  if (typeof security_token !== 'string' || typeof signature !== 'string') return false;
  const seconds = typeof timestamp === 'string' ? parseRfc3339(timestamp) : timestamp;
  if (typeof seconds !== 'number') return false;
  try {
    const message = createCanonicalMessage(security_token, payload, seconds);
    return verifyEd25519(Buffer.from(receipt.public_key, 'base64'), message, decodeSignature(signature));
  } catch {
    return false;
  }
}

/** Whether a receipt is of the way it claims and, of a REST call, has the id and tool that its statement was signed for. */
export function namesSignedCall({ via, id, tool, envelope }: Readonly<Record<string, unknown>>): boolean {
  if (!isRecord(envelope)) return false;
  const isStatement = envelope.security_token === RECEIPT_PROTOCOL;
  if (!isStatement || via !== 'rest') return !isStatement && via === 'seal';
  return isRecord(envelope.payload) && envelope.payload.id === id && envelope.payload.tool === tool;
}
