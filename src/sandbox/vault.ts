/** Secrets at rest: AES-256-GCM (NIST SP 800-38D) under the key of the data directory. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { directoryKey } from './data-directory.js';
import type { SandboxContext } from './kernel.js';

/** Encrypts what a domain stores. `place` names the record: a box put into another record does not open. */
export interface Vault {
  /** 12 bytes of nonce, 16 of tag, then the ciphertext. */
  seal(place: string, plain: string): Uint8Array;
  /** Throws an Error when box, place and key do not belong together. */
  open(place: string, box: Uint8Array): string;
}

const CIPHER = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/** A vault over the data directory's key; without a directory the key lives as long as the vault. */
export function openVault(context: SandboxContext): Vault {
  const key = directoryKey(context.files);
  return {
    seal(place, plain) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    open: (place, box) => decrypt(key, place, Buffer.from(box)),
  };
}

function decrypt(key: Buffer, place: string, box: Buffer): string {
  try {
    const decipher = createDecipheriv(CIPHER, key, box.subarray(0, NONCE), { authTagLength: TAG });
    decipher.setAAD(Buffer.from(place)).setAuthTag(box.subarray(NONCE, NONCE + TAG));
    return Buffer.concat([decipher.update(box.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
  } catch {
    throw new Error('vault: a stored secret does not open with vault.key');
  }
}
