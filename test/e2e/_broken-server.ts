/** Servers that answer badly, or not at all. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Certificate } from '../client/_tls.js';

export interface BrokenServer {
  readonly url: string;
  /** `METHOD path` of every request, in order. */
  readonly asked: readonly string[];
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A loopback server that ends with the test. */
export async function useServer(answer: Answer, certificate?: Certificate): Promise<BrokenServer> {
  const asked: string[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.on('end', () => answer(response, request)).resume();
    request.on('error', () => undefined);
  };
  const server =
    certificate === undefined ? createServer(listener) : createSecureServer(certificate, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const scheme = certificate === undefined ? 'http' : 'https';
  return { url: `${scheme}://localhost:${port}`, asked };
}

/** Answers with a status and a body. */
export function say(status: number, body = '', type = 'text/plain; charset=utf-8'): Answer {
  return (response) => response.writeHead(status, body === '' ? {} : { 'content-type': type }).end(body);
}

/** Answers with JSON. */
export function sayJson(status: number, value: unknown): Answer {
  return say(status, JSON.stringify(value), 'application/json');
}

/** Begins an answer and breaks the connection inside its body. */
export function breakInside(type: string, body: string): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': type, 'content-length': '100000' });
    response.write(body, () => response.destroy());
  };
}

/** Breaks the connection once the request has been read. */
export const hangUp: Answer = (response) => response.destroy();

/** Never answers. */
export const stayMute: Answer = () => undefined;
