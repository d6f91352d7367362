/** All vectors. Where this implementation differs from the SDKs that made them, the case is named here with its reason. */
import { describe, expect, it } from 'vitest';
import { createCanonicalMessage } from '../../src/seal/canonical.js';
import {
  createSealEnvelope,
  isMcpPayload,
  type McpPayload,
  serializeEnvelope,
} from '../../src/seal/envelope.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { verifySealEnvelope } from '../../src/seal/verify.js';
import { verifyAsGateway, verifyAsOrchestrator } from './_independent.js';
import {
  type EnvelopeVector,
  errorOf,
  fromBase64,
  fromHex,
  type JsOnlyVector,
  type PositiveVector,
  vectors,
} from './_vectors.js';

/** SDKs signed these; here they are refused, because not every verifier rebuilds the same bytes. */
const REFUSED_VALUES: Readonly<Record<string, { path: string; reason: string }>> = {
  lone_low_surrogate: {
    path: '/payload/params/arguments/text',
    reason: 'Python and Rust refuse lone surrogates',
  },
  two53_plus_1: {
    path: '/payload/params/arguments/n',
    reason: 'JavaScript loses the last digit, Python does not',
  },
  u64_max: { path: '/payload/params/arguments/n', reason: 'JavaScript rounds, Rust turns it into a float' },
  i64_min: { path: '/payload/params/arguments/n', reason: 'JavaScript rounds, Rust turns it into a float' },
  ten20_int: { path: '/payload/params/arguments/n', reason: 'Rust writes 1e+20' },
  float_1e21: { path: '/payload/params/arguments/n', reason: 'beyond 2^53-1; older serde_json writes 1e21' },
  float_1_5e300: {
    path: '/payload/params/arguments/n',
    reason: 'beyond 2^53-1; older serde_json writes 1.5e300',
  },
  float_1e_minus_5: { path: '/payload/params/arguments/n', reason: 'Python writes 1e-05' },
  float_1e_minus_6: { path: '/payload/params/arguments/n', reason: 'Python writes 1e-06, Rust 1e-6' },
  float_1e_minus_7: { path: '/payload/params/arguments/n', reason: 'Python writes 1e-07' },
  deep_nesting_130: {
    path: `/payload/params/arguments/v${'/0'.repeat(116)}`,
    reason: 'Rust stops at 128 levels',
  },
};

/** The TypeScript SDKs accept these envelopes; here they are refused, as by the servers. */
const REFUSED_ENVELOPES: Readonly<Record<string, { code: string; reason: string }>> = {
  neg_signature_with_newline: { code: 'signature_invalid', reason: 'Rust takes canonical base64 only' },
};

const all = vectors;
const positive = all.filter((vector): vector is PositiveVector => vector.kind === 'positive');
const envelopes = all.filter(
  (v): v is EnvelopeVector => v.kind === 'negative' || v.kind === 'boundary_accept',
);

function readPayload({ payload_json }: PositiveVector): McpPayload {
  const payload: unknown = JSON.parse(payload_json);
  if (!isMcpPayload(payload)) throw new Error('no payload');
  return payload;
}

it('the file holds 111 vectors, and every exception names one', () => {
  expect(all.length).toBe(111);
  const names = new Set(all.map(({ name }) => name));
  expect(
    Object.keys({ ...REFUSED_VALUES, ...REFUSED_ENVELOPES, ...JS_VALUES() }).filter((n) => !names.has(n)),
  ).toEqual([]);
});

