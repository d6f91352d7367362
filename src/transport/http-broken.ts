/** Answers to what is no HTTP request, or arrives too slowly to be one. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { HttpRefusal } from './http-refusal.js';

const REFUSALS: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are too long. Send fewer or shorter ones.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time. Send it again, faster.'],
};
const NOT_HTTP = [400, 'This is not an HTTP/1.1 request. MCP is served at /mcp, without TLS.'] as const;

/** Listener for node:http's `clientError`. Nothing can be said in the middle of a response. */
export function answerBrokenRequest(error: Error, socket: Duplex): void {
  if (!socket.writable || ('bytesWritten' in socket && socket.bytesWritten !== 0)) {
    socket.destroy();
    return;
  }
  const code = 'code' in error ? String(error.code) : '';
  const [status, message] = REFUSALS[code] ?? NOT_HTTP;
  const body = new HttpRefusal(status, message).body();
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
