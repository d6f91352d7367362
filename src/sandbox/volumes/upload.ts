/** Uploads: multipart or raw, into a volume or into the chat attachments (contract operation uploadFile). */
import { rm } from 'node:fs/promises';
import type { BodyStream, Identity, SandboxRequest } from '../kernel.js';
import { parseUuid, refuse } from '../router.js';
import { isMultipart, MultipartError, type Part, partsOf } from './multipart.js';
import { destinationOf } from './paths.js';
import { type Received, receive, refuseLarge } from './receive.js';
import { CHAT_ATTACHMENTS, type Volumes } from './service.js';
import { limitsOf, MIB } from './tiers.js';

/** What an upload stored. `path` is the destination as the caller wrote it. */
export interface Upload extends Omit<Received, 'file'> {
  readonly volumeId: string;
  readonly path: string;
  /** The name the caller supplied where it is usable, else the last segment of the path. */
  readonly name: string;
}

/** A file in waiting, with what the body said about it. */
export interface Arrived extends Received {
  readonly filename: string | undefined;
}

/** Largest multipart body: the framework's default, never raised by the server. */
const MULTIPART_BYTES = 2 * MIB;

/**
 * Takes a whole body in and then puts it in place. The order is the server's: destination (422), volume name (400),
 * declared length (413), body (400, 413, 422), volume (404, 403), file system (500).
 */
export async function uploadTo(
  volumes: Volumes,
  request: SandboxRequest,
  identity: Identity,
  target: { readonly volume: string; readonly path: string },
): Promise<Upload> {
  destinationOf(target.path);
  const volumeId = volumeOf(volumes, identity, target.volume);
  const cap = limitsOf(identity).fileBytes;
  const body = bodyOf(request, cap);
  const arrived = isMultipart(request.headers['content-type'])
    ? await receiveFirst(volumes, request, limited(body, MULTIPART_BYTES), cap)
    : await receiveRaw(volumes, request, body, cap);
  return store(volumes, identity, { volumeId, path: target.path }, arrived);
}

/** A volume's id, or the reserved name; 400 `{error}` for anything else. */
export function volumeOf(volumes: Volumes, identity: Identity, text: string): string {
  const id = parseUuid(text);
  if (id !== undefined) return id;
  if (text === CHAT_ATTACHMENTS) return volumes.chatAttachments(identity);
  return refuse(400, `expected volume UUID or reserved name '${CHAT_ATTACHMENTS}'`);
}

/** The body; 413 `{error}` at once when it declares more than the cap. */
export function bodyOf({ stream }: SandboxRequest, cap: bigint): BodyStream {
  if (!stream) throw new Error('an upload route streams its body');
  if (stream.length !== undefined && BigInt(stream.length) > cap) refuseLarge(cap);
  return stream;
}

/** The body is the file; X-Filename may name it, percent-encoded. */
export async function receiveRaw(
  volumes: Volumes,
  { headers }: SandboxRequest,
  body: AsyncIterable<Uint8Array>,
  cap: bigint,
): Promise<Arrived> {
  const named = headers['x-filename'];
  const filename = named === undefined ? undefined : decodeName(String(named));
  return { ...(await receive(body, volumes.unfinished(), cap)), filename };
}

/** The first part that is not empty, whatever its name; 422 when there is none, 400 for broken multipart. */
async function receiveFirst(
  volumes: Volumes,
  request: SandboxRequest,
  body: AsyncIterable<Uint8Array>,
  cap: bigint,
): Promise<Arrived> {
  const arrived = await receiveParts(request, body, async (part, taken) =>
    taken ? undefined : receivePart(volumes, part, cap),
  );
  return arrived ?? refuse(422, 'multipart body contained no file');
}

/** Hands every part over, told whether a file was already taken; what is not read is dropped, on a fault all. */
export async function receiveParts(
  { headers }: SandboxRequest,
  body: AsyncIterable<Uint8Array>,
  accept: (part: Part, taken: boolean) => Promise<Arrived | undefined>,
): Promise<Arrived | undefined> {
  let arrived: Arrived | undefined;
  try {
    for await (const part of partsOf(body, headers['content-type'])) {
      arrived = (await accept(part, arrived !== undefined)) ?? arrived;
    }
    return arrived;
  } catch (error) {
    if (arrived) await rm(arrived.file, { force: true });
    if (error instanceof MultipartError) refuse(400, error.message);
    throw error;
  }
}

/** A part as a file; an empty one is none. */
export async function receivePart(volumes: Volumes, part: Part, cap: bigint): Promise<Arrived | undefined> {
  const received = await receive(part.content, volumes.unfinished(), cap);
  if (received.size > 0) return { ...received, filename: part.filename };
  await rm(received.file, { force: true });
  return undefined;
}

async function* limited(body: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw new MultipartError('multipart read error: length limit exceeded');
    yield chunk;
  }
}

/** Puts what arrived in place; when that is refused nothing of it stays. */
export async function store(
  volumes: Volumes,
  identity: Identity,
  { volumeId, path }: { readonly volumeId: string; readonly path: string },
  { filename, file, ...facts }: Arrived,
): Promise<Upload> {
  try {
    const segments = destinationOf(path);
    volumes.files(identity, volumeId).place(file, segments);
    const name = filename !== undefined && isName(filename) ? filename : (segments.at(-1) ?? path);
    return { volumeId, path, name, ...facts };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/** 1 to 255 bytes without separators and control characters (contract schema UploadResult). */
function isName(name: string): boolean {
  const bytes = Buffer.byteLength(name);
  return bytes > 0 && bytes <= 255 && name !== '.' && name !== '..' && !/[/\\\p{Cc}]/u.test(name);
}

function decodeName(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}
