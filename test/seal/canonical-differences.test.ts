/**
 * Where the published implementations build different signed bytes, row by row, and what is done here.
 *
 * Python: both Python SDKs. TypeScript: both TypeScript SDKs. Rust: orchestrator and gateway.
 */
import { describe, expect, it } from 'vitest';
import { canonicalize, createCanonicalMessage } from '../../src/seal/canonical.js';
import { createSealEnvelope, type McpPayload, serializeEnvelope } from '../../src/seal/envelope.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { verifySealEnvelope } from '../../src/seal/verify.js';
import { verifyAsGateway, verifyAsOrchestrator } from './_independent.js';
import { errorOf } from './_vectors.js';

const key = Ed25519Key.generate();
const payload = (args: unknown): McpPayload => ({
  jsonrpc: '2.0',
  id: 'req-1',
  method: 'tools/call',
  params: { name: 't', arguments: args },
});
const bodyOf = (args: unknown) => serializeEnvelope(createSealEnvelope('t.o.k', payload(args), key));
/** The text of a message, signed with the key, in an envelope whose payload has that very text. */
function envelopeOver(payloadText: string): unknown {
  const message = `{"payload":${payloadText},"security_token":"t.o.k","timestamp":1771338721}`;
  return {
    protocol: 'seal/v1',
    security_token: 't.o.k',
    signature: key.signBase64(new TextEncoder().encode(message)),
    payload: JSON.parse(payloadText),
    timestamp: '2026-02-17T14:32:01Z',
  };
}
const verify = (envelope: unknown) =>
  errorOf(() => verifySealEnvelope(envelope, key.getPublicKeyBytes(), 30, { now: () => 1_771_338_721_000 }));
const withArguments = (text: string) =>
  `{"id":"req-1","jsonrpc":"2.0","method":"tools/call","params":{"arguments":${text},"name":"t"}}`;
const unsafe = (path: string) => ({ code: 'unsafe_value', wireCode: 1000, path });
const refusedAt = (value: unknown) => errorOf(() => canonicalize({ v: value }));

