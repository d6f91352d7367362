/** What the volume routes read from a request. */
import { z } from 'zod';
import type { FileSource, Identity, SandboxRequest } from '../kernel.js';
import { caller, decodeWith, jsonBody, refuseText, uuidParam } from '../router.js';
import { option, u64 } from '../shapes.js';
import { typeOfName, UNKNOWN_TYPE } from './media-types.js';
import { segmentsOf } from './paths.js';
import { Summary } from './receive.js';
import type { Volumes } from './service.js';

export const volumeId = (request: SandboxRequest): string => uuidParam(request, 'id');

/** The `path` query parameter; 400 text unless it is there once. */
export function pathQuery(request: SandboxRequest): string {
  const [path, second] = request.query.getAll('path');
  if (path === undefined) refuseQuery('missing field `path`');
  if (second !== undefined) refuseQuery('duplicate field `path`');
  return path;
}

function refuseQuery(reason: string): never {
  return refuseText(400, `Failed to deserialize query string: ${reason}`);
}

/** Volume and path, as the file routes take them. */
export function fileTarget(request: SandboxRequest) {
  return { id: volumeId(request), path: pathQuery(request) };
}

export const createBody = decodeWith(z.object({ label: z.string(), size_limit_bytes: u64 }));
export const renameBody = decodeWith(z.object({ label: z.string() }));
export const moveBody = decodeWith(z.object({ from: z.string(), to: z.string() }));

/** What a volume reserves when a documented caller names no size, bytes. */
const DEFAULT_SIZE = 100 * 1024 * 1024;

/** The reference sends `name`, the published clients `label`; the size is optional. */
const documentedCreate = z
  .object({ label: option(z.string()), name: option(z.string()), size_limit_bytes: option(u64) })
  .transform(({ label, name, size_limit_bytes = DEFAULT_SIZE }) => ({
    label: label ?? name,
    size_limit_bytes,
  }))
  .pipe(z.object({ label: z.string(), size_limit_bytes: z.number() }));

const documentedRename = z
  .object({ label: option(z.string()), name: option(z.string()) })
  .transform(({ label, name }) => ({ label: label ?? name }))
  .pipe(z.object({ label: z.string() }));

/** The reference sends `{source, destination}`, the published clients `{from, to}`. */
const documentedMove = z
  .object({
    source: option(z.string()),
    destination: option(z.string()),
    from: option(z.string()),
    to: option(z.string()),
  })
  .transform(({ source, destination, from, to }) => ({ from: source ?? from, to: destination ?? to }))
  .pipe(z.object({ from: z.string(), to: z.string() }));

export const documentedBodies = {
  create: decodeWith(documentedCreate),
  rename: decodeWith(documentedRename),
  move: decodeWith(documentedMove),
  mkdir: decodeWith(z.object({ path: z.string() })),
};

/** A volume's id with a JSON body. */
export function withBody<T>(request: SandboxRequest, decode: (value: unknown) => T) {
  return { id: volumeId(request), body: jsonBody(request, decode) };
}

/** A file to download; its type is guessed from the name. */
export function openDownload(
  volumes: Volumes,
  identity: Identity,
  { id, path }: { readonly id: string; readonly path: string },
): Promise<FileSource> {
  const files = volumes.files(identity, id);
  return files.read(segmentsOf(path), typeOfName(path));
}

/** Reads a whole file for its size, hash and sniffed type (contract schema AttachmentStat). */
export async function statFile(
  volumes: Volumes,
  request: SandboxRequest,
  { id, path }: { readonly id: string; readonly path: string },
) {
  const segments = segmentsOf(path);
  const source = await volumes.files(caller(request), id).read(segments, UNKNOWN_TYPE);
  const summary = new Summary();
  try {
    for await (const chunk of source.read()) summary.add(chunk);
  } finally {
    await source.close();
  }
  const { type: mime_type, size, sha256 } = summary.result();
  return { name: segments.at(-1) ?? path, mime_type, size, sha256 };
}
