import { generateKeyPairSync, sign as nodeSign } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Ed25519Key, verifyEd25519 } from '../../src/seal/keys.js';
import { errorOf, fromHex, rfc8032 } from './_vectors.js';

/** Every array the module hands to noble as a secret key, by reference. */
const seeds: Uint8Array[] = [];
vi.mock('@noble/ed25519', async (importOriginal) => {
  const noble = await importOriginal<typeof import('@noble/ed25519')>();
  return {
    ...noble,
    getPublicKey: (seed: Uint8Array) => {
      seeds.push(seed);
      return noble.getPublicKey(seed);
    },
    sign: (message: Uint8Array, seed: Uint8Array) => {
      seeds.push(seed);
      return noble.sign(message, seed);
    },
  };
});

beforeEach(() => {
  seeds.length = 0;
});

const SEED = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
const MESSAGE = new TextEncoder().encode('message');

describe('RFC 8032 section 7.1', () => {
  it.each(rfc8032)('$name', (vector) => {
    const key = Ed25519Key.fromSeed(fromHex(vector.seed));
    const message = fromHex(vector.message);
    expect(Buffer.from(key.getPublicKeyBytes()).toString('hex')).toBe(vector.public);
    expect(Buffer.from(key.sign(message)).toString('hex')).toBe(vector.signature);
    expect(verifyEd25519(fromHex(vector.public), message, fromHex(vector.signature))).toBe(true);
  });
});

