/** Runs one row: arguments in, the published result out. */
import { errorIn200, isRefusedUnread } from '../client/decode-error.js';
import { readJson } from '../client/json.js';
import type { Method, WireRequest, WireResponse } from '../client/types.js';
import { AegisError } from '../errors.js';
import { toolFailure } from '../seal/failure.js';
import { isRecord, parseArguments } from './arguments.js';
import type { Context, DialectName } from './context.js';
import type { AnyArgs, AnyWire, Call, Operation, Ran } from './define.js';
import { buildRequest } from './request.js';
import { outputSchema } from './schema.js';

/**
 * Runs a tool. Throws AegisError for every failure: arguments, wire, server, or an answer whose shape is not
 * the published one.
 */
export async function execute(
  name: string,
  operation: Operation,
  raw: unknown,
  context: Context,
): Promise<Ran<unknown>> {
  const args = parseArguments(name, operation, raw, context.tenant);
  const ran = await operation.run(new RowCall(name, operation, args, context));
  const checked = outputSchema(operation).safeParse(ran.value);
  if (checked.success) return { ...ran, value: checked.data };
  const problems = checked.error.issues.map(
    (issue) => `${issue.path.map(String).join('.')}: ${issue.message}`,
  );
  throw new AegisError(
    'bad_response',
    `${name}: the server's answer has another shape: ${problems.join('; ')}.`,
    {
      next: `Check that ${context.http.baseUrl} is an AEGIS orchestrator, and its version.`,
      mayHaveRun: operation.effect !== 'read',
    },
  );
}

interface Attempt {
  readonly dialect: DialectName;
  readonly request: WireRequest;
}

/** One call of one row. Public methods are documented on {@link Call}. */
class RowCall implements Call<AnyArgs> {
  readonly context: Context;
  readonly args: AnyArgs;
  readonly #name: string;
  readonly #operation: Operation;

  constructor(name: string, operation: Operation, args: AnyArgs, context: Context) {
    this.#name = name;
    this.#operation = operation;
    this.args = args;
    this.context = context;
  }

  async send(args: AnyArgs = this.args): Promise<unknown> {
    if (!this.#operation.sensitive)
      return await this.#first(args, async (request) => readBody(await this.#http(request), request.method));
    const twin = this.#operation.seal;
    const sealed = await twin?.arguments(args);
    const seal = twin && sealed ? { tool: twin.tool(args), arguments: sealed } : undefined;
    return await this.#first(args, async (request) => {
      const call = { tool: this.#name, request, ...(seal && { seal }) };
      // The body is read inside: a failure in a 200 is a failure on the receipt too.
      const carried = await this.context.carry(call, async () => readBody(await this.#http(request), request.method));
      if (carried.via === 'rest') return carried.response;
      return await twin?.body(sealResult(this.#name, carried.result), args, this);
    });
  }

  async download(): Promise<{ bytes: Uint8Array; type: string }> {
    const response = await this.#first(this.args, (request) => this.#http(request));
    return { bytes: response.bytes, type: response.headers['content-type'] ?? 'application/octet-stream' };
  }

  async read(wire: AnyWire, args: AnyArgs): Promise<unknown> {
    const request = await buildRequest(wire, args);
    return readBody(await this.#http(request), request.method);
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

  /** Tries the row's dialects in order; the next one only when the server surely did not run the request. */
  async #first<T>(args: AnyArgs, attempt: (request: WireRequest) => Promise<T>): Promise<T> {
    const attempts = await this.requests(args);
    let refusal: unknown;
    for (const { dialect, request } of attempts) {
      try {
        const answer = await attempt(request);
        if (attempts.length > 1) this.context.dialects.remember(this.#name, dialect);
        return answer;
      } catch (error) {
        if (!isRefusedUnread(error) && !isUnprocessable(error)) throw error;
        refusal ??= error;
        if (sameRoute(error, attempts)) break;
      }
    }
    throw noRoute(this.#name, attempts, refusal);
  }

  #http(request: WireRequest): Promise<WireResponse> {
    return this.context.http.send(request, { signal: this.context.signal });
  }
}

/** HTTP 422: the body was read and refused, in JSON by servers of the published reference; nothing was done. */
function isUnprocessable(error: unknown): boolean {
  return error instanceof AegisError && error.status === 422;
}

/** A missing route is missing in both dialects when they share it: asking again would say nothing new. */
function sameRoute(error: unknown, attempts: readonly Attempt[]): boolean {
  if (!(error instanceof AegisError) || error.code !== 'no_such_route') return false;
  const routes = new Set(attempts.map(({ request }) => `${request.method} ${request.path}`));
  return routes.size < attempts.length;
}

function noRoute(name: string, attempts: readonly Attempt[], refusal: unknown): unknown {
  if (!(refusal instanceof AegisError) || refusal.code !== 'no_such_route') return refusal;
  const tried = attempts.map(({ request }) => `${request.method} ${request.path}`).join(' and ');
  return new AegisError('unsupported', `${name}: this server has no route for it (tried ${tried}).`, {
    ...(refusal.status !== undefined && { status: refusal.status }),
    next: 'Check the orchestrator address and its version with whoami.',
    cause: refusal,
  });
}

/** Members of a failure that comes with a 2xx status; a record that tells of an error has others too. */
const FAILURE_MEMBERS = new Set(['error', 'message', 'code', 'items', 'required', 'hint', 'details']);

function readBody(response: WireResponse, method: Method): unknown {
  const body = readJson(response, method) ?? {};
  const failure = errorIn200(body);
  const isFailure = isRecord(body) && Object.keys(body).every((key) => FAILURE_MEMBERS.has(key));
  if (failure === undefined || !isFailure) return body;
  throw new AegisError('failed', failure, {
    status: response.status,
    next: 'The server refused with a success status: check that the thing named still exists and is waiting.',
  });
}

function sealResult(name: string, value: unknown): AnyArgs {
  const failure = toolFailure(value);
  if (failure !== undefined)
    throw new AegisError('failed', `${name} through SEAL: ${failure}`, {
      next: 'Correct the call and send it anew.',
    });
  if (isRecord(value)) return value;
  throw new AegisError('bad_response', `${name}: the SEAL tool did not answer with an object.`, {
    mayHaveRun: true,
  });
}
