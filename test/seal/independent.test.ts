/** Envelopes made here, checked by a verifier that shares nothing with this project. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSealEnvelope, type McpPayload, serializeEnvelope } from '../../src/seal/envelope.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { verifyAsGateway, verifyAsOrchestrator } from './_independent.js';
import { fromBase64, type PositiveVector, vectors } from './_vectors.js';

const key = Ed25519Key.generate();
const ARGUMENTS: readonly Record<string, unknown>[] = [
  {},
  { path: '/workspace/a.txt' },
  { z: 1, a: { y: [3, 1, 2], b: null }, 10: 'ten', 9: 'nine', B: true },
  { text: 'caf\u00e9 \u4f60\u597d \u{1f600} \u2028 \u007f </script>', '\u{1f600}': 1, '\uffee': 2 },
  { text: '"\\\b\t\n\f\r\u0000\u001f/' },
  { n: [0, -1, 9007199254740991, -9007199254740991, 0.5, -1.25, 0.0001, 123456789.012345] },
];

function sign(args: Record<string, unknown>): string {
  const params = { name: 'fs.read', arguments: args };
  const payload: McpPayload = { jsonrpc: '2.0', id: 'req-1', method: 'tools/call', params };
  return serializeEnvelope(createSealEnvelope('h.p.s', payload, key));
}

describe('a verifier of node:crypto alone', () => {
  it('imports nothing of this project', () => {
    const source = readFileSync(join(import.meta.dirname, '_independent.ts'), 'utf8');
    expect(source.match(/\bfrom '[^']+'|\bimport\(|\brequire\(/g)).toEqual(["from 'node:crypto'"]);
  });

  it.each(ARGUMENTS)('accepts what is signed here: %j', (args) => {
    const body = sign(args);
    expect(verifyAsOrchestrator(body, key.getPublicKeyBytes())).toBe(true);
    expect(verifyAsGateway(body, key.getPublicKeyBytes())).toBe(true);
  });

  it('accepts what the published SDKs signed, and refuses it changed', () => {
    const simple = vectors.find((vector): vector is PositiveVector => vector.name === 'simple_call');
    const body = simple?.gateway_wire_body ?? '';
    const publicKey = fromBase64(simple?.public_key_b64 ?? '');
    const changed = body.replace('req-1', 'req-2');
    const verdicts = [verifyAsOrchestrator, verifyAsGateway].flatMap((verify) => [
      verify(body, publicKey),
      verify(changed, publicKey),
    ]);
    expect(verdicts).toEqual([true, false, true, false]);
  });
});
