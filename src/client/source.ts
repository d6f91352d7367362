/** Request bodies that are read piece by piece. */
import { Readable } from 'node:stream';
import type { ByteSource, WireBody } from './types.js';

export function isSource(data: WireBody['data'] | undefined): data is ByteSource {
  return typeof data === 'object' && 'open' in data;
}

/** What undici sends: text, bytes, or the source from its beginning. */
export function bodyOf(data: WireBody['data'] | undefined): string | Uint8Array | Readable | null {
  return isSource(data) ? Readable.from(data.open(), { objectMode: false }) : (data ?? null);
}
