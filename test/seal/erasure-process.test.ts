/** What erase() leaves of a private key anywhere in the memory of a process, the collector's stale copies included. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { bundleScript, LineProcess, makeFolder } from './_process.js';

/** By formula, so that the script's own text holds no copy. */
const SEED = Buffer.from(Array.from({ length: 32 }, (_, index) => (index * 73 + 41) & 255));
const HOLDER = `
  import { createInterface } from 'node:readline';
  import { Ed25519Key } from './src/seal/keys.ts';
  const seed = new Uint8Array(new ArrayBuffer(32));
  for (let index = 0; index < 32; index++) seed[index] = (index * 73 + 41) & 255;
  const key = Ed25519Key.fromSeed(seed);
  seed.fill(0);
  for (let n = 0; n < 20; n++) key.sign(new Uint8Array(200));
  // A small array on V8's heap would be moved now, and its old place left as it was.
  globalThis.gc({ type: 'minor' });
  console.log(process.pid);
  for await (const line of createInterface({ input: process.stdin })) {
    key.erase();
    console.log('erased');
  }`;

const CHUNK = 1 << 20;

/** Copies of the seed in the writable memory of a process of ours. */
function countCopies(pid: string): number {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const ranges = readFileSync(`/proc/${pid}/maps`, 'utf8').matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm);
  let copies = 0;
  for (const [, from = '', to = ''] of ranges) {
    copies += countIn(memory, Number.parseInt(from, 16), Number.parseInt(to, 16));
  }
  closeSync(memory);
  return copies;
}

function countIn(memory: number, from: number, to: number): number {
  const buffer = Buffer.alloc(CHUNK + SEED.length - 1);
  let copies = 0;
  for (let address = from; address < to; address += CHUNK) {
    const length = readWhatIsThere(memory, buffer, address, to);
    const chunk = buffer.subarray(0, length);
    for (let at = chunk.indexOf(SEED); at >= 0; at = chunk.indexOf(SEED, at + 1)) copies += 1;
  }
  return copies;
}

/** A few ranges belong to the kernel and cannot be read. */
function readWhatIsThere(memory: number, buffer: Buffer, address: number, to: number): number {
  try {
    return readSync(memory, buffer, 0, Math.min(buffer.length, to - address), address);
  } catch {
    return 0;
  }
}

/** Why the memory of a process cannot be looked into; undefined where it can. */
function whyBlind(pid: string): string | undefined {
  if (process.platform !== 'linux') return 'only Linux shows the memory of a process as a file';
  try {
    closeSync(openSync(`/proc/${pid}/mem`, 'r'));
    return undefined;
  } catch (error) {
    return String(error);
  }
}

const folder = makeFolder();
let holder: LineProcess | undefined;
afterAll(() => {
  holder?.stop();
  folder.remove();
});

it('a private key is in memory once while it lives, and not at all after erase()', async ({ skip }) => {
  holder = new LineProcess(['--expose-gc', await bundleScript(folder.path, HOLDER)]);
  const pid = await holder.read();
  const reason = whyBlind(pid);
  if (reason !== undefined) {
    process.stderr.write(`skipped: copies of a key in memory, ${reason}\n`);
    skip(reason);
  }
  expect(countCopies(pid)).toBe(1);
  holder.write('erase');
  expect(await holder.read()).toBe('erased');
  expect(countCopies(pid)).toBe(0);
});
