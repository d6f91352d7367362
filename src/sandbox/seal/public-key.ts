/** Ed25519 public keys in the four encodings attestation takes. */
import { createPublicKey, type KeyObject } from 'node:crypto';

/** What precedes the 32 raw bytes of an Ed25519 key in DER (RFC 8410). */
export const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * The key of base64 or unpadded base64url of 32 raw bytes, SPKI PEM, or base64 of the 44-byte SPKI DER; undefined for
 * anything else.
 */
export function readPublicKey(text: string): KeyObject | undefined {
  const raw = rawKey(decode(stripPem(text.trim())));
  if (raw === undefined) return undefined;
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}

function stripPem(text: string): string {
  if (!text.includes('BEGIN PUBLIC KEY')) return text;
  const lines = text.split(/\r?\n/).filter((line) => !line.startsWith('-----'));
  return lines.join('');
}

function decode(text: string): Buffer | undefined {
  const standard = Buffer.from(text, 'base64');
  if (standard.toString('base64') === text) return standard;
  const url = Buffer.from(text, 'base64url');
  return url.toString('base64url') === text ? url : undefined;
}

function rawKey(bytes: Buffer | undefined): Buffer | undefined {
  if (bytes?.length === 32) return bytes;
  if (bytes?.length !== SPKI_PREFIX.length + 32) return undefined;
  return bytes.subarray(0, SPKI_PREFIX.length).equals(SPKI_PREFIX) ? bytes.subarray(-32) : undefined;
}
