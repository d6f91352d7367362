/** Envelopes made here, checked by verifiers that share nothing with this project. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSealEnvelope, type McpPayload, serializeEnvelope } from '../../src/seal/envelope.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { verifySealEnvelope } from '../../src/seal/verify.js';
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

/** As the published Python SDKs build the signed bytes; it also signs one envelope of its own. */
const PYTHON = `
import base64, datetime, json, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

def message(envelope):
    stamp = datetime.datetime.fromisoformat(envelope["timestamp"].replace("Z", "+00:00"))
    body = {"payload": envelope["payload"], "security_token": envelope["security_token"], "timestamp": int(stamp.timestamp())}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")

given = json.load(sys.stdin)
public = Ed25519PublicKey.from_public_bytes(base64.b64decode(given["publicKey"]))
def verify(body):
    envelope = json.loads(body)
    try:
        public.verify(base64.b64decode(envelope["signature"]), message(envelope))
        return True
    except InvalidSignature:
        return False

private = Ed25519PrivateKey.generate()
own = {"protocol": "seal/v1", "security_token": "h.p.s", "timestamp": "2026-02-17T14:32:01.583Z", "payload": given["payload"]}
own["signature"] = base64.b64encode(private.sign(message(own))).decode()
print(json.dumps({
    "verdicts": [verify(body) for body in given["bodies"]],
    "envelope": own,
    "publicKey": base64.b64encode(private.public_key().public_bytes_raw()).decode(),
}))
`;

const python = spawnSync('python3', ['-c', 'from cryptography.hazmat.primitives.asymmetric import ed25519']);
if (python.status !== 0) {
  process.stderr.write('skipped: SEAL beside Python, no python3 with the package cryptography\n');
}

describe.skipIf(python.status !== 0)('Python and its package cryptography', () => {
  it('accept what is signed here, and sign what is accepted here', () => {
    const bodies = ARGUMENTS.map(sign);
    const changed = bodies.map((body) => body.replace('req-1', 'req-2'));
    const payload = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { z: 'caf\u00e9', a: ARGUMENTS } };
    const input = JSON.stringify({
      publicKey: key.getPublicKeyBase64(),
      bodies: [...bodies, ...changed],
      payload,
    });
    const { stdout, stderr } = spawnSync('python3', ['-c', PYTHON], { input, encoding: 'utf8' });
    expect(stderr).toBe('');
    const answer = JSON.parse(stdout);
    expect(answer.verdicts).toEqual([...ARGUMENTS.map(() => true), ...ARGUMENTS.map(() => false)]);
    const now = () => Date.parse('2026-02-17T14:32:01Z');
    expect(verifySealEnvelope(answer.envelope, fromBase64(answer.publicKey), 30, { now })).toEqual(payload);
  });
});
