import { describe, expect, it } from 'vitest';
import { verifySealEnvelope } from '../../src/seal/verify.js';
import { at, envelope, payload, publicKey, SECOND } from './_sample.js';
import { errorOf } from './_vectors.js';

describe('order of checks', () => {
  const broken = {
    protocol: 'smcp/v1',
    security_token: '',
    signature: '',
    payload: null,
    timestamp: '',
  };
  const sound = { ...envelope, signature: 'AAAA', payload: { ...payload, n: 1e-9 } };

  it.each([
    ['object', null, at(0), 'The envelope must be an object.'],
    ['object', [envelope], at(0), 'The envelope must be an object.'],
    ['protocol', broken, at(0), "Missing or invalid 'protocol' field. Expected 'seal/v1'."],
    ['token', { ...broken, protocol: 'seal/v1' }, at(0), "Missing or invalid 'security_token' field."],
    [
      'signature',
      { ...broken, protocol: 'seal/v1', security_token: 't' },
      at(0),
      "Missing or invalid 'signature' field.",
    ],
    ['payload', { ...sound, payload: null, timestamp: '' }, at(0), "Missing or invalid 'payload' field."],
    ['timestamp', { ...sound, timestamp: '' }, at(0), "Missing or invalid 'timestamp' field."],
    ['timestamp type', { ...sound, timestamp: SECOND }, at(0), "Missing or invalid 'timestamp' field."],
    ['timestamp form', { ...sound, timestamp: 'x' }, at(0), "Invalid 'timestamp' format. Expected ISO 8601."],
    ['window', sound, at(0), 'Envelope timestamp is outside the allowed ±30s window.'],
    ['canonical form', sound, at(SECOND), 'Cannot be signed: /payload/n is a fraction outside 1e-4 to 1e16.'],
    [
      'base64',
      { ...envelope, signature: 'AAAA' },
      at(SECOND),
      "Invalid base64 encoding for 'signature': 64 bytes are expected.",
    ],
    [
      'Ed25519',
      { ...envelope, security_token: 'other' },
      at(SECOND),
      'Ed25519 signature verification failed.',
    ],
  ])('%s', (_title, value, options, message) => {
    expect(() => verifySealEnvelope(value, publicKey, 30, options)).toThrow(message);
  });
});

describe('window', () => {
  it.each([
    [0, 30, 'no error'],
    [30, 30, 'no error'],
    [-30, 30, 'no error'],
    [30.999, 30, 'no error'],
    [31, 30, 'stale'],
    [-30.001, 30, 'stale'],
    [0.999, 0, 'no error'],
    [1, 0, 'stale'],
    [3600, Number.POSITIVE_INFINITY, 'no error'],
    [0, Number.NaN, 'stale'],
    [0, -1, 'stale'],
  ])('%d s after signing, with %d s allowed: %s', (age, maxAge, expected) => {
    const outcome = errorOf(() => verifySealEnvelope(envelope, publicKey, maxAge, at(SECOND + age)));
    expect(outcome === 'no error' ? outcome : outcome.code).toBe(expected);
  });

  it('returns the very payload it was given', () => {
    expect(verifySealEnvelope(envelope, publicKey, 30, at(SECOND))).toBe(envelope.payload);
  });
});

describe('timestamps', () => {
  const stamped = (timestamp: unknown) => ({ ...envelope, timestamp });
  const check = (timestamp: unknown) =>
    errorOf(() => verifySealEnvelope(stamped(timestamp), publicKey, 0, at(SECOND)));

  it.each([
    ['2026-02-17T14:32:01Z'],
    ['2026-02-17T14:32:01.9Z'],
    ['2026-02-17T14:32:01.123456789Z'],
    ['2026-02-17T16:02:01+01:30'],
    ['2026-02-16T23:32:01-15:00'],
    ['2026-02-17 14:32:01Z'],
  ])('%s is the signed second', (timestamp) => {
    expect(check(timestamp)).toBe('no error');
  });

  it.each([
    ['2026-02-17T14:32:01'],
    ['2026-02-17T14:32Z'],
    ['2026-02-30T14:32:01Z'],
    ['2026-13-17T14:32:01Z'],
    ['2026-02-17T24:00:00Z'],
    ['2026-02-17T14:60:01Z'],
    ['2026-02-17T14:32:01.Z'],
    ['2026-02-17T14:32:01+0100'],
    ['2026-02-17T14:32:01+24:00'],
    ['1969-12-31T23:59:59Z'],
    ['0026-02-17T14:32:01Z'],
    [' 2026-02-17T14:32:01Z'],
    ['2026-02-17T14:32:01Z\n'],
  ])('%j is none', (timestamp) => {
    expect(check(timestamp)).toMatchObject({ code: 'malformed', wireCode: 1000 });
  });

  it('takes whole seconds when they are asked for, and then nothing else', () => {
    const options = { ...at(SECOND), timestampFormat: 'unix' as const };
    const verify = (timestamp: unknown) =>
      errorOf(() => verifySealEnvelope(stamped(timestamp), publicKey, 0, options));
    expect(verify(SECOND)).toBe('no error');
    expect(verify(SECOND + 0.5)).toMatchObject({ code: 'malformed' });
    expect(verify(-1)).toMatchObject({ code: 'malformed' });
    expect(verify('2026-02-17T14:32:01Z')).toMatchObject({ code: 'malformed' });
  });
});

describe('base64', () => {
  const { signature } = envelope;
  it.each([
    ['no padding', signature.slice(0, -2)],
    ['a line break', `${signature.slice(0, 40)}\n${signature.slice(40)}`],
    ['a trailing space', `${signature} `],
    ['spare bits', signature.slice(0, 85) + nextLetter(signature.charAt(85)) + signature.slice(86)],
    ['63 bytes', Buffer.from(signature, 'base64').subarray(1).toString('base64')],
  ])('refuses %s', (_title, text) => {
    const refusal = errorOf(() =>
      verifySealEnvelope({ ...envelope, signature: text }, publicKey, 30, at(SECOND)),
    );
    expect(refusal).toMatchObject({ code: 'signature_invalid', wireCode: 1001 });
  });

  /** The next letter of the alphabet decodes to the same byte: only the two bits that are dropped differ. */
  function nextLetter(letter: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    return alphabet.charAt(alphabet.indexOf(letter) + 1);
  }
});
