/** Signing, verifying and attesting over and over keeps nothing. */
import { expect, it, onTestFinished } from 'vitest';
import { bundleScript, LineProcess, makeFolder } from './_process.js';

/** What a script writes as one line of JSON, run in a process of its own. */
async function run(script: string): Promise<{ readonly count: number; readonly growth: number }> {
  const folder = makeFolder();
  onTestFinished(folder.remove);
  const worker = new LineProcess(['--expose-gc', await bundleScript(folder.path, script)]);
  onTestFinished(() => worker.stop());
  return JSON.parse(await worker.read());
}

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
  work(1_000);
  const before = used();
  work(10_000);
  console.log(JSON.stringify({ count, growth: used() - before }));`;

it('10,000 envelopes signed and verified leave nothing behind', async () => {
  const { count, growth } = await run(WORKER);
  expect(count).toBe(11_000);
  // Less than 64 bytes an envelope: not even its signature could be kept. Compiled code grows by some of that.
  expect(growth).toBeLessThan(640_000);
}, 60_000);

/** Attestations of sessions that live as long as the program: nothing of one may hang on to the next. */
const ATTESTING = `
  import { SealSession } from './src/seal/session.ts';
  const text = JSON.stringify({ security_token: 't.o.k', expires_at: '2999-01-01T00:00:00Z' });
  let count = 0;
  const send = async () => {
    count += 1;
    return { status: 200, headers: {}, text };
  };
  const session = new SealSession({ url: 'http://127.0.0.1', securityContext: 'zaru-pro', send });
  async function work(rounds) {
    for (let n = 0; n < rounds; n++) await session.attest();
    // What waits for a turn of its own gets one.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  function used() {
    globalThis.gc();
    globalThis.gc();
    return process.memoryUsage().heapUsed;
  }
  await work(200);
  const before = used();
  await work(2_000);
  console.log(JSON.stringify({ count, growth: used() - before }));`;

it('2,000 attestations leave nothing behind', async () => {
  const { count, growth } = await run(ATTESTING);
  expect(count).toBe(2_200);
  expect(growth).toBeLessThan(256 * 1024);
}, 60_000);
