/** Pages, scripts and styles of the gateway's own web pages: text as text, anything else as bytes. */
import { z } from 'zod';
import { AegisError } from '../../errors.js';
import type { Call, Ran } from '../define.js';
import { decodeText, mimeOf } from './file-text.js';

export const page = () =>
  z.looseObject({
    mime_type: z.string(),
    size: z.int(),
    text: z.string().optional(),
    truncated: z.boolean().optional(),
  });

/** Largest file returned as bytes; pictures of the pages are far smaller. */
const MAX_BINARY = 1024 * 1024;

/** What is behind the row's route, as the gateway serves it to a browser. */
export async function readPage<A>(call: Call<A>): Promise<Ran<z.input<ReturnType<typeof page>>>> {
  const { bytes, type } = await call.download();
  const mime_type = mimeOf(type);
  const value = { mime_type, size: bytes.length };
  const text = decodeText(bytes);
  if (text !== undefined) return { value: { ...value, ...text } };
  if (bytes.length <= MAX_BINARY)
    return { value, blob: { uri: 'aegis://gateway/page', mimeType: mime_type, bytes } };
  throw new AegisError('too_large', `The file has ${bytes.length} bytes; a result carries ${MAX_BINARY}.`, {
    next: 'Open it in a browser at the address of the gateway.',
  });
}
