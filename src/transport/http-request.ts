/** From a node:http request to what the MCP SDK takes: a web Request and a parsed body. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJsonContentType } from '@modelcontextprotocol/server';
import { MAX_MESSAGE_BYTES } from './common.js';
import { HttpRefusal, REFUSAL_CODES } from './http-refusal.js';
import { whenClosed } from './http-response.js';

const JSON_TYPE = 'application/json';
const STREAM_TYPE = 'text/event-stream';
const METHODS = ['GET', 'POST', 'DELETE'];

/**
 * Checks method, media types and length of a request to the MCP endpoint (MCP 2025-11-25 and 2026-07-28,
 * "Streamable HTTP") before anything of its body is read.
 * @throws {HttpRefusal} 405, 406, 413, 415
 */
export function checkRequest({ method = '', headers }: IncomingMessage): void {
  if (!METHODS.includes(method)) throw wrongMethod(METHODS);
  if (method !== 'DELETE') checkAccept(method, headers.accept);
  if (method !== 'POST') return;
  const encoding = headers['content-encoding'] ?? 'identity';
  if (!isJsonContentType(headers['content-type']) || encoding !== 'identity') throw wrongType();
  if (Number(headers['content-length']) > MAX_MESSAGE_BYTES) throw tooLarge();
}

/** A refusal naming the methods that the resource has (RFC 9110, section 15.5.6). */
export function wrongMethod(allowed: readonly string[]): HttpRefusal {
  const list = allowed.join(', ');
  return new HttpRefusal(405, `This resource has no such method. Use ${list}.`, { headers: { allow: list } });
}

/** Reads and parses the body of a POST. @throws {HttpRefusal} 400, 413 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request);
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpRefusal(400, 'Parse error: the body is not JSON. Send one JSON-RPC 2.0 message.', {
      code: REFUSAL_CODES.parse,
    });
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    // Not iterated: leaving an iteration early destroys the socket that the refusal must go through.
    request.on('data', (part: Buffer) => {
      length += part.length;
      if (length <= MAX_MESSAGE_BYTES) parts.push(part);
      else reject(tooLarge());
    });
    request.once('end', resolve).once('error', reject);
  });
  return Buffer.concat(parts).toString('utf8');
}

/**
 * The request without its body. Its signal fires when the client goes away before the response is complete.
 */
export function toWebRequest(request: IncomingMessage, response: ServerResponse): Request {
  const headers = new Headers();
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  // The SDK looks for both names in the text; what was checked above may have said it with a wildcard.
  headers.set('accept', `${JSON_TYPE}, ${STREAM_TYPE}`);
  const gone = new AbortController();
  whenClosed(response, (complete) => {
    if (!complete) gone.abort();
  });
  return new Request('http://localhost/mcp', { method: request.method ?? '', headers, signal: gone.signal });
}

function checkAccept(method: string, header = '*/*'): void {
  const needed = method === 'POST' ? [JSON_TYPE, STREAM_TYPE] : [STREAM_TYPE];
  const ranges = header.split(',').map((range) => range.split(';', 1)[0]?.trim().toLowerCase());
  const missing = needed.filter((type) => !acceptable(type).some((range) => ranges.includes(range)));
  if (missing.length === 0) return;
  throw new HttpRefusal(
    406,
    `The response may be ${needed.join(' or ')}: add ${missing.join(', ')} to Accept.`,
  );
}

function acceptable(type: string): string[] {
  return [type, type.replace(/\/.*/, '/*'), '*/*'];
}

function wrongType(): HttpRefusal {
  return new HttpRefusal(415, `Send the message as Content-Type: ${JSON_TYPE}, without Content-Encoding.`);
}

function tooLarge(): HttpRefusal {
  return new HttpRefusal(413, `A message may have at most ${MAX_MESSAGE_BYTES} bytes. Send a smaller one.`);
}
