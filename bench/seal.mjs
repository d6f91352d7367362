// Signing and verifying an envelope with the library, beside node:crypto alone on the same bytes.
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { median, percentile } from './stdio.mjs';

const library = join(import.meta.dirname, '..', 'dist', 'seal', 'index.mjs');
const PAYLOAD = {
  jsonrpc: '2.0',
  id: '7d3f7c1e-9a53-4c43-8f0e-2b8a5f0f7b11',
  method: 'tools/call',
  params: {
    name: 'aegis.agent.create',
    arguments: { manifest_yaml: 'line: text\n'.repeat(80), force: true },
  },
};
const TOKEN = 'x'.repeat(900);
const WARM_UP = 200;

/** Times two functions in turns. */
function compare(title, rounds, bound, ours, floor) {
  const times = { ours: [], floor: [] };
  const time = (work, into) => {
    const started = performance.now();
    work();
    into.push(performance.now() - started);
  };
  for (let round = 0; round < rounds + WARM_UP; round += 1) {
    time(floor, round < WARM_UP ? [] : times.floor);
    time(ours, round < WARM_UP ? [] : times.ours);
  }
  const [a, b] = [median(times.ours), median(times.floor)];
  const p99 = percentile(times.ours, 0.99);
  return { title, ours: a, floor: b, p99, value: a - b, unit: 'ms above node:crypto', bound };
}

export async function measureSeal(rounds) {
  const { createCanonicalMessage, createSealEnvelope, Ed25519Key, verifySealEnvelope } = await import(
    pathToFileURL(library).href
  );
  const key = Ed25519Key.generate();
  const publicKeyBytes = key.getPublicKeyBytes();
  const envelope = createSealEnvelope(TOKEN, PAYLOAD, key);
  const bytes = createCanonicalMessage(TOKEN, PAYLOAD, Math.floor(Date.parse(envelope.timestamp) / 1000));
  const signature = Buffer.from(envelope.signature, 'base64');
  const x = Buffer.from(publicKeyBytes).toString('base64url');
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
  const { privateKey } = generateKeyPairSync('ed25519');
  return [
    compare(
      'sign an envelope',
      rounds,
      1.5,
      () => createSealEnvelope(TOKEN, PAYLOAD, key),
      () => sign(null, bytes, privateKey),
    ),
    compare(
      'verify an envelope',
      rounds,
      0.5,
      () => verifySealEnvelope(envelope, publicKeyBytes, 3600),
      () => verify(null, bytes, publicKey, signature),
    ),
  ];
}
