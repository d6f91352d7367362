/** What holds of every envelope, not only of examples. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize } from '../../src/seal/canonical.js';
import { createSealEnvelope, serializeEnvelope } from '../../src/seal/envelope.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { verifySealEnvelope } from '../../src/seal/verify.js';
import { independentCanonical, verifyAsGateway, verifyAsOrchestrator } from './_independent.js';
import { call, key, now, publicKey } from './_sample.js';
import { errorOf } from './_vectors.js';

/** JSON values of the safe subset: text of whole code points, integers, and fractions of a few digits. */
const text = fc.string({ unit: 'binary' });
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 1000),
);
const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.constant(null), fc.boolean(), text, number, tie('list'), tie('record')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  record: fc.dictionary(text, tie('value'), { maxKeys: 5 }),
}));
const argumentsObject = fc.dictionary(text, json, { maxKeys: 5 });

describe('every envelope', () => {
  it('verifies with the key that signed it, here and at both servers, and with no other', () => {
    const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const token = text.filter((given) => given !== '');
    const instant = fc.integer({ min: 0, max: 4_102_444_800_000 });
    fc.assert(
      fc.property(seed, token, instant, argumentsObject, (bytes, securityToken, at, args) => {
        const own = Ed25519Key.fromSeed(bytes);
        const options = { now: () => at };
        const envelope = createSealEnvelope(securityToken, call(args), own, options);
        const body = serializeEnvelope(envelope);
        expect(verifySealEnvelope(JSON.parse(body), own.getPublicKeyBytes(), 0, options)).toEqual(
          envelope.payload,
        );
        expect(verifyAsOrchestrator(body, own.getPublicKeyBytes())).toBe(true);
        expect(verifyAsGateway(body, own.getPublicKeyBytes())).toBe(true);
        expect(errorOf(() => verifySealEnvelope(envelope, publicKey, 0, options))).toMatchObject({
          code: 'signature_invalid',
        });
      }),
      { numRuns: 150 },
    );
  });

  it('has canonical text that a second implementation writes too, and that survives parsing', () => {
    fc.assert(
      fc.property(json, (value) => {
        const written = canonicalize(value);
        expect(written).toBe(independentCanonical(value));
        expect(canonicalize(JSON.parse(written))).toBe(written);
      }),
    );
  });

  it('is the same whatever the order of keys, at any depth', () => {
    fc.assert(
      fc.property(argumentsObject, fc.infiniteStream(fc.nat()), (args, numbers) => {
        const shuffled = shuffle(call(args), numbers);
        expect(canonicalize(shuffled)).toBe(canonicalize(call(args)));
      }),
    );
  });

  it('verifies whatever the order of keys and the white space on the wire', () => {
    fc.assert(
      fc.property(argumentsObject, fc.infiniteStream(fc.nat()), (args, numbers) => {
        const envelope = createSealEnvelope('t.o.k', call(args), key, { now });
        const wire = JSON.stringify(shuffle(envelope, numbers), null, '\t ');
        expect(verifySealEnvelope(JSON.parse(wire), publicKey, 30, { now })).toEqual(envelope.payload);
      }),
      { numRuns: 50 },
    );
  });

  /** The same value with the members of every object in another order. */
  function shuffle(value: unknown, numbers: Iterator<number>): unknown {
    if (Array.isArray(value)) return value.map((item) => shuffle(item, numbers));
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([name, member]) => ({
      name,
      member: shuffle(member, numbers),
      rank: Number(numbers.next().value),
    }));
    members.sort((left, right) => left.rank - right.rank);
    return Object.fromEntries(members.map(({ name, member }) => [name, member]));
  }
});

