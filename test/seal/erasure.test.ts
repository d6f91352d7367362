/** Which private keys a session leaves in memory. */
import { beforeEach, expect, it, vi } from 'vitest';
import { attested } from './_server.js';
import { refusal, useServer } from './_session.js';

/** The array behind each key, by reference, in the order of their generation. */
const seeds: Uint8Array[] = [];
vi.mock('@noble/ed25519', async (importOriginal) => {
  const noble = await importOriginal<typeof import('@noble/ed25519')>();
  const getPublicKey = (seed: Uint8Array) => {
    seeds.push(seed);
    return noble.getPublicKey(seed);
  };
  return { ...noble, getPublicKey };
});

const fixture = useServer();
const alive = () => seeds.map((seed) => seed.some((byte) => byte !== 0));

beforeEach(() => {
  seeds.length = 0;
});

it('a renewed session keeps the new key only', async () => {
  const session = fixture.open();
  await session.attest();
  expect(alive()).toEqual([true]);
  await session.attest();
  expect(alive()).toEqual([false, true]);
});

it('a refused attestation leaves no key', async () => {
  fixture.server.onAttest(() => ({ status: 401, json: { error: 'unauthorized' } }));
  await refusal(fixture.open().attest());
  expect(alive()).toEqual([false]);
});

it('a failed renewal leaves the session as it was', async () => {
  const session = fixture.open();
  await session.attest();
  fixture.server.onAttest(() => ({ status: 503 }));
  await refusal(session.attest());
  expect(alive()).toEqual([true, false]);
  expect(await session.invoke('t', {})).toEqual({ done: true });
});

it('the key of a dead session is zeroed', async () => {
  fixture.server.onInvoke((_, count) =>
    count === 1 ? { status: 400, json: { error: 'Session has expired' } } : { json: 1 },
  );
  await fixture.open().invoke('t', {});
  expect(alive()).toEqual([false, true]);
});

it('dispose() zeroes the key, also that of an attestation in flight', async () => {
  const session = fixture.open();
  await session.attest();
  session.dispose();
  expect(alive()).toEqual([false]);
  fixture.server.onAttest(() => {
    session.dispose();
    return attested('token');
  });
  await refusal(session.attest());
  expect(alive()).toEqual([false, false]);
});