describe('positive vectors', () => {
  const agreed = positive.filter(({ name }) => REFUSED_VALUES[name] === undefined);
  const refused = positive.filter(({ name }) => REFUSED_VALUES[name] !== undefined);

  it('39 of 50 are signed', () => {
    expect([agreed.length, refused.length]).toEqual([39, 11]);
  });

  it.each(agreed)('$name: bytes, signature, envelope and body', (vector) => {
    const payload = readPayload(vector);
    const message = createCanonicalMessage(vector.security_token, payload, vector.timestamp_unix);
    expect(Buffer.from(message).toString('hex')).toBe(vector.canonical_hex);

    const key = Ed25519Key.fromSeed(fromHex(vector.private_key_seed_hex));
    expect(key.getPublicKeyBase64()).toBe(vector.public_key_b64);
    const now = () => Date.parse(vector.timestamp);
    const envelope = createSealEnvelope(vector.security_token, payload, key, { now });
    expect(envelope).toEqual({
      protocol: 'seal/v1',
      security_token: vector.security_token,
      signature: vector.signature_b64,
      payload,
      timestamp: vector.timestamp,
    });
    const unix = createSealEnvelope(vector.security_token, payload, key, { now, timestampFormat: 'unix' });
    expect(serializeEnvelope(unix)).toBe(vector.gateway_wire_body);
  });

  it.each(agreed)('$name: verifies, and by both servers from one body', (vector) => {
    const publicKey = fromBase64(vector.public_key_b64);
    const now = () => Date.parse(vector.timestamp);
    const key = Ed25519Key.fromSeed(fromHex(vector.private_key_seed_hex));
    const envelope = createSealEnvelope(vector.security_token, readPayload(vector), key, { now });
    const body = serializeEnvelope(envelope);
    expect(verifySealEnvelope(JSON.parse(body), publicKey, 30, { now })).toEqual(readPayload(vector));
    expect(verifyAsOrchestrator(body, publicKey)).toBe(true);
    expect(verifyAsGateway(body, publicKey)).toBe(true);
  });

  it.each(refused)('$name: refused with its path, to sign and to verify', (vector) => {
    const refusal = { code: 'unsafe_value', wireCode: 1000, path: REFUSED_VALUES[vector.name]?.path };
    const payload = readPayload(vector);
    expect(
      errorOf(() => createCanonicalMessage(vector.security_token, payload, vector.timestamp_unix)),
    ).toEqual(refusal);
    const envelope = {
      protocol: 'seal/v1',
      security_token: vector.security_token,
      signature: vector.signature_b64,
      payload,
      timestamp: vector.timestamp,
    };
    const now = () => Date.parse(vector.timestamp);
    expect(
      errorOf(() => verifySealEnvelope(envelope, fromBase64(vector.public_key_b64), 30, { now })),
    ).toEqual(refusal);
  });
});

/** Code and wire code of each negative vector. */
const NEGATIVES: Readonly<Record<string, readonly [string, number]>> = {
  neg_tampered_id: ['signature_invalid', 1001],
  neg_tampered_id_type: ['signature_invalid', 1001],
  neg_added_payload_member: ['signature_invalid', 1001],
  neg_removed_params: ['signature_invalid', 1001],
  neg_signature_of_other_key: ['signature_invalid', 1001],
  neg_public_key_31_bytes: ['signature_invalid', 1001],
  neg_expired_31s: ['stale', 1003],
  neg_expired_1h: ['stale', 1003],
  neg_future_31s: ['stale', 1003],
  neg_bad_base64_chars: ['signature_invalid', 1001],
  neg_signature_63_bytes: ['signature_invalid', 1001],
  neg_signature_65_bytes: ['signature_invalid', 1001],
  neg_signature_base64url: ['signature_invalid', 1001],
  neg_signature_base64_unpadded: ['signature_invalid', 1001],
  neg_protocol_seal_v2: ['malformed', 1000],
  neg_protocol_smcp_v1: ['malformed', 1000],
  neg_missing_protocol: ['malformed', 1000],
  neg_null_protocol: ['malformed', 1000],
  neg_missing_security_token: ['malformed', 1000],
  neg_null_security_token: ['malformed', 1000],
  neg_missing_signature: ['malformed', 1000],
  neg_null_payload: ['malformed', 1000],
  neg_missing_timestamp: ['malformed', 1000],
  neg_null_timestamp: ['malformed', 1000],
  neg_payload_string: ['malformed', 1000],
  neg_payload_array: ['malformed', 1000],
  neg_payload_without_jsonrpc: ['malformed', 1000],
  neg_payload_without_id: ['malformed', 1000],
  neg_payload_params_array: ['malformed', 1000],
  neg_payload_params_null: ['malformed', 1000],
  neg_timestamp_unix_string: ['malformed', 1000],
  neg_timestamp_garbage: ['malformed', 1000],
  neg_timestamp_empty: ['malformed', 1000],
  neg_timestamp_lowercase_tz: ['malformed', 1000],
  neg_timestamp_date_only: ['malformed', 1000],
  neg_timestamp_leap_second: ['malformed', 1000],
};

