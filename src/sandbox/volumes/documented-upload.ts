/** Uploads as the published reference and clients send them: the path in the query, in the form, or not at all. */
import type { Identity, SandboxRequest } from '../kernel.js';
import { pathParam, refuse } from '../router.js';
import { isMultipart, type Part } from './multipart.js';
import type { Volumes } from './service.js';
import { limitsOf } from './tiers.js';
import {
  type Arrived,
  bodyOf,
  receivePart,
  receiveParts,
  receiveRaw,
  store,
  type Upload,
  volumeOf,
} from './upload.js';

/** Longest `path` field, bytes: a path itself may have 4096. */
const FIELD_BYTES = 8192;

interface Form {
  readonly arrived: Arrived;
  readonly path: string | undefined;
}

/** Stores the file at the given path, else under its own name. 422 `{error}` without either or without a file. */
export async function uploadDocumented(
  volumes: Volumes,
  request: SandboxRequest,
  identity: Identity,
): Promise<Upload> {
  const volumeId = volumeOf(volumes, identity, pathParam(request, 'id'));
  const { arrived, path } = await readForm(volumes, request, limitsOf(identity).fileBytes);
  const given = request.query.get('path') ?? path ?? arrived.filename ?? '';
  return store(volumes, identity, { volumeId, path: given.replace(/^\/+/, '') }, arrived);
}

async function readForm(volumes: Volumes, request: SandboxRequest, cap: bigint): Promise<Form> {
  const body = bodyOf(request, cap);
  if (!isMultipart(request.headers['content-type'])) {
    return { arrived: await receiveRaw(volumes, request, body, cap), path: undefined };
  }
  let path: string | undefined;
  const arrived = await receiveParts(request, body, async (part, taken) => {
    const isPath = part.name === 'path' && part.filename === undefined;
    if (isPath) path = await readText(part);
    return isPath || taken ? undefined : receivePart(volumes, part, cap);
  });
  return { arrived: arrived ?? refuse(422, 'multipart body contained no file'), path };
}

async function readText({ content }: Part): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of content) {
    size += piece.length;
    if (size > FIELD_BYTES) refuse(422, 'invalid path: path too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
