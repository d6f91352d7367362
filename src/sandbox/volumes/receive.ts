/** Takes a file in, piece by piece, beside the volumes; it is put into one only when it is whole. */
import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { refuse } from '../replies.js';
import { HEAD_BYTES, sniff } from './media-types.js';

/** A file that arrived; `sha256` in lower-case hex. */
export interface Received {
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
  readonly type: string;
}

/**
 * Writes the bytes to a new file and to the disk (fsync). More than `cap` bytes are 413 `{error}`; then, and when
 * the sender breaks off, nothing is left behind.
 */
export async function receive(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  cap: bigint,
): Promise<Received> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'wx');
  try {
    const written = await write(bytes, cap, (chunk) => handle.writeFile(chunk));
    await handle.sync();
    await handle.close();
    return { file, ...written };
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(file, { force: true });
    throw error;
  }
}

async function write(
  bytes: AsyncIterable<Uint8Array>,
  cap: bigint,
  put: (chunk: Uint8Array) => Promise<void>,
): Promise<Omit<Received, 'file'>> {
  const summary = new Summary();
  for await (const chunk of bytes) {
    summary.add(chunk);
    if (BigInt(summary.size) > cap) refuseLarge(cap);
    await put(chunk);
  }
  return summary.result();
}

/** 413 `{error}` of an upload over the tier's cap. */
export function refuseLarge(cap: bigint): never {
  return refuse(413, `upload exceeds tier cap of ${cap} bytes`);
}

/** Size, hash and media type of bytes that pass by. */
export class Summary {
  size = 0;
  readonly #hash = createHash('sha256');
  #head = Buffer.alloc(0);

  add(chunk: Uint8Array): void {
    this.size += chunk.length;
    this.#hash.update(chunk);
    if (this.#head.length < HEAD_BYTES) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES - this.#head.length)]);
    }
  }

  /** Ends the summary. */
  result(): Omit<Received, 'file'> {
    return { size: this.size, sha256: this.#hash.digest('hex'), type: sniff(this.#head) };
  }
}
