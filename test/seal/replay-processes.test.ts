/** One envelope, two verifiers in processes of their own, one SQLite file. */
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createSealEnvelope } from '../../src/seal/envelope.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { bundleScript, LineProcess, makeFolder } from './_process.js';

const folder = makeFolder();
const verifiers: LineProcess[] = [];
afterAll(() => {
  for (const verifier of verifiers) verifier.stop();
  folder.remove();
});

const VERIFIER = `
  import { createInterface } from 'node:readline';
  import { SqliteReplayStore } from './src/seal/replay-sqlite.ts';
  import { verifySealEnvelope } from './src/seal/verify.ts';
  const replay = await SqliteReplayStore.open(process.argv[2]);
  console.log('ready');
  const outcome = ({ envelope, publicKey }) => {
    try {
      verifySealEnvelope(envelope, Buffer.from(publicKey, 'base64'), 30, { replay });
      return 'accepted';
    } catch (error) {
      return error.code;
    }
  };
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(JSON.parse(line).map(outcome)));
  }`;

it('of two processes that race for an envelope exactly one accepts it', async () => {
  const file = await bundleScript(folder.path, VERIFIER);
  // Both create the file, too.
  const store = join(folder.path, 'replay.db');
  for (let n = 0; n < 2; n++) verifiers.push(new LineProcess([file, store]));
  await Promise.all(verifiers.map(async (verifier) => expect(await verifier.read()).toBe('ready')));

  const key = Ed25519Key.generate();
  const publicKey = key.getPublicKeyBase64();
  const envelopes = Array.from({ length: 60 }, (_, id) => ({
    envelope: createSealEnvelope('t.o.k', { jsonrpc: '2.0', id, method: 'tools/list' }, key),
    publicKey,
  }));
  for (const verifier of verifiers) verifier.write(JSON.stringify(envelopes));
  const outcomes = await Promise.all(verifiers.map(async (verifier) => JSON.parse(await verifier.read())));
  const pairs = envelopes.map((_, index) => outcomes.map((all) => String(all[index])).sort());
  expect(new Set(pairs.map((pair) => pair.join(' ')))).toEqual(new Set(['accepted replayed']));
});
