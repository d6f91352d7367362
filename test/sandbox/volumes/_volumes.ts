/** Volumes and their files over HTTP, with bodies of bytes. */
import type { Sandbox, TokenOptions } from '../../../src/sandbox/index.js';

export const MIB = 1024 * 1024;

type Body = NonNullable<RequestInit['body']>;

export interface Sent {
  readonly json?: unknown;
  readonly body?: Body;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Got {
  readonly status: number;
  readonly type: string | null;
  readonly bytes: Buffer;
  readonly text: string;
  /** The parsed body of a JSON answer. */
  readonly json: ReturnType<typeof JSON.parse>;
}

export type Send = (method: string, path: string, sent?: Sent) => Promise<Got>;

/** Sends with a token of the given options; default the service account. */
export async function sender(sandbox: Sandbox, options: TokenOptions = {}): Promise<Send> {
  const authorization = `Bearer ${await sandbox.issueToken(options)}`;
  return async (method, path, { json, body = JSON.stringify(json), headers } = {}) => {
    const type = json === undefined ? {} : { 'content-type': 'application/json' };
    const init = { method, body: body ?? null, headers: { authorization, ...type, ...headers } };
    return read(await fetch(`${sandbox.url}${path}`, init));
  };
}

async function read(response: Response): Promise<Got> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get('content-type');
  const text = bytes.toString('utf8');
  const json = type === 'application/json' ? JSON.parse(text) : undefined;
  return { status: response.status, type, bytes, text, json };
}

export async function makeVolume(send: Send, label: string, size_limit_bytes = MIB): Promise<string> {
  const { status, text, json } = await send('POST', '/v1/volumes', { json: { label, size_limit_bytes } });
  if (status !== 201) throw new Error(`createVolume: ${status} ${text}`);
  return json.id;
}

/** Uploads a raw body. */
export function put(send: Send, id: string, path: string, body: Body, headers = {}): Promise<Got> {
  const target = `/v1/volumes/${id}/files/upload?path=${encodeURIComponent(path)}`;
  return send('POST', target, { body, headers: { 'content-type': 'application/octet-stream', ...headers } });
}

/** `GET /v1/volumes/{id}/files...?path=`. */
export function look(send: Send, id: string, route: '' | '/stat' | '/download', path: string): Promise<Got> {
  return send('GET', `/v1/volumes/${id}/files${route}?path=${encodeURIComponent(path)}`);
}

export async function names(send: Send, id: string, path = '/'): Promise<string[]> {
  const { json } = await look(send, id, '', path);
  return json.map((entry: { name: string }) => entry.name);
}
