/** Public keys as people have them. */
import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { AegisError } from '../errors.js';

/**
 * The 32 bytes of an Ed25519 public key: base64, base64url or hex of them or of their SPKI DER, PEM, or a file with any
 * of these. Throws `invalid_configuration`.
 */
export function readPublicKey(given: string): Uint8Array {
  const key = parsePublicKey(given) ?? (existsSync(given) ? parsePublicKey(read(given)) : undefined);
  if (key !== undefined) return key;
  throw new AegisError(
    'invalid_configuration',
    '--public-key is no Ed25519 public key, and no file of one.',
    {
      next: 'Give 32 bytes as base64, base64url or hex, or a PEM block or a file that holds one.',
    },
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AegisError('invalid_configuration', `--public-key: ${path} cannot be read: ${String(cause)}.`, {
      next: 'Give a file that this user can read, or the key itself.',
      cause,
    });
  }
}

/** The same without files: undefined for any other text. */
export function parsePublicKey(given: string): Uint8Array | undefined {
  const text = given.trim();
  if (text.startsWith('-----BEGIN PUBLIC KEY-----')) return rawKey(text);
  const bytes = decode(text);
  if (bytes?.length === 32) return bytes;
  return bytes === undefined ? undefined : rawKey({ key: bytes, format: 'der', type: 'spki' });
}

/** Hex first: 64 of its digits would be 48 bytes of base64. */
function decode(text: string): Buffer | undefined {
  if (/^([0-9a-f]{2})+$/i.test(text) && text.length >= 64) return Buffer.from(text, 'hex');
  return /^[\w+/-]{43,}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

function rawKey(key: Parameters<typeof createPublicKey>[0]): Uint8Array | undefined {
  try {
    const { crv, x = '' } = createPublicKey(key).export({ format: 'jwk' });
    return crv === 'Ed25519' ? Buffer.from(x, 'base64url') : undefined;
  } catch {
    return undefined;
  }
}
