/**
 * The one error type of the project and the closed list of its codes. Layers throw {@link AegisError};
 * the edges (MCP result, HTTP answer, exit code) translate it by the tables below.
 */

/** Every code an AegisError can carry. Codes are part of the public interface: they are added, never renamed. */
export const ERROR_CODES = [
  'invalid_configuration', // a flag, environment value or file of this program
  'invalid_arguments', // the arguments of a tool call; nothing was sent
  'invalid_manifest', // a manifest refused locally; nothing was sent
  'unknown_tool',
  'unsupported', // the server in use cannot do this in any form; HTTP 501
  'not_configured', // this program lacks a setting the call needs
  'unauthorized', // HTTP 401, or no usable credential
  'forbidden', // HTTP 403
  'payment_required', // HTTP 402
  'not_found', // HTTP 404 that names a missing resource
  'no_such_route', // HTTP 404 without a body, or 405: the server has no such route
  'conflict', // HTTP 409
  'too_large', // HTTP 413, or an answer over the size bound
  'refused', // HTTP 400, 415, 422: the server refused the request as sent
  'rate_limited', // HTTP 429
  'server_error', // HTTP 5xx other than 501 to 504
  'unavailable', // HTTP 502, 503, 504
  'failed', // HTTP 2xx whose body reports a failure
  'bad_response', // an answer that cannot be read
  'unreachable', // no connection: refused, no route, name not found, TLS
  'connection_lost', // the connection broke after the request was sent
  'timeout',
  'cancelled',
  'seal_denied', // a security context or policy denied the call; final
  'seal_failed', // attestation or envelope refused for another reason
  'seal_required', // policy demands SEAL and SEAL cannot carry this call
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface AegisErrorOptions {
  /** What the reader can do about it, one imperative sentence. */
  readonly next?: string;
  /** HTTP status of the answer, where there was one. */
  readonly status?: number;
  /** True when the request may have taken effect: such a call is never retried. Default false. */
  readonly mayHaveRun?: boolean;
  /** Machine-readable detail that is safe to show (never a secret). */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The underlying error: for logs, never sent to a client. */
  readonly cause?: unknown;
}

/** A failure somebody can act on: a code, a cause in the message, and the next step. */
export class AegisError extends Error {
  override readonly name = 'AegisError';
  readonly code: ErrorCode;
  readonly next: string | undefined;
  readonly status: number | undefined;
  readonly mayHaveRun: boolean;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: AegisErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.next = options.next;
    this.status = options.status;
    this.mayHaveRun = options.mayHaveRun ?? false;
    this.details = options.details;
  }

  /** Turns anything caught into an AegisError; unknown errors become `internal`. */
  static from(value: unknown): AegisError {
    if (value instanceof AegisError) return value;
    if (isAbort(value)) return new AegisError('cancelled', 'The call was cancelled.', { cause: value });
    const message = value instanceof Error ? value.message : String(value);
    return new AegisError('internal', message, {
      cause: value,
      next: 'This is a defect of aegis-mcp: report it with the log of this call (--log-level debug).',
    });
  }
}

function isAbort(value: unknown): boolean {
  return value instanceof Error && (value.name === 'AbortError' || value.name === 'TimeoutError');
}

/** Exit codes of the command line: 0 success, 1 the call failed, 2 the invocation was wrong. */
export function exitCode(error: AegisError): 1 | 2 {
  return error.code === 'invalid_configuration' ? 2 : 1;
}
