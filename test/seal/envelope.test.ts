import { describe, expect, it } from 'vitest';
import { createSealEnvelope, serializeEnvelope } from '../../src/seal/envelope.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { verifySealEnvelope } from '../../src/seal/verify.js';
import { call, key, now, publicKey } from './_sample.js';
import { errorOf } from './_vectors.js';

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
