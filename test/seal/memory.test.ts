/** Signing and verifying over and over keeps nothing. */
import { afterAll, expect, it } from 'vitest';
import { bundleScript, LineProcess, makeFolder } from './_process.js';

const folder = makeFolder();
let worker: LineProcess | undefined;
afterAll(() => {
  worker?.stop();
  folder.remove();
});

/** A hundred envelopes a second by its own clock, each remembered by the replay store until its window has passed. */
const WORKER = `
  import { Ed25519Key } from './src/seal/keys.ts';
  import { createSealEnvelope, serializeEnvelope } from './src/seal/envelope.ts';
  import { MemoryReplayStore } from './src/seal/replay.ts';
  import { verifySealEnvelope } from './src/seal/verify.ts';
  const key = Ed25519Key.generate();
  const publicKey = key.getPublicKeyBytes();
  let count = 0;
  const now = () => 1771338721000 + count * 10;
  const replay = new MemoryReplayStore(now);
  function work(rounds) {
    for (let n = 0; n < rounds; n++, count++) {
      const params = { name: 't', arguments: { count, text: 'x'.repeat(200) } };
      const payload = { jsonrpc: '2.0', id: 'id-' + count, method: 'tools/call', params };
      const body = serializeEnvelope(createSealEnvelope('t.o.k', payload, key, { now }));
      verifySealEnvelope(JSON.parse(body), publicKey, 2, { now, replay });
    }
  }
  function used() {
    globalThis.gc();
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  }
  work(500);
  const before = used();
  work(10_000);
  console.log(JSON.stringify({ count, growth: used() - before }));`;

it('10,000 envelopes signed and verified leave nothing behind', async () => {
  worker = new LineProcess(['--expose-gc', await bundleScript(folder.path, WORKER)]);
  const { count, growth } = JSON.parse(await worker.read());
  expect(count).toBe(10_500);
  // Less than 26 bytes an envelope: not even its signature could be kept.
  expect(growth).toBeLessThan(256 * 1024);
}, 60_000);
