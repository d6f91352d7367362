/** One HTTP request to this machine. `fetch` will not do: the gateway sends a body with GET as well. */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isLoopbackHost } from '../loopback.js';

/** A request before it is sent. */
export interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface HopAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly bytes: Buffer;
}

/** The real server has no cap; an endless answer must not take this process down. */
const MAX_BYTES = 16 * 1024 * 1024;

const REQUESTS: Readonly<Record<string, typeof requestHttp>> = {
  'http:': requestHttp,
  'https:': requestHttps,
};

/** Addresses of `localhost`, the one name allowed: a resolver could name another machine (RFC 6761, section 6.3). */
const lookup: LookupFunction = (_name, { all }, done) => {
  if (!all) return done(null, '127.0.0.1', 4);
  done(null, [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ]);
};

/** Sends it. Rejects with an Error for anything but an answer, an address beyond loopback included. */
export async function exchange(hop: Hop, signal: AbortSignal): Promise<HopAnswer> {
  const send = REQUESTS[hop.url.protocol];
  if (send === undefined) throw new Error('URL scheme is not allowed');
  if (!isLoopbackHost(hop.url.hostname)) throw new Error('the sandbox calls loopback addresses only');
  const response = await answerOf(send, hop, signal);
  const { statusCode: status = 0, headers } = response;
  return { status, location: headers.location, bytes: await readBytes(response) };
}

function answerOf(send: typeof requestHttp, hop: Hop, signal: AbortSignal): Promise<IncomingMessage> {
  const { method, url, headers, body } = hop;
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const request = send(url, { method, headers: { ...headers, ...length }, signal, agent: false, lookup });
    request.once('response', resolve);
    request.on('error', reject);
    // After CONNECT or a switch of protocols the connection ends without an answer and without an error.
    request.once('close', () => reject(new Error('connection closed before an answer')));
    request.end(body);
  });
}

async function readBytes(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BYTES) throw new Error(`the answer is longer than ${MAX_BYTES} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
