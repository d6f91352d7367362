/** Envelopes and statements about REST calls, verified at any later time. */
import { describe, expect, it } from 'vitest';
import { createSealEnvelope } from '../../src/seal/envelope.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { signRestStatement } from '../../src/seal/receipt.js';
import { verifySigned } from '../../src/seal/signed.js';

const NOW = Date.parse('2026-02-17T14:32:01.750Z');
const SECONDS = 1_771_338_721;
const key = Ed25519Key.generate();
const publicKey = key.getPublicKeyBytes();
const payload = { jsonrpc: '2.0', id: '1', method: 'tools/call', params: { name: 't', arguments: {} } };
const envelope = createSealEnvelope('t.o.k', payload, key, { now: () => NOW });
const request = { method: 'DELETE', path: '/v1/agents/1' };
const statement = signRestStatement('r', 'delete_agent', request, key, NOW);

describe('a valid signature', () => {
  it('of an envelope is told with what it covers, years later', () => {
    expect(verifySigned(envelope, publicKey)).toEqual({ protocol: 'seal/v1', payload, timestamp: SECONDS });
  });

  it('of an envelope for the gateway is one for its whole seconds', () => {
    const unix = createSealEnvelope('t.o.k', payload, key, { now: () => NOW, timestampFormat: 'unix' });
    expect(verifySigned(unix, publicKey)).toEqual({ protocol: 'seal/v1', payload, timestamp: SECONDS });
  });

  it('of a statement about a REST call is told with what it covers', () => {
    expect(verifySigned(statement, publicKey)).toEqual({
      protocol: 'aegis-receipt/v1',
      payload: {
        id: 'r',
        tool: 'delete_agent',
        method: 'DELETE',
        path: '/v1/agents/1',
        body_sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      },
      timestamp: SECONDS,
    });
  });
});

describe('refused', () => {
  const other = Ed25519Key.generate().getPublicKeyBytes();
  it.each<[string, unknown, Uint8Array, string]>([
    ['an envelope under another key', envelope, other, 'signature_invalid'],
    ['a statement under another key', statement, other, 'signature_invalid'],
    ['a changed payload', { ...envelope, payload: { ...payload, id: '2' } }, publicKey, 'signature_invalid'],
    [
      'a changed path',
      { ...statement, payload: { ...statement.payload, path: '/' } },
      publicKey,
      'signature_invalid',
    ],
    ['a statement with a token', { ...statement, security_token: 't.o.k' }, publicKey, 'malformed'],
    ['a statement called an envelope', { ...statement, protocol: 'seal/v1' }, publicKey, 'malformed'],
    ['an envelope called a statement', { ...envelope, protocol: 'aegis-receipt/v1' }, publicKey, 'malformed'],
    ['a statement without a time', { ...statement, timestamp: 'today' }, publicKey, 'signature_invalid'],
    ['no object', 'x', publicKey, 'malformed'],
    ['another protocol', { ...envelope, protocol: 'seal/v2' }, publicKey, 'malformed'],
  ])('%s', (_what, value, by, code) => {
    expect(() => verifySigned(value, by)).toThrow(expect.objectContaining({ code }));
  });
});
