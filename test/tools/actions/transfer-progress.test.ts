import { expect, test } from 'vitest';
import { withProgress } from '../../../src/tools/actions/transfer-progress.js';
import type { ProgressUpdate } from '../../../src/tools/context.js';

const MIB = 1024 * 1024;

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield new Uint8Array(MIB);
}

async function transfer(total: number | undefined): Promise<ProgressUpdate[]> {
  const updates: ProgressUpdate[] = [];
  const told = withProgress(pieces(20), { what: 'a.bin', total }, (update) => updates.push(update));
  let size = 0;
  for await (const piece of told) size += piece.byteLength;
  expect(size).toBe(20 * MIB);
  return updates;
}

test('a transfer tells after every 8 MiB how far it is', async () => {
  expect(await transfer(20 * MIB)).toEqual([
    { progress: 8_388_608, total: 20_971_520, message: 'a.bin: 8388608 bytes' },
    { progress: 16_777_216, total: 20_971_520, message: 'a.bin: 16777216 bytes' },
  ]);
});

test('a transfer of unknown length names no total', async () => {
  const [first] = await transfer(undefined);
  expect(first).toEqual({ progress: 8_388_608, message: 'a.bin: 8388608 bytes' });
});
