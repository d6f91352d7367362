/** Where the published implementations read an envelope differently, row by row, and what is done here. */
import { describe, expect, it } from 'vitest';
import { createSealEnvelope } from '../../src/seal/envelope.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { verifySealEnvelope } from '../../src/seal/verify.js';
import { errorOf } from './_vectors.js';

const NOW = Date.parse('2026-02-17T14:32:01.583Z');
const key = Ed25519Key.fromSeed(new Uint8Array(32).fill(7));
const params = { name: 't', arguments: {} };
const payload = { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
const envelope = createSealEnvelope('t.o.k', payload, key, { now: () => NOW });
const verify = (changes: object, timestampFormat: 'rfc3339' | 'unix' = 'rfc3339') => {
  const options = { now: () => NOW, timestampFormat };
  const outcome = errorOf(() =>
    verifySealEnvelope({ ...envelope, ...changes }, key.getPublicKeyBytes(), 30, options),
  );
  return outcome === 'no error' ? outcome : outcome.code;
};

describe('members', () => {
  it('unknown members are ignored, as everywhere', () => {
    expect(verify({ container_id: 'c', more: [1] })).toBe('no error');
  });

  it('the protocol is seal/v1 and nothing else, as everywhere; Zaru still writes smcp/v1', () => {
    expect(envelope.protocol).toBe('seal/v1');
    expect(['smcp/v1', 'seal/v2', 'SEAL/V1', null].map((protocol) => verify({ protocol }))).toEqual([
      'malformed',
      'malformed',
      'malformed',
      'malformed',
    ]);
  });
});

describe('signature', () => {
  it('is written in standard base64 with padding, 88 characters', () => {
    expect(envelope.signature).toMatch(/^[A-Za-z0-9+/]{86}==$/);
  });

  it.each([
    ['base64url', (text: string) => text.replaceAll('+', '-').replaceAll('/', '_')],
    ['no padding', (text: string) => text.replace('==', '')],
    ['white space', (text: string) => `${text.slice(0, 44)}\n${text.slice(44)}`],
  ])('%s is refused, as in Rust, though TypeScript takes it', (_title, respell) => {
    expect(respell(envelope.signature)).not.toBe(envelope.signature);
    expect(verify({ signature: respell(envelope.signature) })).toBe('signature_invalid');
  });

  it('foreign characters are refused, as in Rust, though Python skips them', () => {
    expect(verify({ signature: `!${envelope.signature}` })).toBe('signature_invalid');
  });
});

describe('timestamp', () => {
  it('is written with milliseconds and Z for the orchestrator, as the SDKs do, and in whole seconds for the gateway', () => {
    expect(envelope.timestamp).toBe('2026-02-17T14:32:01.583Z');
    const unix = createSealEnvelope('t', payload, key, { now: () => NOW, timestampFormat: 'unix' });
    expect(unix.timestamp).toBe(1_771_338_721);
  });

  it('a number is refused where the orchestrator refuses it, and text where the gateway does', () => {
    expect(verify({ timestamp: 1_771_338_721 })).toBe('malformed');
    expect(verify({ timestamp: 1_771_338_721 }, 'unix')).toBe('no error');
    expect(verify({}, 'unix')).toBe('malformed');
  });

  it('without an offset it is refused, as by the orchestrator; TypeScript and Python read it in local time', () => {
    expect(verify({ timestamp: '2026-02-17T14:32:01.583' })).toBe('malformed');
  });

  it('with a small z or t it is refused, as in Python, though the orchestrator takes it', () => {
    expect(verify({ timestamp: '2026-02-17T14:32:01z' })).toBe('malformed');
    expect(verify({ timestamp: '2026-02-17t14:32:01Z' })).toBe('malformed');
  });

  it('with a space for the T, any offset and any number of fraction digits it is read, as by the orchestrator', () => {
    expect(verify({ timestamp: '2026-02-17 15:32:01.123456789+01:00' })).toBe('no error');
  });
});

describe('payload', () => {
  it.each([
    ['jsonrpc that is no text', { ...payload, jsonrpc: 2 }],
    ['an id of null', { ...payload, id: null }],
    ['a method that is no text', { ...payload, method: 7 }],
    ['params that are a list', { ...payload, params: [] }],
    ['params of null', { ...payload, params: null }],
  ])(
    '%s is malformed, as in TypeScript, though Python checks only that there is a payload',
    (_title, bad) => {
      expect(verify({ payload: bad })).toBe('malformed');
    },
  );

  it('a call for the gateway has both name and arguments, empty ones too', () => {
    expect(envelope.payload.params).toEqual({ name: 't', arguments: {} });
  });
});
