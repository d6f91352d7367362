/** Checking an envelope or a receipt that somebody kept. */

import { isObject } from '../client/json-object.js';
import { AegisError } from '../errors.js';
import { parseJson } from '../seal/decode.js';
import { SealError } from '../seal/errors.js';
import { hash } from '../seal/receipt.js';
import { verifySigned } from '../seal/signed.js';
import { parsePublicKey, readPublicKey } from './receipts-key.js';

type Json = Readonly<Record<string, unknown>>;

export interface CheckOptions {
  /** See readPublicKey; a receipt brings its own. */
  readonly publicKey?: string | undefined;
  /** Greatest distance of the timestamp from now, seconds; default: any. */
  readonly maxAgeSeconds?: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What the check found. `receipt` as key source means that the key is only what the receipt itself says. */
export type Checked =
  | {
      readonly valid: true;
      readonly protocol: string;
      readonly signed_at: string;
      readonly age_seconds: number;
      readonly public_key: string;
      readonly key_source: 'given' | 'receipt';
      readonly security_token_sha256: string;
      readonly payload: unknown;
    }
  | { readonly valid: false; readonly code: string; readonly reason: string };

/** Checks a JSON text. Throws `invalid_configuration` for what is no envelope at all, or without a key. */
export function checkSigned(text: string, { publicKey, maxAgeSeconds, now }: CheckOptions): Checked {
  const { envelope, ownKey } = readDocument(text);
  const key = publicKey === undefined ? keyWithin(ownKey) : readPublicKey(publicKey);
  try {
    const { protocol, payload, timestamp } = verifySigned(envelope, key);
    const age = Math.floor(now / 1000) - timestamp;
    if (maxAgeSeconds !== undefined && Math.abs(age) > maxAgeSeconds) return stale(age, maxAgeSeconds);
    return {
      valid: true,
      protocol,
      signed_at: new Date(timestamp * 1000).toISOString(),
      age_seconds: age,
      public_key: Buffer.from(key).toString('base64'),
      key_source: publicKey === undefined ? 'receipt' : 'given',
      security_token_sha256: hash(String(envelope.security_token)),
      payload,
    };
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return { valid: false, code: error.code, reason: error.message };
  }
}

function stale(age: number, maxAgeSeconds: number): Checked {
  const reason = `The signature is valid, but its timestamp is ${Math.abs(age)} s ${age < 0 ? 'ahead' : 'old'}: more than ${maxAgeSeconds} s.`;
  return { valid: false, code: 'stale', reason };
}

/** An envelope as it was sent, a receipt as the journal or get_receipt has it, or the result of get_receipt. */
function readDocument(text: string): { envelope: Json; ownKey: string | undefined } {
  const document = parseJson(text);
  if (!isObject(document)) throw unusable('The input is not a JSON object.', ENVELOPE);
  const receipt = isObject(document.receipt) ? document.receipt : document;
  if (receipt.token_withheld === true) throw unusable('The receipt lacks its security token.', WHOLE);
  const ownKey = typeof receipt.public_key === 'string' ? receipt.public_key : undefined;
  return { envelope: envelopeOf(receipt), ownKey };
}

function envelopeOf(receipt: Json): Json {
  const { envelope, envelope_base64: exact } = receipt;
  const found = typeof exact === 'string' ? parseJson(Buffer.from(exact, 'base64').toString()) : envelope;
  if (isObject(found)) return found;
  if ('signature' in receipt) return receipt;
  throw unusable('The input is neither an envelope nor a receipt.', ENVELOPE);
}

const ENVELOPE =
  'Give one envelope {protocol, security_token, signature, payload, timestamp} or one receipt.';
const WHOLE = 'Read it with get_receipt and include_envelope: true.';

/** A receipt comes from anywhere: it names no file of this machine. */
function keyWithin(ownKey: string | undefined): Uint8Array {
  const next = 'Give the key with --public-key.';
  if (ownKey === undefined) throw unusable('An envelope does not tell its public key.', next);
  const key = parsePublicKey(ownKey);
  if (key === undefined) throw unusable('The public_key of the receipt is no Ed25519 public key.', next);
  return key;
}

function unusable(message: string, next: string): AegisError {
  return new AegisError('invalid_configuration', message, { next });
}
