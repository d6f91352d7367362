/** HTTP calls to upstream APIs: JSON both ways, 15 s, redirects followed. They never leave this machine. */
import { JsonSyntaxError } from '../seal/json-reader.js';
import { parseJson } from './body.js';
import { exchange, type Hop, type HopAnswer } from './upstream-hop.js';

export interface UpstreamCall {
  readonly method: string;
  readonly url: string;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  /** JSON body, whatever the method; absent: none. */
  readonly body?: { readonly json: unknown };
}

export interface UpstreamAnswer {
  readonly status: number;
  /** The parsed body; an empty one is `{}`. */
  readonly body: unknown;
}

/** The call failed; the message is the server's text, `http error: ...` or `serialization error: ...`. */
export class UpstreamFault extends Error {}

const TIMEOUT_MS = 15_000;
const MAX_REDIRECTS = 10;

/** Any status is an answer. Throws UpstreamFault for what is not: no connection, no loopback address, no JSON. */
export async function callUpstream(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamAnswer> {
  const { status, bytes } = await follow(call, limitedTime(signal));
  return { status, body: bytes.length === 0 ? {} : readAnswer(bytes) };
}

/** A JSON document; unlike an answer it cannot be empty. Throws UpstreamFault. */
export async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
  const { bytes } = await follow({ method: 'GET', url }, limitedTime(signal));
  return readAnswer(bytes);
}

function limitedTime(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
}

async function follow(call: UpstreamCall, signal: AbortSignal): Promise<HopAnswer> {
  let hop = firstHop(call);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const answer = await exchange(hop, signal).catch((cause) => fail(hop.url, cause));
    const next = nextHop(hop, answer);
    if (next === undefined) return answer;
    hop = next;
  }
  return fail(hop.url, new Error('too many redirects'));
}

function firstHop({ method, url, token, body }: UpstreamCall): Hop {
  if (!URL.canParse(url)) throw new UpstreamFault('http error: builder error: relative URL without a base');
  return {
    method,
    url: new URL(url),
    headers: {
      accept: '*/*',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: body === undefined ? undefined : JSON.stringify(body.json),
  };
}

/** 303, and 301 or 302 to a POST, continue as GET without a body; credentials stay with their origin. */
function nextHop(hop: Hop, { status, location }: HopAnswer): Hop | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || !URL.canParse(location ?? '', hop.url.href))
    return undefined;
  const url = new URL(location ?? '', hop.url.href);
  const { authorization, ...rest } = hop.headers;
  const headers = {
    ...rest,
    ...(authorization !== undefined && url.origin === hop.url.origin && { authorization }),
  };
  const bare = status === 303 || (status < 303 && hop.method === 'POST');
  if (!bare) return { ...hop, url, headers };
  return { method: hop.method === 'HEAD' ? 'HEAD' : 'GET', url, headers, body: undefined };
}

function readAnswer(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new UpstreamFault(`serialization error: ${error.message}`);
    throw error;
  }
}

/** The URL without user and password, which the server takes out of it as well. */
function fail(url: URL, cause: unknown): never {
  const shown = new URL(url);
  [shown.username, shown.password] = ['', ''];
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new UpstreamFault(`http error: error sending request for url (${shown.href}): ${reason}`);
}
