/** Envelopes made here and verified in Python, and the other way round, by the functions of docs/seal.md. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { Ed25519Key } from '../../src/seal/keys.js';
import { verifySealEnvelope } from '../../src/seal/verify.js';
import { ARGUMENTS, jobs, judge, payloadOf } from '../docs/_seal-envelopes.js';
import { block } from '../docs/_seal-page.js';

const hasPython =
  spawnSync('python3', ['-c', 'import cryptography, sys; assert sys.version_info >= (3, 11)']).status === 0;
if (!hasPython)
  process.stderr.write('Skipped: Python needs python3 >= 3.11 with the package cryptography.\n');

/** Reads jobs from standard input; prints whether each envelope is accepted. */
const VERIFY = `
import sys
for line in sys.stdin.buffer.read().decode().split("\\n"):
    job = json.loads(line)
    try:
        verify_envelope(job["text"], base64.b64decode(job["key"]), now=job["now"])
        print("true")
    except Exception:
        print("false")
`;

/** Reads payloads from standard input; prints an envelope of each in both forms. */
const SIGN = `
import sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
key = Ed25519PrivateKey.from_private_bytes(bytes([7] * 32))
for line in sys.stdin.buffer.read().decode().split("\\n"):
    for unix in (False, True):
        sys.stdout.buffer.write(sign_envelope("a.tökén.b", json.loads(line), key, now=1772357400.25, unix=unix) + b"\\n")
`;

describe.skipIf(!hasPython)('Python', () => {
  const program = block('python verify');

  it('accepts what is signed here, of every kind, and nothing that was changed', () => {
    const input = jobs.map((job) => JSON.stringify(job)).join('\n');
    expect(judge('python3', ['-c', program + VERIFY], { input })).toEqual([]);
  });

  it('signs what verifies here', () => {
    const payloads = Object.values(ARGUMENTS).map((args, index) => payloadOf(index, args));
    const input = payloads.map((payload) => JSON.stringify(payload)).join('\n');
    const { stdout, stderr } = spawnSync('python3', ['-c', program + SIGN], { input, encoding: 'utf8' });
    expect(stderr).toBe('');
    const publicKey = Ed25519Key.fromSeed(new Uint8Array(32).fill(7)).getPublicKeyBytes();
    const verified = stdout
      .trim()
      .split('\n')
      .map((text) => {
        const envelope = JSON.parse(text);
        const timestampFormat = typeof envelope.timestamp === 'number' ? 'unix' : 'rfc3339';
        return verifySealEnvelope(envelope, publicKey, 30, { now: () => 1_772_357_400_000, timestampFormat });
      });
    expect(verified).toEqual(payloads.flatMap((payload) => [payload, payload]));
  });
});
