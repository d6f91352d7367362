/**
 * Ed25519 (RFC 8032 section 5.1). Signing is @noble/ed25519, because its key is bytes that can be zeroed;
 * verifying is node:crypto, with the checks OpenSSL leaves out.
 */
import { createPublicKey, hash, randomFillSync, verify } from 'node:crypto';
import { getPublicKey, hashes, sign } from '@noble/ed25519';
import { SealError } from './errors.js';

/**
 * noble hands over a fresh copy of what it hashes, the seed among it, so that the copy can be zeroed. One step, because a
 * Hash object would keep its input until it is collected.
 */
hashes.sha512 = (message) => {
  const digest = hash('sha512', message, 'buffer');
  message.fill(0);
  return new Uint8Array(digest);
};

const SEED_LENGTH = 32;

/**
 * A private key with its public key, held in arrays of its own until {@link Ed25519Key.erase}.
 *
 * No copy of the seed outlives a call but the one that erase() zeroes. JavaScript cannot wipe what noble derives from
 * it in passing: big integers, and arrays that wait for the collector. Signatures are deterministic (RFC 8032
 * section 5.1.6).
 */
export class Ed25519Key {
  #seed: Uint8Array | undefined;
  #publicKey: Uint8Array | undefined;

  /** Takes the seed over: the caller must hold no other reference to it. */
  private constructor(seed: Uint8Array) {
    this.#seed = seed;
    this.#publicKey = getPublicKey(seed);
  }

  /** A new key from the system's random source. */
  static generate(): Ed25519Key {
    return new Ed25519Key(randomFillSync(allocateSeed()));
  }

  /**
   * The key of a 32-byte RFC 8032 seed. The seed is copied: zeroing the original is the caller's part.
   *
   * @throws SealError `malformed` unless the seed is a Uint8Array of 32 bytes.
   */
  static fromSeed(seed: Uint8Array): Ed25519Key {
    if (!(seed instanceof Uint8Array) || seed.length !== SEED_LENGTH) {
      throw new SealError('malformed', 'An Ed25519 seed must be a Uint8Array of 32 bytes.');
    }
    const copy = allocateSeed();
    copy.set(seed);
    return new Ed25519Key(copy);
  }

  /** The 64-byte signature of a message. @throws SealError `key_erased`. */
  sign(message: Uint8Array): Uint8Array {
    if (this.#seed === undefined) {
      throw new SealError('key_erased', 'Private key has been erased or is not initialized');
    }
    return sign(message, this.#seed);
  }

  /** The signature in standard base64 with padding, 88 characters. @throws SealError `key_erased`. */
  signBase64(message: Uint8Array): string {
    return Buffer.from(this.sign(message)).toString('base64');
  }

  /** A copy of the 32-byte public key. @throws SealError `key_erased`. */
  getPublicKeyBytes(): Uint8Array {
    if (this.#publicKey === undefined) {
      throw new SealError('key_erased', 'Public key has been erased or is not initialized');
    }
    return new Uint8Array(this.#publicKey);
  }

  /** The public key in standard base64 with padding. @throws SealError `key_erased`. */
  getPublicKeyBase64(): string {
    return Buffer.from(this.getPublicKeyBytes()).toString('base64');
  }

  /** Zeroes both keys; every later use throws. May be called again. */
  erase(): void {
    this.#seed?.fill(0);
    this.#publicKey?.fill(0);
    this.#seed = undefined;
    this.#publicKey = undefined;
  }
}

/** A buffer of its own stays in place; small arrays live on V8's heap, which moves them and leaves copies behind. */
function allocateSeed(): Uint8Array {
  return new Uint8Array(new ArrayBuffer(SEED_LENGTH));
}

/** Field prime of edwards25519, p = 2^255 - 19 (RFC 8032 section 5.1). */
const P = 2n ** 255n - 19n;

/** y coordinates of the eight points whose order divides the cofactor 8; x and -x share theirs. */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  P - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
]);

/**
 * Whether a signature is valid (RFC 8032 section 5.1.7, strict).
 *
 * OpenSSL refuses S >= L and any R that is not the canonical encoding of [S]B - [k]A, but it accepts public
 * keys of small order, for which one signature fits every message, and non-canonical encodings of a public
 * key, which give one key several names. Both are refused here, as is an R of small order.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  if (!isSoundPoint(publicKey) || !isSoundPoint(signature.subarray(0, 32))) return false;
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
  return verify(null, message, key, signature);
}

/** Encoding of a point (RFC 8032 section 5.1.2): y below p in 255 bits, little-endian, and not of small order. */
function isSoundPoint(encoding: Uint8Array): boolean {
  const bigEndian = Buffer.from(encoding).reverse().toString('hex');
  const y = BigInt.asUintN(255, BigInt(`0x${bigEndian}`));
  return y < P && !SMALL_ORDER_Y.has(y);
}
