/** Files of executions and volumes: into the result, into a local file, or as a link. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { AegisError } from '../../errors.js';
import type { Call, Download, Ran } from '../define.js';
import { flag } from '../shapes.js';
import { decodeText, mimeOf } from './file-text.js';
import { type FileAddress, fileUri } from './file-uri.js';
import { withProgress } from './transfer-progress.js';

/** Largest file returned as bytes, and read through a link: base64 makes it a third larger, and clients bound a message. */
const MAX_BINARY = 4 * 1024 * 1024;

/** Arguments of every tool that fetches a file. */
export const fileArguments = () => ({
  as: z
    .enum(['auto', 'text', 'base64', 'link'])
    .describe(
      'How the content comes: auto (default) as text if it is UTF-8, else as embedded bytes (base64); text; base64; link names a resource to open instead of the content. Text is cut at 256 KiB; bytes and links are of at most 4 MiB.',
    )
    .optional(),
  save_to: z
    .string()
    .min(1)
    .describe(
      'Save to this file of the machine the MCP server runs on, of any size, instead of returning the content; below --file-roots, relative to the first.',
    )
    .optional(),
  overwrite: flag('With save_to: replace a file that is there. Default false.'),
});

interface FileArguments {
  readonly as?: 'auto' | 'text' | 'base64' | 'link' | undefined;
  readonly save_to?: string | undefined;
  readonly overwrite?: boolean | undefined;
}

/** What the result tells of a file besides its id and path. */
export const fileFacts = () => ({
  mime_type: z.string(),
  size: z.int().optional(),
  sha256: z.string().optional(),
  text: z.string().optional(),
  truncated: z.boolean().optional(),
  uri: z.string().optional(),
  saved_to: z.string().optional(),
});

type FileFacts = z.input<z.ZodObject<ReturnType<typeof fileFacts>>>;

/** Fetches the file that the row's own request names. */
export async function fetchFile<A extends FileArguments>(
  call: Call<A>,
  file: FileAddress,
): Promise<Ran<FileFacts>> {
  const { as = 'auto', save_to, overwrite = false } = call.args;
  if (save_to !== undefined) {
    if (as === 'text' || as === 'base64') throw contradiction(as);
    return await save(call, file, save_to, overwrite);
  }
  return as === 'link' ? await linkTo(call, file) : await content(call, file, as);
}

/** Nothing is asked of the server before the place to save to is known to be free. */
async function save<A>(
  call: Call<A>,
  file: FileAddress,
  to: string,
  overwrite: boolean,
): Promise<Ran<FileFacts>> {
  let type = '';
  const pieces = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    const download = await call.open();
    type = mimeOf(download.type);
    yield* whole(download, call, file);
  };
  const { path, size, sha256 } = await call.context.files.write(to, pieces(), { overwrite });
  const link = { uri: pathToFileURL(path).href, name: basename(path), mimeType: type, size };
  return { value: { mime_type: type, size, sha256, saved_to: path, uri: link.uri }, link };
}

/** The bytes of a download; throws when there are not as many as announced. */
async function* whole<A>(
  { body, size: total }: Download,
  { context }: Call<A>,
  { path }: FileAddress,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  for await (const piece of withProgress(body, { what: path, total }, context.progress)) {
    yield piece;
    size += piece.byteLength;
  }
  if (total === undefined || total === size) return;
  throw new AegisError('connection_lost', `${path}: ${size} of ${total} bytes arrived; nothing was saved.`, {
    next: 'Try again; if it happens again, look at the server log and at proxies in between.',
  });
}

/** Opened and left at once: a link to what is not there, or too large to be read, would help nobody. */
async function linkTo<A>(call: Call<A>, file: FileAddress): Promise<Ran<FileFacts>> {
  const { type, size, body } = await call.open();
  for await (const _piece of body) break;
  if (size !== undefined && size > MAX_BINARY) throw beyond(file, size);
  const uri = fileUri(file);
  const facts = { mime_type: mimeOf(type), ...(size !== undefined && { size }) };
  const link = { uri, name: nameOf(file), mimeType: facts.mime_type, ...(size !== undefined && { size }) };
  return { value: { ...facts, uri }, link };
}

async function content<A>(
  call: Call<A>,
  file: FileAddress,
  as: 'auto' | 'text' | 'base64',
): Promise<Ran<FileFacts>> {
  const { bytes, type } = await call.download().catch((error: unknown) => {
    throw error instanceof AegisError && error.code === 'too_large' ? tooLarge(error.message, error) : error;
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const facts = { mime_type: mimeOf(type), size: bytes.length, sha256 };
  const text = as === 'base64' ? undefined : decodeText(bytes);
  if (text !== undefined) return { value: { ...facts, ...text } };
  if (as === 'text') throw notText(file);
  if (bytes.length > MAX_BINARY) throw beyond(file, bytes.length);
  return { value: facts, blob: { uri: fileUri(file), mimeType: facts.mime_type, bytes } };
}

function nameOf({ path }: FileAddress): string {
  return path.split('/').filter(Boolean).at(-1) ?? path;
}

function contradiction(as: string): AegisError {
  return new AegisError('invalid_arguments', `save_to excludes as=${as}: the content goes into the file.`, {
    next: 'Leave one of them out; nothing was sent.',
  });
}

function notText({ path }: FileAddress): AegisError {
  return new AegisError('bad_response', `${path} is no UTF-8 text.`, {
    next: 'Ask for it with as=base64, or store it with save_to.',
  });
}

function beyond({ path }: FileAddress, size: number): AegisError {
  return tooLarge(`${path} has ${size} bytes; a result carries, and a link opens, at most ${MAX_BINARY}.`);
}

function tooLarge(message: string, cause?: unknown): AegisError {
  return new AegisError('too_large', message, {
    next: 'Store it in a local file with save_to: it takes any size, and needs stdio and --file-roots (AEGIS_FILE_ROOTS).',
    cause,
  });
}
