/** Requests that are refused before MCP sees them. */
import type { ServerResponse } from 'node:http';

/** JSON-RPC codes of refusals: -32700 of JSON-RPC 2.0, the others as the MCP SDKs use them. */
export const REFUSAL_CODES = { parse: -32_700, refused: -32_000, noSession: -32_001 } as const;

export interface RefusalOptions {
  readonly code?: (typeof REFUSAL_CODES)[keyof typeof REFUSAL_CODES];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An HTTP status with a JSON-RPC error; the message says what is wrong and what to do about it. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly status: number;
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, options: RefusalOptions = {}) {
    super(message);
    this.status = status;
    this.code = options.code ?? REFUSAL_CODES.refused;
    this.headers = options.headers ?? {};
  }

  /** The body: a JSON-RPC 2.0 error of unknown request. */
  body(): string {
    const error = { code: this.code, message: this.message };
    return JSON.stringify({ jsonrpc: '2.0', error, id: null });
  }
}

/** Answers with the refusal; one that comes too late breaks the connection instead. */
export function sendRefusal(response: ServerResponse, refusal: HttpRefusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendJson(response, refusal.status, refusal.body(), refusal.headers);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(body);
}