describe('negative and boundary vectors', () => {
  it.each(envelopes.filter(({ kind }) => kind === 'negative'))('$name is refused', (vector) => {
    const [code, wireCode] = NEGATIVES[vector.name] ?? [];
    expect(errorOf(() => verify(vector))).toMatchObject({ code, wireCode });
  });

  it.each(envelopes.filter(({ kind }) => kind === 'boundary_accept'))('$name', (vector) => {
    const difference = REFUSED_ENVELOPES[vector.name];
    if (difference === undefined) expect(verify(vector)).toMatchObject({ jsonrpc: '2.0', id: 'req-neg' });
    else expect(errorOf(() => verify(vector))).toMatchObject({ code: difference.code });
  });

  function verify(vector: EnvelopeVector): McpPayload {
    const now = () => vector.now_unix * 1000;
    return verifySealEnvelope(vector.envelope, fromBase64(vector.public_key_b64), vector.max_age_seconds, {
      now,
    });
  }
});

/**
 * Values only JavaScript has. The SDKs sign something for each, not always what they send; here each is refused
 * with its path, but for negative zero, which is signed and sent as zero.
 */
function JS_VALUES(): Readonly<Record<string, { params?: unknown; path?: string }>> {
  const call = (args: unknown) => ({ name: 't', arguments: args });
  return {
    js_undefined_first_key: { params: call({ a: undefined, b: 1 }), path: '/params/arguments/a' },
    js_undefined_last_key: { params: call({ a: 1, b: undefined }), path: '/params/arguments/b' },
    js_undefined_only_key: { params: call({ a: undefined }), path: '/params/arguments/a' },
    js_undefined_in_array: { params: call({ a: [1, undefined, 2] }), path: '/params/arguments/a/1' },
    js_function_value: { params: call({ a: 1, f: () => 0 }), path: '/params/arguments/f' },
    js_date_value: { params: call({ d: new Date(0) }), path: '/params/arguments/d' },
    js_toJSON_value: { params: call({ d: { toJSON: () => 'x' } }), path: '/params/arguments/d/toJSON' },
    js_nan_infinity: { params: call({ a: Number.NaN, b: Infinity }), path: '/params/arguments/a' },
    js_neg_zero: { params: call({ a: -0 }) },
    js_bigint: { params: call({ a: 10n }), path: '/params/arguments/a' },
    js_map_value: { params: call({ m: new Map([['a', 1]]) }), path: '/params/arguments/m' },
    js_uint8array: { params: call({ u: new Uint8Array([1, 2]) }), path: '/params/arguments/u' },
    js_buffer: { params: call({ u: Buffer.from([1, 2]) }), path: '/params/arguments/u' },
    js_undefined_params: { params: undefined, path: '/params' },
  };
}

describe('values only JavaScript has', () => {
  const cases = all.filter((vector): vector is JsOnlyVector => vector.kind === 'js_only_value');

  it.each(cases)('$name', ({ name, wire_payload }) => {
    const { params, path } = JS_VALUES()[name] ?? { path: 'no such case' };
    const payload = {
      jsonrpc: '2.0',
      id: 'req-1',
      method: path === '/params' ? 'tools/list' : 'tools/call',
      params,
    };
    // Plain JavaScript callers are not held back by the parameter's type.
    const sign = () =>
      Reflect.apply(createSealEnvelope, undefined, ['t.o.k', payload, Ed25519Key.generate()]);
    if (path === undefined) expect(sign().payload).toEqual(JSON.parse(wire_payload ?? ''));
    else expect(errorOf(sign)).toEqual({ code: 'unsafe_value', wireCode: 1000, path });
  });
});
