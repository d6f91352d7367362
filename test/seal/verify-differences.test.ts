/** Which code each published verifier gives for a failure, row by row, and which is given here. */
import { describe, expect, it } from 'vitest';
import { createSealEnvelope } from '../../src/seal/envelope.js';
import { SealError } from '../../src/seal/errors.js';
import { verifySealEnvelope } from '../../src/seal/verify.js';
import { at, envelope, key, payload, SECOND } from './_sample.js';

/** The refusal of an envelope `age` seconds after signing, or its payload. */
function attempt(given: unknown, publicKey = key.getPublicKeyBytes(), age = 0): unknown {
  try {
    return verifySealEnvelope(given, publicKey, 30, at(SECOND + age));
  } catch (error) {
    return error instanceof SealError ? [error.code, error.wireCode, error.message] : error;
  }
}
const changed = (changes: object) => attempt({ ...envelope, ...changes });
const mismatch = ['signature_invalid', 1001, 'Ed25519 signature verification failed.'];
const base64 = ['signature_invalid', 1001, "Invalid base64 encoding for 'signature': 64 bytes are expected."];
const missing = (field: string) => ['malformed', 1000, `Missing or invalid '${field}' field.`];

describe('codes', () => {
  it('what is no object is 1000, as in the first TypeScript SDK, where Python has no code at all', () => {
    for (const given of [null, [envelope], 'text', 7, undefined]) {
      expect(attempt(given)).toEqual(['malformed', 1000, 'The envelope must be an object.']);
    }
  });

  it('a wrong protocol is 1000, as in all but the second Python SDK, which says 1005', () => {
    const message = "Missing or invalid 'protocol' field. Expected 'seal/v1'.";
    expect(changed({ protocol: 'smcp/v1' })).toEqual(['malformed', 1000, message]);
  });

  it('a missing or mistyped token, signature, payload or timestamp is 1000, as everywhere', () => {
    expect(changed({ security_token: '' })).toEqual(missing('security_token'));
    expect(changed({ signature: 7 })).toEqual(missing('signature'));
    expect(changed({ payload: 'text' })).toEqual(missing('payload'));
    expect(changed({ timestamp: null })).toEqual(missing('timestamp'));
  });

  it('a timestamp that cannot be read is 1000, as everywhere', () => {
    const message = "Invalid 'timestamp' format. Expected ISO 8601.";
    expect(changed({ timestamp: 'yesterday' })).toEqual(['malformed', 1000, message]);
  });

  it('an integer timestamp is 1000, as in all but the first Python SDK, which has no code', () => {
    expect(changed({ timestamp: SECOND })).toEqual(missing('timestamp'));
  });

  it('outside the window is 1003, as in all but the second Python SDK, which says 1004', () => {
    const message = 'Envelope timestamp is outside the allowed ±30s window.';
    expect(attempt(envelope, undefined, 31)).toEqual(['stale', 1003, message]);
  });

  it('bad base64 is 1001, as in the first TypeScript SDK and at the gateway, where Python says 1000', () => {
    expect(changed({ signature: 'not base64!' })).toEqual(base64);
  });

  it('a signature of the wrong length or of another message is 1001, as in all SDKs', () => {
    expect(changed({ signature: Buffer.alloc(63).toString('base64') })).toEqual(base64);
    expect(changed({ security_token: 'other' })).toEqual(mismatch);
  });

  it('a public key of the wrong length is 1001, as in the first TypeScript SDK, where Python says 3000', () => {
    expect(attempt(envelope, new Uint8Array(31))).toEqual(mismatch);
  });

  it('every refusal is an Error named SEALError with a code, which the second TypeScript SDK lacks', () => {
    const refuse = () => verifySealEnvelope({}, key.getPublicKeyBytes());
    expect(refuse).toThrow(Error);
    expect(refuse).toThrow(expect.objectContaining({ name: 'SEALError', code: 'malformed', wireCode: 1000 }));
  });
});

describe('rules that all share', () => {
  it('freshness is reported before a bad signature', () => {
    const stale = attempt({ ...envelope, signature: 'AAAA' }, undefined, 31);
    expect(stale).toEqual(expect.arrayContaining(['stale', 1003]));
  });

  it('the window is the same for the past and the future, and its last second passes', () => {
    const outcomes = [-31, -30, 30, 31].map((age) => attempt(envelope, undefined, age) === envelope.payload);
    expect(outcomes).toEqual([false, true, true, false]);
  });

  it('the payload given is the payload returned', () => {
    expect(attempt(envelope)).toBe(envelope.payload);
  });

  it('the token is opaque: one that expired long ago does not matter', () => {
    const expired = `e30.${Buffer.from('{"exp":1}').toString('base64url')}.c2ln`;
    const signed = createSealEnvelope(expired, payload, key, at(SECOND));
    expect(attempt(signed)).toBe(signed.payload);
  });
});
