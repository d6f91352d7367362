import { expect, it } from 'vitest';
import type { LiveSession } from '../../src/seal/attestation.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { SharedSession } from '../../src/seal/shared-session.js';
import { refusal } from './_session.js';

function makeLive(): LiveSession {
  const key = Ed25519Key.generate();
  return {
    attestation: { security_token: 'token', expires_at: '2999-01-01T00:00:00Z' },
    key,
    publicKey: key.getPublicKeyBase64(),
    renewAt: Number.MAX_SAFE_INTEGER,
  };
}

it('a key that was attested for nobody any more is zeroed', async () => {
  const live = makeLive();
  const shared = new SharedSession(async () => live, Date.now);
  const waiting = refusal(shared.attest(undefined));
  shared.dispose();
  expect(await waiting).toMatchObject({ code: 'not_attested' });
  expect(() => live.key.sign(new Uint8Array())).toThrow('Private key has been erased');
});

it('a session disposed of just after its attestation signs nothing, and that is what the caller is told', async () => {
  const live = makeLive();
  const attestation = Promise.resolve(live);
  const shared = new SharedSession(() => attestation, Date.now);
  const signing = refusal(shared.use((session) => session.key.signBase64(new Uint8Array()), undefined));
  // Runs between the turn that takes the session in and the turn of the caller who waits for it.
  void attestation.then(() => shared.dispose());
  expect(await signing).toMatchObject({ code: 'not_attested', mayHaveRun: false });
});
