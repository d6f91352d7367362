/** A real HTTP server over the fake host, and the requests that tests send to it. */
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createServerFactory } from '../../src/server/create-server.js';
import { type HttpHandle, type HttpOptions, serveHttp } from '../../src/transport/http.js';
import { FakeHost, silentLog } from '../server/_host.js';

export interface TestServer {
  readonly handle: HttpHandle;
  /** Events of the fake host, in order. */
  readonly events: string[];
  /** Resolves when the host has reported the event. */
  event(text: string): Promise<void>;
}

let started: TestServer[] = [];

/** Closes all servers that {@link start} has started; for `afterEach`. */
export async function closeAll(): Promise<void> {
  await Promise.all(started.map(({ handle }) => handle.close()));
  started = [];
}

/** Starts a server that {@link closeAll} closes, without grace unless given. */
export async function start(
  options: Partial<HttpOptions> = {},
): Promise<TestServer & { readonly url: string }> {
  const server = await startHttp({ graceMs: 0, ...options });
  started.push(server);
  return { ...server, url: server.handle.url };
}

export async function startHttp(options: Partial<HttpOptions> = {}): Promise<TestServer> {
  const events: string[] = [];
  const watchers = new Set<() => void>();
  const host = new FakeHost((event) => {
    events.push(event);
    for (const look of watchers) look();
  });
  const factory = createServerFactory(host, { name: 'aegis-mcp', version: '9.9.9' }, silentLog);
  const ready = async () => ({ ok: true, detail: 'The orchestrator answers.' });
  const handle = await serveHttp(factory, { host: '127.0.0.1', port: 0, ready, log: silentLog, ...options });
  const event = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (events.includes(text)) resolve();
      };
      watchers.add(look);
      look();
    });
  return { handle, events, event };
}

const ACCEPT = 'application/json, text/event-stream';

/** POSTs one JSON-RPC message, or a text as it is. */
export function post(
  url: string,
  message: object | string,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: ACCEPT, ...headers },
    body: typeof message === 'string' ? message : JSON.stringify(message),
    ...(signal !== undefined && { signal }),
  });
}

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** One request of 2026-07-28 with the headers that the revision requires. */
export function postModern(
  url: string,
  method: string,
  params: { readonly name?: string; readonly _meta?: object; readonly [key: string]: unknown } = {},
  signal?: AbortSignal,
): Promise<Response> {
  const message = {
    jsonrpc: '2.0',
    id: 1,
    method,
    params: { ...params, _meta: { ...META, ...params._meta } },
  };
  const headers = {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(params.name !== undefined && { 'mcp-name': params.name }),
  };
  return post(url, message, headers, signal);
}

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

export function call(id: number, name: string, params: Record<string, unknown> = {}): object {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, ...params } };
}

/** Opens a session of 2025-11-25 and resolves with the headers that its requests carry. */
export async function openSession(url: string): Promise<Record<string, string>> {
  const answer = await post(url, INITIALIZE);
  await answer.text();
  const headers = {
    'mcp-session-id': answer.headers.get('mcp-session-id') ?? '',
    'mcp-protocol-version': '2025-11-25',
  };
  await post(url, { jsonrpc: '2.0', method: 'notifications/initialized' }, headers);
  return headers;
}

/** The JSON messages of a response: one of JSON, or each of an event stream that has ended. */
export async function readMessages(response: Response): Promise<Record<string, unknown>[]> {
  const text = await response.text();
  if (response.headers.get('content-type') === 'application/json') return [JSON.parse(text)];
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ''));
}

export const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };

/** What the host reports when a client has cancelled the call of `wait`. */
export const CLIENT_CANCEL = 'aborted wait: AbortError: The client cancelled the call.';

/** POSTs a ping with headers that fetch would not send; resolves with status and parsed body. */
export async function ping(
  url: string,
  headers: Record<string, string>,
): Promise<{ readonly status: unknown; readonly body: unknown }> {
  const all = { 'content-type': 'application/json', accept: ACCEPT, ...headers };
  const sent = request(url, { method: 'POST', headers: all });
  sent.end(JSON.stringify(PING));
  const [response] = await once(sent, 'response');
  const body = await text(response);
  return { status: response.statusCode, body: body.startsWith('{') ? JSON.parse(body) : body };
}

/** Writes bytes to the server and resolves with all that came back until the connection ended. */
export async function talk(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}
