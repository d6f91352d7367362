/** One call of one row: its requests in the dialect that the server speaks, over REST or SEAL. */
import type { SseEvent, WireRequest, WireResponse } from '../client/types.js';
import type { AegisError } from '../errors.js';
import { readAnswer, readSealAnswer } from './answer.js';
import { concealError, concealRequest, secretsOf } from './conceal.js';
import type { Context, DialectName, Upstream } from './context.js';
import type { AnyArgs, AnyWire, Call, Download, Operation, SealTwin } from './define.js';
import { type Attempt, explain, isForOtherDialect, isShared } from './other-dialect.js';
import { buildRequest } from './request.js';

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
    const { bytes, headers } = await this.#first(this.args, (attempt) => this.#sendPlain(attempt));
    return { bytes, type: typeOf(headers) };
  }

  async open(): Promise<Download> {
    const { headers, body } = await this.#first(this.args, async ({ dialect, request }) => {
      const opened = await this.#upstream.http.open(request, { signal: this.context.signal });
      this.#remember(dialect);
      return opened;
    });
    const length = headers['content-length'];
    return { type: typeOf(headers), size: length === undefined ? undefined : Number(length), body };
  }

  async *stream(
    signal: AbortSignal,
    query: readonly (readonly [string, string])[] = [],
  ): AsyncGenerator<SseEvent, void, undefined> {
    const attempts = await this.#attempts(this.args);
    for (const attempt of attempts) {
      let answers = false;
      try {
        for await (const event of this.#events(attempt.request, query, signal)) {
          answers = true;
          yield event;
        }
        this.#remember(attempt.dialect);
        return;
      } catch (error) {
        if (answers) this.#remember(attempt.dialect);
        if (answers || attempt === attempts.at(-1) || !isForOtherDialect(error)) throw error;
      }
    }
  }

  async read(wire: AnyWire, args: AnyArgs): Promise<unknown> {
    const request = await buildRequest(wire, args, this.context);
    return readAnswer(await this.#http(request), request.method);
  }

  async #attempts(args: AnyArgs): Promise<Attempt[]> {
    const { live, documented } = this.#operation;
    const wires: { dialect: DialectName; wire: AnyWire | undefined }[] = [
      { dialect: 'live', wire: live },
      { dialect: 'documented', wire: documented },
    ];
    const { dialects } = this.#upstream;
    if (documented !== undefined && dialects.first(this.#name) === 'documented') wires.reverse();
    const attempts: Attempt[] = [];
    for (const { dialect, wire } of wires)
      if (wire !== undefined)
        attempts.push({
          dialect,
          request: await buildRequest(wire, args, this.context),
          refusesWhole: wire.refusesWhole ?? false,
        });
    return dialects.mayFallBack ? attempts : attempts.slice(0, 1);
  }

  async #carry(args: AnyArgs, twin: SealTwin<AnyArgs> | undefined): Promise<unknown> {
    const sealed = await twin?.arguments(args);
    const { isLastResort = false } = twin ?? {};
    const seal = twin && sealed ? { tool: twin.tool(args), arguments: sealed, isLastResort } : undefined;
    const carried = await this.#first(args, (attempt) => {
      const request = concealRequest(this.#operation, attempt.request, this.args);
      const call = { tool: this.#name, request, ...(seal && { seal }) };
      // The answer is read inside: a failure with a success status is a failure on the receipt too.
      return this.context.carry(call, () => this.#sendRest(attempt));
    });
    if (carried.via === 'rest') return carried.response;
    const answer = readSealAnswer(this.#name, carried.result);
    this.#hasChanged = true;
    return await twin?.body(answer, args, this);
  }

  async #sendRest({ dialect, request }: Attempt): Promise<unknown> {
    const body = await this.#concealing(async () => {
      return readAnswer(await this.#http(request), request.method);
    });
    if (request.method !== 'GET' || request.once === true) this.#hasChanged = true;
    this.#remember(dialect);
    return body;
  }

  /** What fails inside is told, and recorded, without the secrets of the call. */
  async #concealing<T>(work: () => Promise<T>): Promise<T> {
    const secrets = secretsOf(this.#operation, this.args);
    return await work().catch((error) => {
      throw concealError(error, secrets);
    });
  }

  async #sendPlain({ dialect, request }: Attempt): Promise<WireResponse> {
    const response = await this.#http(request);
    this.#remember(dialect);
    return response;
  }

  #events(request: WireRequest, query: NonNullable<WireRequest['query']>, signal: AbortSignal) {
    const all = [...(request.query ?? []), ...query];
    return this.#upstream.http.stream({ ...request, ...(all.length > 0 && { query: all }) }, { signal });
  }

  #remember(dialect: DialectName): void {
    if (this.#operation.documented !== undefined) this.#upstream.dialects.remember(this.#name, dialect);
  }

  get #upstream(): Upstream {
    return this.context.upstream(this.#operation.server);
  }

  /** Tries the row's dialects in order; the next one only when the server surely did not run the request. */
  async #first<T>(args: AnyArgs, attempt: (attempt: Attempt) => Promise<T>): Promise<T> {
    const attempts = await this.#attempts(args);
    const refusals: AegisError[] = [];
    for (const each of attempts) {
      try {
        return await attempt(each);
      } catch (error) {
        if (!isForOtherDialect(error, each)) throw error;
        refusals.push(error);
        if (isShared(error, attempts)) break;
      }
    }
    throw explain(this.#name, this.#operation, attempts, refusals);
  }

  #http(request: WireRequest): Promise<WireResponse> {
    return this.#upstream.http.send(request, { signal: this.context.signal });
  }
}

function typeOf(headers: WireResponse['headers']): string {
  return headers['content-type'] ?? 'application/octet-stream';
}
