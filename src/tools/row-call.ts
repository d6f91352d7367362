/** One call of one row: its requests in the dialect that the server speaks, over REST or SEAL. */
import { isRefusedUnread } from '../client/decode-error.js';
import type { WireRequest, WireResponse } from '../client/types.js';
import { AegisError } from '../errors.js';
import { readAnswer, readSealAnswer } from './answer.js';
import type { Context, DialectName } from './context.js';
import type { AnyArgs, AnyWire, Call, Operation, SealTwin } from './define.js';
import { buildRequest } from './request.js';

interface Attempt {
  readonly dialect: DialectName;
  readonly request: WireRequest;
}

/** What a row runs with. Public methods are documented on {@link Call}. */
export class RowCall implements Call<AnyArgs> {
  readonly context: Context;
  readonly args: AnyArgs;
  readonly #name: string;
  readonly #operation: Operation;
  #hasChanged = false;

  constructor(name: string, operation: Operation, args: AnyArgs, context: Context) {
    this.#name = name;
    this.#operation = operation;
    this.args = args;
    this.context = context;
  }

  /** Whether the server has accepted a request that may change something. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  async send(args: AnyArgs = this.args, { plain } = { plain: false }): Promise<unknown> {
    if (this.#operation.sensitive) return await this.#carry(args, plain ? undefined : this.#operation.seal);
    return await this.#first(args, (attempt) => this.#sendRest(attempt));
  }

  async download(): Promise<{ bytes: Uint8Array; type: string }> {
    const response = await this.#first(this.args, ({ request }) => this.#http(request));
    return { bytes: response.bytes, type: response.headers['content-type'] ?? 'application/octet-stream' };
  }

  async read(wire: AnyWire, args: AnyArgs): Promise<unknown> {
    const request = await buildRequest(wire, args);
    return readAnswer(await this.#http(request), request.method);
  }

  async requests(args: AnyArgs = this.args): Promise<Attempt[]> {
    const { live, documented } = this.#operation;
    const wires: { dialect: DialectName; wire: AnyWire | undefined }[] = [
      { dialect: 'live', wire: live },
      { dialect: 'documented', wire: documented },
    ];
    if (documented !== undefined && this.context.dialects.first(this.#name) === 'documented') wires.reverse();
    const attempts: Attempt[] = [];
    for (const { dialect, wire } of wires)
      if (wire !== undefined) attempts.push({ dialect, request: await buildRequest(wire, args) });
    return this.context.dialects.mayFallBack ? attempts : attempts.slice(0, 1);
  }

  async #carry(args: AnyArgs, twin: SealTwin<AnyArgs> | undefined): Promise<unknown> {
    const sealed = await twin?.arguments(args);
    const seal = twin && sealed ? { tool: twin.tool(args), arguments: sealed } : undefined;
    const carried = await this.#first(args, (attempt) => {
      const call = { tool: this.#name, request: attempt.request, ...(seal && { seal }) };
      // The answer is read inside: a failure with a success status is a failure on the receipt too.
      return this.context.carry(call, () => this.#sendRest(attempt));
    });
    if (carried.via === 'rest') return carried.response;
    const answer = readSealAnswer(this.#name, carried.result);
    this.#hasChanged = true;
    return await twin?.body(answer, args, this);
  }

  async #sendRest({ dialect, request }: Attempt): Promise<unknown> {
    const body = readAnswer(await this.#http(request), request.method);
    if (request.method !== 'GET') this.#hasChanged = true;
    if (this.#operation.documented !== undefined) this.context.dialects.remember(this.#name, dialect);
    return body;
  }

  /** Tries the row's dialects in order; the next one only when the server surely did not run the request. */
  async #first<T>(args: AnyArgs, attempt: (attempt: Attempt) => Promise<T>): Promise<T> {
    const attempts = await this.requests(args);
    const refusals: AegisError[] = [];
    for (const each of attempts) {
      try {
        return await attempt(each);
      } catch (error) {
        if (!isForOtherDialect(error)) throw error;
        refusals.push(error);
        if (isShared(error, attempts)) break;
      }
    }
    throw explain(this.#name, attempts, refusals);
  }

  #http(request: WireRequest): Promise<WireResponse> {
    return this.context.http.send(request, { signal: this.context.signal });
  }
}

/**
 * Whether a refusal may be a matter of dialect: no such route, a content type or body that the server could not
 * read. HTTP 422 counts in text and JSON: the body was read and refused, nothing was done. What SEAL refuses is
 * final, whatever its status.
 */
function isForOtherDialect(error: unknown): error is AegisError {
  if (!(error instanceof AegisError) || error.mayHaveRun || error.details?.seal_code !== undefined)
    return false;
  return isRefusedUnread(error) || error.status === 422;
}

/** A missing route is missing in both dialects when they share it: asking again would say nothing new. */
function isShared(error: AegisError, attempts: readonly Attempt[]): boolean {
  return error.code === 'no_such_route' && routesOf(attempts).length < attempts.length;
}

function routesOf(attempts: readonly Attempt[]): string[] {
  return [...new Set(attempts.map(({ request }) => `${request.method} ${request.path}`))];
}

/** The refusal of a route that is there says more than that another one is missing. */
function explain(name: string, attempts: readonly Attempt[], refusals: readonly AegisError[]): AegisError {
  const telling = refusals.find(({ code }) => code !== 'no_such_route');
  if (telling !== undefined) return telling;
  const tried = routesOf(attempts).join(' and ');
  return new AegisError('unsupported', `${name}: this server has no route for it (tried ${tried}).`, {
    ...(refusals[0]?.status !== undefined && { status: refusals[0].status }),
    next: 'Check the orchestrator address and its version with whoami.',
    cause: refusals[0],
  });
}