describe('order of keys', () => {
  it('a key above U+FFFF sorts by code point, as in Python and Rust, not by UTF-16 unit as in TypeScript', () => {
    expect(canonicalize({ '\u{1f600}': 1, '\uffee': 2 })).toBe('{"\uffee":2,"\u{1f600}":1}');
    expect(verify(envelopeOver(withArguments('{"\uffee":2,"\u{1f600}":1}')))).toBe('no error');
    expect(verify(envelopeOver(withArguments('{"\u{1f600}":1,"\uffee":2}')))).toMatchObject({
      code: 'signature_invalid',
    });
  });

  it('the body carries the payload in signed order, because the gateway rebuilds the bytes from the order of arrival', () => {
    const body = bodyOf({ z: 1, a: 2 });
    expect(body).toContain(`{"payload":${withArguments('{"a":2,"z":1}')},"protocol"`);
    expect(verifyAsGateway(body, key.getPublicKeyBytes())).toBe(true);
    const asSdksSend = JSON.stringify({ ...JSON.parse(body), payload: payload({ z: 1, a: 2 }) });
    expect(verifyAsGateway(asSdksSend, key.getPublicKeyBytes())).toBe(false);
    expect(verifyAsOrchestrator(asSdksSend, key.getPublicKeyBytes())).toBe(true);
  });

  it('keys like integers sort as text, as in the SDKs, not as numbers as in Zaru', () => {
    expect(canonicalize({ 9: 'a', 10: 'b' })).toBe('{"10":"b","9":"a"}');
  });

  it('a key named __proto__ stays, which Zaru loses', () => {
    expect(canonicalize(JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}');
  });

  it('the order of arrays stays, as everywhere', () => {
    expect(canonicalize([3, 'b', 1])).toBe('[3,"b",1]');
  });
});

describe('text', () => {
  it('non-ASCII text is raw UTF-8, as in the SDKs and Rust, not escaped as in the bootstrap script and RFC appendix B.1', () => {
    expect(Buffer.from(createCanonicalMessage('t', 'é', 1)).toString('hex')).toContain('22c3a922');
    expect(verify(envelopeOver(withArguments('{"t":"\\u00e9"}')))).toMatchObject({
      code: 'signature_invalid',
    });
  });

  it('there is no space between members, as in the SDKs and Rust, where the bootstrap script writes one', () => {
    expect(canonicalize({ a: 1, b: [1, 2] })).toBe('{"a":1,"b":[1,2]}');
  });

  it('escapes are the shortest, with lower-case hexadecimal; slash, DEL and line separators are raw, as everywhere', () => {
    expect(canonicalize('"\\\b\t\n\f\r\u0001\u001f/\u007f\u2028\u2029')).toBe(
      '"\\"\\\\\\b\\t\\n\\f\\r\\u0001\\u001f/\u007f\u2028\u2029"',
    );
  });

  it('a lone surrogate is refused, as in Python and Rust, though TypeScript writes it as \\udxxx', () => {
    expect(refusedAt('x\udc00')).toEqual(unsafe('/v'));
    expect(verify(envelopeOver(withArguments('{"t":"\\udc00"}')))).toEqual(
      unsafe('/payload/params/arguments/t'),
    );
  });
});

describe('numbers', () => {
  it('1.0 is sent as the 1 that is signed, because Python and Rust keep 1.0 as received and TypeScript does not', () => {
    expect(bodyOf(JSON.parse('{"n":1.0}'))).toContain('"arguments":{"n":1}');
    expect(verify(envelopeOver(withArguments('{"n":1.0}')))).toMatchObject({ code: 'signature_invalid' });
    expect(verify(envelopeOver(withArguments('{"n":1}')))).toBe('no error');
  });

  it('negative zero is sent as the 0 that is signed, because Python and Rust write -0.0 and TypeScript 0', () => {
    expect(bodyOf({ n: -0 })).toContain('"arguments":{"n":0}');
    expect(verify(envelopeOver(withArguments('{"n":-0}')))).toMatchObject({ code: 'signature_invalid' });
  });

  it('an integer beyond 2^53-1 is refused, because TypeScript rounds it and Python and Rust do not', () => {
    expect(refusedAt(2 ** 53)).toEqual(unsafe('/v'));
    expect(verify(envelopeOver(withArguments('{"n":9007199254740993}')))).toEqual(
      unsafe('/payload/params/arguments/n'),
    );
  });

  it('1e16 is refused: TypeScript writes seventeen digits, Python and Rust 1e+16', () => {
    expect(refusedAt(1e16)).toEqual(unsafe('/v'));
  });

  it('1e21 is refused: older Rust writes it without the plus sign, and the RFC wants no exponent', () => {
    expect(refusedAt(1e21)).toEqual(unsafe('/v'));
  });

  it('a fraction below 1e-4 is refused: Python leaves fixed notation there, Rust at 1e-5, TypeScript at 1e-6', () => {
    expect(canonicalize(0.0001)).toBe('0.0001');
    expect(refusedAt(0.00009)).toEqual(unsafe('/v'));
  });

  it('1e-7 is refused: Python writes 1e-07', () => {
    expect(refusedAt(1e-7)).toEqual(unsafe('/v'));
  });

  it('a fraction of more than 15 digits is refused: the parser of Rust can miss its last one', () => {
    expect(canonicalize(0.123456789012345)).toBe('0.123456789012345');
    expect(refusedAt(123456789012345.67)).toEqual(unsafe('/v'));
  });

  it('NaN and infinities are refused, as in Rust, though TypeScript writes null and Python NaN', () => {
    expect([Number.NaN, Number.POSITIVE_INFINITY].map(refusedAt)).toEqual([unsafe('/v'), unsafe('/v')]);
  });
});

describe('structure', () => {
  it('more than 120 levels are refused: Rust stops at 128, Python near 1000, TypeScript where its stack ends', () => {
    const nest = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect(canonicalize(nest(120))).toBe('['.repeat(120) + ']'.repeat(120));
    expect(errorOf(() => canonicalize(nest(121)))).toEqual(unsafe('/0'.repeat(120)));
  });

  it('an undefined member is refused: one TypeScript SDK leaves a stray comma, the other drops it', () => {
    expect(errorOf(() => canonicalize({ a: undefined, b: 1 }))).toEqual(unsafe('/a'));
  });

  it('undefined in an array is refused: one TypeScript SDK writes the word, the other nothing', () => {
    expect(refusedAt([1, undefined])).toEqual(unsafe('/v/1'));
  });

  it('dates, functions and toJSON are refused: TypeScript signs {} and sends something else', () => {
    expect([new Date(0), () => 0].map(refusedAt)).toEqual([unsafe('/v'), unsafe('/v')]);
    expect(refusedAt({ toJSON: () => 1 })).toEqual(unsafe('/v/toJSON'));
  });

  it('absent params stay absent, empty ones stay empty, and null stays null, as everywhere', () => {
    const absent = createSealEnvelope('t', { jsonrpc: '2.0', id: 1, method: 'tools/list' }, key);
    expect(serializeEnvelope(absent)).toContain('{"id":1,"jsonrpc":"2.0","method":"tools/list"}');
    const empty = createSealEnvelope('t', { jsonrpc: '2.0', id: 1, method: 'm', params: {} }, key);
    expect(serializeEnvelope(empty)).toContain('"params":{}');
    expect(bodyOf({ a: null, o: {}, l: [] })).toContain('"arguments":{"a":null,"l":[],"o":{}}');
  });
});

describe('what is signed', () => {
  it('is payload, token and whole second: neither protocol, container_id nor the fraction of the second, as everywhere', () => {
    const at = (now: number) => createSealEnvelope('t.o.k', payload({}), key, { now: () => now }).signature;
    expect(at(1_771_338_721_999)).toBe(at(1_771_338_721_000));
    expect(at(1_771_338_722_000)).not.toBe(at(1_771_338_721_000));
    const envelope = Object(envelopeOver(withArguments('{}')));
    expect(verify({ ...envelope, container_id: 'x', anything: 1 })).toBe('no error');
  });

  it('2026-02-17T14:32:01Z is 1771338721, not the 1708261921 that the RFC prints beside it', () => {
    const envelope = createSealEnvelope('t', { jsonrpc: '2.0', id: 1, method: 'test' }, key, {
      now: () => Date.parse('2026-02-17T14:32:01Z'),
      timestampFormat: 'unix',
    });
    expect(envelope.timestamp).toBe(1_771_338_721);
  });
});