describe('strict verification', () => {
  const IDENTITY = fromHex(`01${'00'.repeat(31)}`);
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

  it('accepts a signature made by node', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(12));
    expect(verifyEd25519(raw, MESSAGE, nodeSign(null, MESSAGE, privateKey))).toBe(true);
  });

  // With S = 1 and R = B, the base point, [S]B = R + [k]A holds whenever [k]A vanishes: for one message in eight.
  it.each([
    ['the identity', '0100000000000000000000000000000000000000000000000000000000000000'],
    [
      'the identity with the sign bit set',
      '0100000000000000000000000000000000000000000000000000000000000080',
    ],
    ['the identity encoded as y = p + 1', 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
    ['the same with the sign bit set', 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'],
    ['the point of order 2', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
    ['a point of order 4', '0000000000000000000000000000000000000000000000000000000000000000'],
    ['its negative', '0000000000000000000000000000000000000000000000000000000000000080'],
    [
      'a point of order 4 encoded as y = p',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    ],
    ['its negative, so encoded', 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'],
    ['a point of order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
    ['another point of order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ])('refuses %s as public key', (_title, publicKey) => {
    const forged = fromHex(`58${'66'.repeat(31)}01${'00'.repeat(31)}`);
    const accepted = Array.from({ length: 32 }, (_, n) =>
      verifyEd25519(fromHex(publicKey), Uint8Array.of(n), forged),
    );
    expect(accepted).not.toContain(true);
  });

  it('refuses R of small order, even where the equation holds', () => {
    // R is the identity: S = k * s mod L satisfies [S]B = R + [k]A for whoever holds s.
    const publicKey = fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
    const signature = fromHex(
      `${hex(IDENTITY)}520a2e25b0f11547a9ae2ad848ed7731c77f99f1a8712d363455d344db33ac04`,
    );
    expect(verifyEd25519(publicKey, MESSAGE, signature)).toBe(false);
  });

  it('refuses S + L, which satisfies the same equation', () => {
    const L = 2n ** 252n + 27742317777372353535851937790883648493n;
    const key = Ed25519Key.fromSeed(SEED);
    const signature = key.sign(MESSAGE);
    const s = BigInt(`0x${hex(signature.slice(32).reverse())}`) + L;
    const shifted = fromHex(s.toString(16).padStart(64, '0')).reverse();
    const forged = new Uint8Array([...signature.slice(0, 32), ...shifted]);
    expect(verifyEd25519(key.getPublicKeyBytes(), MESSAGE, forged)).toBe(false);
    expect(verifyEd25519(key.getPublicKeyBytes(), MESSAGE, signature)).toBe(true);
  });

  it.each([
    [31, 64],
    [33, 64],
    [32, 63],
    [32, 65],
    [0, 0],
  ])('refuses a key of %i bytes with a signature of %i', (keyLength, signatureLength) => {
    expect(verifyEd25519(new Uint8Array(keyLength), MESSAGE, new Uint8Array(signatureLength))).toBe(false);
  });
});

describe('Ed25519Key', () => {
  it('signs deterministically', () => {
    const signature =
      'hDSJ+iCIaANJdX/Ey3mwpF7kb+1XINg0LwqQJYnx36wrs3aAym1eA4CAHuyZfMnvgFQBq6jGJNPMex66gfdJCQ==';
    const message =
      '{"payload":{"id":"req-neg","jsonrpc":"2.0","method":"tools/call","params":{"arguments":{"path":"/workspace/a.txt"},"name":"fs.read"}},"security_token":"h.p.s","timestamp":1771338721}';
    const key = Ed25519Key.fromSeed(SEED);
    expect(key.signBase64(new TextEncoder().encode(message))).toBe(signature);
    expect(key.signBase64(new TextEncoder().encode(message))).toBe(signature);
  });

  it('leaves the message and the seed it was given as they were', () => {
    const [seed, message] = [new Uint8Array(SEED), new Uint8Array(MESSAGE)];
    const key = Ed25519Key.fromSeed(seed);
    key.sign(message);
    expect([seed, message]).toEqual([SEED, new TextEncoder().encode('message')]);
  });

  it('generates another key each time', () => {
    expect(Ed25519Key.generate().getPublicKeyBase64()).not.toBe(Ed25519Key.generate().getPublicKeyBase64());
  });

  it.each([[new Uint8Array(31)], [new Uint8Array(64)]])('refuses a seed that is not 32 bytes', (seed) => {
    expect(errorOf(() => Ed25519Key.fromSeed(seed))).toMatchObject({ code: 'malformed' });
  });

  it('copies the seed it is given', () => {
    const seed = new Uint8Array(SEED);
    const key = Ed25519Key.fromSeed(seed);
    seed.fill(0);
    expect(key.getPublicKeyBase64()).toBe('11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=');
  });

  it('hands out copies of the public key', () => {
    const key = Ed25519Key.fromSeed(SEED);
    key.getPublicKeyBytes().fill(0);
    expect(key.getPublicKeyBase64()).toBe('11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=');
  });

  it.each([
    ['given', () => Ed25519Key.fromSeed(SEED)],
    ['generated', () => Ed25519Key.generate()],
  ])('erase() zeroes every array that held a %s seed', (_title, make) => {
    const key = make();
    key.sign(MESSAGE);
    expect(seeds.length).toBe(2);
    expect(seeds.every((seed) => seed.some((byte) => byte !== 0))).toBe(true);
    key.erase();
    expect(seeds.map((seed) => [...seed])).toEqual(seeds.map(() => new Array(32).fill(0)));
  });

  it('erase() leaves the arrays of the caller alone', () => {
    const seed = new Uint8Array(SEED);
    const key = Ed25519Key.fromSeed(seed);
    const publicKey = key.getPublicKeyBytes();
    key.erase();
    expect(seed).toEqual(SEED);
    expect(publicKey[0]).toBe(0xd7);
  });

  it('throws on every use after erase(), which may be repeated', () => {
    const key = Ed25519Key.generate();
    key.erase();
    key.erase();
    expect(errorOf(() => key.sign(MESSAGE))).toMatchObject({ code: 'key_erased' });
    expect(errorOf(() => key.signBase64(MESSAGE))).toMatchObject({ code: 'key_erased' });
    expect(errorOf(() => key.getPublicKeyBytes())).toMatchObject({ code: 'key_erased' });
    expect(errorOf(() => key.getPublicKeyBase64())).toMatchObject({ code: 'key_erased' });
  });

  it('shows no key material when printed', async () => {
    const { inspect } = await import('node:util');
    const key = Ed25519Key.fromSeed(SEED);
    expect(inspect(key, { depth: 5, showHidden: true })).not.toContain('157');
    expect(JSON.stringify(key)).toBe('{}');
  });
});