describe('a changed byte', () => {
  /** Every kind of value, and every escape that canonical text knows. */
  const envelope = createSealEnvelope(
    't.o.k',
    call({ n: [0, -17, 2.5], flags: [true, false, null], 'é\u{1f600}\ufffd': '\\"\b\t\n\f\r\u001f', o: {} }),
    key,
    { now },
  );
  const body = Buffer.from(serializeEnvelope(envelope));
  const stamp = body.indexOf('2026-02-17T14:32:01.583Z');

  /** How a receiver reads bytes: as UTF-8, anything malformed replaced. */
  const check = (bytes: Buffer) => {
    try {
      verifySealEnvelope(JSON.parse(bytes.toString('utf8')), publicKey, 30, { now });
      return 'accepted';
    } catch {
      return 'refused';
    }
  };

  function change(index: number, byte: number): Buffer {
    const changed = Buffer.from(body);
    changed[index] = byte;
    return changed;
  }

  /** The changes that keep every signed value: each is another spelling of the very same one. */
  function keepsWhatIsSigned(index: number, byte: number): boolean {
    const [before, after] = [String.fromCharCode(body[index] ?? 0), String.fromCharCode(byte)];
    const isFraction = index >= stamp + 20 && index < stamp + 23 && /\d/.test(after);
    const isSeparator = index === stamp + 10 && after === ' ';
    const isHexDigit =
      body.subarray(0, index).toString('latin1').endsWith('\\u001') && before === 'f' && after === 'F';
    return isFraction || isSeparator || isHexDigit;
  }

  it('is accepted unchanged', () => {
    expect(check(body)).toBe('accepted');
  });

  it('anywhere in the body is refused, unless it spells the same signed value', () => {
    // Flipped bits, the other case, and bytes that mean something in JSON.
    const special = [...Buffer.from('"\\{}[],: 019.-+eEFTZ/\u0000\n'), 0x80, 0xff];
    const wrong: unknown[] = [];
    for (const [index, before] of body.entries()) {
      const bytes = new Set([...special, before ^ 1, before ^ 0x20, before ^ 0x80]);
      bytes.delete(before);
      for (const byte of bytes) {
        const expected = keepsWhatIsSigned(index, byte) ? 'accepted' : 'refused';
        if (check(change(index, byte)) !== expected) wrong.push({ index, byte, expected });
      }
    }
    expect(wrong).toEqual([]);
  });

  it('in the timestamp is accepted for the digits of the fraction and a space for the T, and for nothing else', () => {
    const accepted: string[] = [];
    for (let index = stamp; index < stamp + 24; index++) {
      for (let byte = 0; byte < 256; byte++) {
        const changed = change(index, byte);
        if (byte !== body[index] && check(changed) === 'accepted') {
          accepted.push(changed.toString('utf8', stamp, stamp + 24));
        }
      }
    }
    const digits = [...'0123456789'];
    expect(accepted).toEqual([
      '2026-02-17 14:32:01.583Z',
      ...digits.filter((d) => d !== '5').map((d) => `2026-02-17T14:32:01.${d}83Z`),
      ...digits.filter((d) => d !== '8').map((d) => `2026-02-17T14:32:01.5${d}3Z`),
      ...digits.filter((d) => d !== '3').map((d) => `2026-02-17T14:32:01.58${d}Z`),
    ]);
  });

  it('of random value at a random place of a random envelope is refused', () => {
    fc.assert(
      fc.property(argumentsObject, fc.nat(), fc.integer({ min: 0, max: 255 }), (args, place, byte) => {
        const bytes = Buffer.from(serializeEnvelope(createSealEnvelope('t.o.k', call(args), key, { now })));
        const index = place % bytes.indexOf('"timestamp"');
        const before = bytes[index] ?? 0;
        // The one other spelling before the timestamp: the letters of a \u escape in upper case.
        fc.pre(byte !== before && (byte ^ before) !== 0x20);
        bytes[index] = byte;
        expect(check(bytes)).toBe('refused');
      }),
      { numRuns: 400 },
    );
  });

  it('in the public key is refused, for each of its 256 bits', () => {
    const accepted = Array.from({ length: 256 }, (_, bit) => bit).filter((bit) => {
      const changed = new Uint8Array(publicKey);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return errorOf(() => verifySealEnvelope(envelope, changed, 30, { now })) === 'no error';
    });
    expect(accepted).toEqual([]);
  });

  it('in the signature is refused, for each of its 512 bits', () => {
    const accepted = Array.from({ length: 512 }, (_, bit) => bit).filter((bit) => {
      const changed = Buffer.from(envelope.signature, 'base64');
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const forged = { ...envelope, signature: changed.toString('base64') };
      return errorOf(() => verifySealEnvelope(forged, publicKey, 30, { now })) === 'no error';
    });
    expect(accepted).toEqual([]);
  });

  it('that moves the time by a second is refused, though it lies within the window', () => {
    const verify = (timestamp: string) =>
      errorOf(() => verifySealEnvelope({ ...envelope, timestamp }, publicKey, 30, { now }));
    expect(verify('2026-02-17T14:32:02.583Z')).toMatchObject({ code: 'signature_invalid' });
    expect(verify('2026-02-17T14:32:00.583Z')).toMatchObject({ code: 'signature_invalid' });
    expect(verify('2026-02-17T14:32:01.583Z')).toBe('no error');
  });
});

describe('a value outside the safe subset', () => {
  const unsafe = fc.oneof(
    fc.constantFrom(undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, () => 0, 1n),
    fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => `x${String.fromCharCode(unit)}`),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }).map(Number),
    fc.double({ min: 1e-300, max: 0.0000999, noNaN: true, minExcluded: true }),
  );

  it('is refused with its path, wherever it stands', () => {
    const step = fc.oneof(fc.nat({ max: 3 }), fc.constantFrom('a', 'b/c', 'd~e', ''));
    fc.assert(
      fc.property(unsafe, fc.array(step, { maxLength: 6 }), (value, steps) => {
        const nested = steps.reduceRight<unknown>((inner, at) => {
          return typeof at === 'number' ? [...new Array(at).fill(0), inner] : { z: 1, [at]: inner };
        }, value);
        const escaped = steps.map((at) => `/${String(at).replace('~', '~0').replace('/', '~1')}`);
        expect(errorOf(() => createSealEnvelope('t', call({ v: nested }), key, { now }))).toEqual({
          code: 'unsafe_value',
          wireCode: 1000,
          path: `/params/arguments/v${escaped.join('')}`,
        });
      }),
      { numRuns: 200 },
    );
  });
});
