/** `upload_file`: a local file, text or bytes, as the body that either server takes. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ByteSource } from '../../client/types.js';
import { AegisError } from '../../errors.js';
import type { Means } from '../context.js';
import type { Body, Call, Ran } from '../define.js';
import { count, record } from '../results.js';
import { type Advice, advised } from './advice.js';
import { withProgress } from './transfer-progress.js';
import { relativePath } from './volume-views.js';

interface UploadArguments {
  readonly volume_id: string;
  readonly path?: string | undefined;
  readonly local_path?: string | undefined;
  readonly content?: string | undefined;
  readonly content_base64?: string | undefined;
  readonly filename?: string | undefined;
}

/** UploadResult, which execution routes take as an attachment. */
export const uploaded = () =>
  z.looseObject({
    volume_id: z.string(),
    path: z.string(),
    name: z.string().nullish(),
    mime_type: z.string().nullish(),
    size: count(),
    sha256: z.string().nullish(),
  });

type Uploaded = z.input<ReturnType<typeof uploaded>>;

const REFUSALS: Advice = {
  413: {
    next: 'Send a smaller file: max_file_size_bytes of get_volume_quota is the largest the tier takes.',
  },
};

/** Sends the file under its place in the volume. */
export async function runUpload(call: Call<UploadArguments>): Promise<Ran<Uploaded>> {
  const args = { ...call.args, path: destination(call.args) };
  const { size_bytes, ...body } = record(await advised(REFUSALS, call.send(args)));
  const { volume_id, path } = args;
  return { value: { volume_id, path, ...(typeof size_bytes === 'number' && { size: size_bytes }), ...body } };
}

/** Where the file goes: a path without a name at its end, and no path at all, take that of the file. */
function destination({ path = '', local_path, filename }: UploadArguments): string {
  const place = relativePath(path);
  if (place !== '' && !place.endsWith('/')) return place;
  const name = filename ?? local_path?.split(/[/\\]/).filter(Boolean).at(-1);
  if (name !== undefined) return place + name;
  throw new AegisError('invalid_arguments', 'upload_file: path: is missing.', {
    next: 'Give the path of the file in the volume, for example data/input.csv; nothing was sent.',
  });
}

/** The real server's body: the bytes themselves (multipart is capped there near 2 MiB, and must not be empty). */
export async function rawBody(args: UploadArguments, means: Means): Promise<Body> {
  return { source: await sourceOf(args, means), type: 'application/octet-stream' };
}

/** The published body: multipart with one part `file` (RFC 7578). */
export async function multipartBody(args: UploadArguments, means: Means): Promise<Body> {
  const boundary = `aegis-mcp-${randomUUID()}`;
  const source = framed(boundary, nameOf(args), await sourceOf(args, means));
  return { source, type: `multipart/form-data; boundary=${boundary}` };
}

/** The display name as the real server reads it. */
export function filenameHeader({ filename }: UploadArguments): { 'x-filename': string | undefined } {
  // Half of a surrogate pair has no UTF-8 form.
  const name = filename?.replace(/\p{Surrogate}/gu, '\uFFFD');
  return { 'x-filename': name === undefined ? undefined : encodeURIComponent(name) };
}

function nameOf({ filename, path = '' }: UploadArguments): string {
  return filename ?? path.split('/').at(-1) ?? path;
}

async function sourceOf(args: UploadArguments, { files, progress }: Means): Promise<ByteSource> {
  const { local_path, content, content_base64 } = args;
  const given = [local_path, content, content_base64].filter((each) => each !== undefined);
  if (given.length !== 1) throw notOne(given.length);
  if (local_path !== undefined) return reported(local_path, await files.read(local_path), progress);
  return inMemory(content === undefined ? fromBase64(content_base64 ?? '') : Buffer.from(content, 'utf8'));
}

function reported(what: string, file: ByteSource, progress: Means['progress']): ByteSource {
  const { size } = file;
  return { size, open: () => withProgress(file.open(), { what, total: size }, progress) };
}

function inMemory(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    async *open() {
      yield bytes;
    },
  };
}

function framed(boundary: string, filename: string, file: ByteSource): ByteSource {
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${quoted(filename)}"\r\n` +
      'content-type: application/octet-stream\r\n\r\n',
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    size: head.length + file.size + tail.length,
    async *open() {
      yield head;
      yield* file.open();
      yield tail;
    },
  };
}

/** As browsers write it (WHATWG HTML, "multipart/form-data encoding algorithm"). */
function quoted(filename: string): string {
  return filename.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Standard base64 (RFC 4648 section 4); line breaks, and padding left out, are forgiven. */
function fromBase64(text: string): Uint8Array {
  const compact = text.replace(/\s/g, '').replace(/=+$/, '');
  if (/^[A-Za-z0-9+/]*$/.test(compact) && compact.length % 4 !== 1) return Buffer.from(compact, 'base64');
  throw new AegisError('invalid_arguments', 'upload_file: content_base64 is no base64.', {
    next: 'Encode the bytes in standard base64 (A-Z a-z 0-9 + /), or give text as content; nothing was sent.',
  });
}

function notOne(count: number): AegisError {
  const found = count === 0 ? 'none of them is there' : `${count} of them are there`;
  return new AegisError(
    'invalid_arguments',
    `upload_file: exactly one of local_path, content and content_base64 is needed; ${found}.`,
    { next: 'Give one of the three; nothing was sent.' },
  );
}
