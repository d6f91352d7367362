import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize } from '../../src/seal/canonical.js';
import { createSealEnvelope, type McpPayload, serializeEnvelope } from '../../src/seal/envelope.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { verifySealEnvelope } from '../../src/seal/verify.js';
import { independentCanonical, verifyAsGateway, verifyAsOrchestrator } from './_independent.js';
import { errorOf, fromHex } from './_vectors.js';

const NOW = Date.parse('2026-02-17T14:32:01.583Z');
const now = () => NOW;
const key = Ed25519Key.fromSeed(fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'));
const publicKey = key.getPublicKeyBytes();
const call = (args: Record<string, unknown>): McpPayload => ({
  jsonrpc: '2.0',
  id: 'req-1',
  method: 'tools/call',
  params: { name: 't', arguments: args },
});

describe('createSealEnvelope', () => {
  it('stamps with milliseconds and Z by default, with whole seconds for the gateway, under one signature', () => {
    const text = createSealEnvelope('t.o.k', call({}), key, { now });
    const number = createSealEnvelope('t.o.k', call({}), key, { now, timestampFormat: 'unix' });
    expect(text.timestamp).toBe('2026-02-17T14:32:01.583Z');
    expect(number.timestamp).toBe(1771338721);
    expect(number.signature).toBe(text.signature);
  });

  it('uses the present time by default', () => {
    const envelope = createSealEnvelope('t.o.k', call({}), key);
    expect(verifySealEnvelope(envelope, publicKey)).toEqual(call({}));
  });

  it('is not changed by later changes to the payload', () => {
    const args = { list: [1] };
    const envelope = createSealEnvelope('t.o.k', call(args), key, { now });
    args.list.push(2);
    expect(verifySealEnvelope(envelope, publicKey, 30, { now })).toEqual(call({ list: [1] }));
  });

  it.each([
    ['an empty token', '', call({}), 'malformed'],
    ['a payload without id', 't', { jsonrpc: '2.0', method: 'x' }, 'malformed'],
    ['a payload whose id is null', 't', { jsonrpc: '2.0', method: 'x', id: null }, 'malformed'],
    ['parameters that are a list', 't', { jsonrpc: '2.0', method: 'x', id: 1, params: [] }, 'malformed'],
    ['a value that cannot be signed', 't', call({ n: 1e-9 }), 'unsafe_value'],
  ])('refuses %s', (_title, token, payload, code) => {
    const sign = () => Reflect.apply(createSealEnvelope, undefined, [token, payload, key]);
    expect(errorOf(sign)).toMatchObject({ code });
  });

  it('refuses an erased key', () => {
    const erased = Ed25519Key.generate();
    erased.erase();
    expect(errorOf(() => createSealEnvelope('t', call({}), erased))).toMatchObject({ code: 'key_erased' });
  });
});

describe('serializeEnvelope', () => {
  it('writes the signed text of the payload itself into the body', () => {
    const body = serializeEnvelope(
      createSealEnvelope('t.o.k', call({ 10: 1, 9: 2, b: { z: 1, a: -0 } }), key, { now }),
    );
    expect(body).toContain(
      '{"payload":{"id":"req-1","jsonrpc":"2.0","method":"tools/call","params":{"arguments":{"10":1,"9":2,"b":{"a":0,"z":1}},"name":"t"}},"protocol":"seal/v1","security_token":"t.o.k","signature":"',
    );
    expect(body.endsWith('","timestamp":"2026-02-17T14:32:01.583Z"}')).toBe(true);
  });
});

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

describe('properties', () => {
  it('what is signed verifies here and by both servers', () => {
    fc.assert(
      fc.property(argumentsObject, (args) => {
        const body = serializeEnvelope(createSealEnvelope('t.o.k', call(args), key, { now }));
        expect(verifyAsOrchestrator(body, publicKey)).toBe(true);
        expect(verifyAsGateway(body, publicKey)).toBe(true);
        expect(verifySealEnvelope(JSON.parse(body), publicKey, 30, { now })).toMatchObject({ id: 'req-1' });
      }),
      { numRuns: 150 },
    );
  });

  it('canonical text is that of a second implementation, and survives parsing', () => {
    fc.assert(
      fc.property(json, (value) => {
        const written = canonicalize(value);
        expect(written).toBe(independentCanonical(value));
        expect(canonicalize(JSON.parse(written))).toBe(written);
      }),
    );
  });

  it('the order of keys never matters', () => {
    fc.assert(
      fc.property(argumentsObject, (args) => {
        const reversed = Object.fromEntries(Object.entries(args).reverse());
        expect(canonicalize(reversed)).toBe(canonicalize(args));
      }),
    );
  });

  it('a change of any byte before the timestamp is noticed', () => {
    const body = serializeEnvelope(createSealEnvelope('t.o.k', call({ path: '/a', n: 17 }), key, { now }));
    const last = body.indexOf('"timestamp"') - 1;
    fc.assert(
      fc.property(fc.nat(last), fc.integer({ min: 0x20, max: 0x7e }), (index, code) => {
        const changed = body.slice(0, index) + String.fromCharCode(code) + body.slice(index + 1);
        fc.pre(changed !== body);
        expect(() => verifySealEnvelope(JSON.parse(changed), publicKey, 30, { now })).toThrow();
      }),
      { numRuns: 400 },
    );
  });

  it('a change of the timestamp by a second is noticed, a change of its fraction is not', () => {
    const envelope = createSealEnvelope('t.o.k', call({}), key, { now });
    const verify = (timestamp: string) =>
      errorOf(() => verifySealEnvelope({ ...envelope, timestamp }, publicKey, 30, { now }));
    expect(verify('2026-02-17T14:32:02.583Z')).toMatchObject({ code: 'signature_invalid' });
    expect(verify('2026-02-17T14:32:00.583Z')).toMatchObject({ code: 'signature_invalid' });
    expect(verify('2026-02-17T14:32:01.999Z')).toBe('no error');
  });
});
