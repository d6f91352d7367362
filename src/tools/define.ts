/**
 * What a row is. One row declares one tool: its routes, arguments, result, effect and classes. Everything
 * else (list, schemas, annotations, requests, docs, tests) is derived from the rows.
 */
import type { z } from 'zod';
import type { ByteSource, Method, SseEvent } from '../client/types.js';
import type { Context, Means, ServerName } from './context.js';

/** Domains of tools, in the order they are listed. */
export const TOOLSETS = [
  'agents',
  'executions',
  'approvals',
  'workflows',
  'workflow_executions',
  'seal',
  'dispatch',
  'stimuli',
  'volumes',
  'git_storage',
  'credentials',
  'secrets',
  'api_keys',
  'colony',
  'billing',
  'cluster',
  'swarms',
  'observability',
  'cortex',
  'scripts',
  'canvas',
  'user',
  'admin',
  'gateway',
  'system',
] as const;
export type Toolset = (typeof TOOLSETS)[number];

/** The toolset without rows: the tools that the servers list for the caller. Not part of `all`. */
export const SEAL_CATALOG = 'seal_catalog';

/** Values that the toolsets option takes. */
export const TOOLSET_CHOICES = ['core', 'all', ...TOOLSETS, SEAL_CATALOG] as const;

/** `read` changes nothing, `write` adds or starts, `destructive` replaces, stops or deletes. */
export type Effect = 'read' | 'write' | 'destructive';

/** `secret` takes or reveals a secret, `cost` spends money, `irreversible` cannot be undone. */
export type ToolClass = 'secret' | 'cost' | 'irreversible';

export type Shape = Readonly<Record<string, z.ZodType>>;
export type Args<S extends Shape> = { [K in keyof z.output<z.ZodObject<S>>]: z.output<z.ZodObject<S>>[K] };

export type Route = `${Method} /${string}`;

/** The slots of a route: `{agent_id}` fills one segment, `{*path}` the rest. */
export type Slots<R extends string> = R extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `*${infer Tail}` ? Tail : Name) | Slots<Rest>
  : never;

/** A request body before encoding; `text` and `source` are sent as they are. */
export type Body =
  | { readonly json: unknown }
  | { readonly yaml: string }
  | { readonly text: string; readonly type: string }
  | { readonly source: ByteSource; readonly type: string };

/** How one dialect carries a tool. */
export interface Wire<A, R extends Route = Route> {
  /** operationId in contract/orchestrator.openapi.yaml, or in contract/gateway.openapi.yaml for a gateway row. */
  readonly operation: string;
  readonly route: R;
  /** Arguments sent as query parameters of the same name, in this order; absent ones are left out. */
  readonly query?: readonly (keyof A & string)[];
  /** Query parameters with a fixed value. */
  readonly fixed?: Readonly<Record<string, string>>;
  body?(args: A, means: Means): Body | Promise<Body>;
  /** Further headers, lower-case names; undefined ones are left out. A pinned tenant wins over `x-tenant-id`. */
  headers?(args: A, means: Means): Headers | Promise<Headers>;
  readonly auth?: 'none';
  /** A GET that changes something: it is sent once, and its failures say that it may have run. */
  readonly once?: true;
  /** Time that the answer gets even where the configured limit is shorter, seconds: the server works meanwhile. */
  readonly leastSeconds?: number;
  /** A 400 of this route means that the body was refused whole and nothing was done: the other form may be tried. */
  readonly refusesWhole?: true;
}

export type Headers = Readonly<Record<string, string | undefined>>;

/** Arguments of any row, once parsed. */
export type AnyArgs = Readonly<Record<string, unknown>>;

/** A wire with the types of its row's arguments erased. */
export interface AnyWire extends Omit<Wire<AnyArgs>, 'query'> {
  readonly query?: readonly string[];
}

type CheckedWire<A, R extends Route> = Wire<A, R> &
  ([Slots<R>] extends [keyof A]
    ? unknown
    : { readonly route: `no argument for ${Exclude<Slots<R>, keyof A> & string}` });

/**
 * The SEAL tool that does the same as the row, and how its answer reads as the row's body. Method syntax
 * (here, in Wire and in Call) makes parameters bivariant, so rows typed by their own arguments fit one
 * registry; it is sound because the executor passes only arguments that the row's own schema has parsed.
 */
export interface SealTwin<A> {
  /** It does nearly the same: a way where nothing else is allowed (`--seal required`), and none for `auto`. */
  readonly isLastResort?: true;
  tool(args: A): string;
  /** Its arguments, or undefined when these arguments cannot be said through SEAL. */
  arguments(args: A): SealArguments | undefined | Promise<SealArguments | undefined>;
  /** The tool's JSON as the body that `result` reads; may ask for more. */
  body(value: Readonly<Record<string, unknown>>, args: A, call: Call<A>): unknown;
}

export type SealArguments = Readonly<Record<string, unknown>>;

/** Bytes that travel beside the structured result. */
export interface Blob {
  readonly uri: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** Something that the result names and the client can open (MCP ResourceLink). */
export interface Link {
  readonly uri: string;
  readonly name: string;
  readonly mimeType?: string;
  /** Bytes. */
  readonly size?: number;
}

export interface Ran<T> {
  readonly value: T;
  readonly blob?: Blob;
  readonly link?: Link;
}

/** An answer whose body is still on the wire. Leaving the body early closes the connection. */
export interface Download {
  readonly type: string;
  /** Content-Length, where the server gave one. */
  readonly size: number | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** What a row's `run` may do: send its own request or another one, and reach the context. */
export interface Call<A> {
  readonly context: Context;
  readonly args: A;
  /**
   * Sends the row's request in the dialect that answers; parsed body. It goes through SEAL where policy says so,
   * but not with `plain`: for arguments with which the SEAL tool would do something else.
   */
  send(args?: A, options?: { readonly plain: boolean }): Promise<unknown>;
  /** The same, as bytes with their content type, at most the configured bound. */
  download(): Promise<{ readonly bytes: Uint8Array; readonly type: string }>;
  /** The same, as a stream of any length. The body throws `connection_lost` when it breaks off. */
  open(): Promise<Download>;
  /** The events of the row's stream until it closes or the signal aborts; `query` follows the row's own. */
  stream(signal: AbortSignal, query?: readonly (readonly [string, string])[]): AsyncIterable<SseEvent>;
  /** Sends a further read and gives its parsed body. */
  read(wire: AnyWire, args: AnyArgs): Promise<unknown>;
}

/** A row as the executor and the generators see it: types of its own arguments erased. */
export interface Operation {
  readonly title: string;
  readonly description: string;
  readonly toolset: Toolset;
  readonly effect: Effect;
  /** Part of the default surface. */
  readonly core: boolean;
  /** Repeating the call with the same arguments changes nothing more. Reads always are. */
  readonly idempotent: boolean;
  readonly classes: readonly ToolClass[];
  /** A sensitive call leaves a receipt, and goes through SEAL where policy and row allow. */
  readonly sensitive: boolean;
  /** The server that has the row's routes. */
  readonly server: ServerName;
  /** What is translated between the published form and the real server's, for docs/compatibility.md. */
  readonly adapted: string | undefined;
  /** What the real server does not do although it has the route, for docs/compatibility.md. */
  readonly limits: string | undefined;
  /** Where the real server has no route in any form: the nearest thing that works, one sentence. */
  readonly alternative: string | undefined;
  /** The published method takes these arguments inside an object of this name; both forms are taken. */
  readonly wrapper: string | undefined;
  /** Other published names of arguments, taken silently: from alias to argument. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Arguments that are secrets: kept out of errors, results and receipts whatever the server repeats of them. */
  readonly secrets: readonly string[];
  /** The result carries text written by agents or users. */
  readonly untrusted: boolean;
  input(): Shape;
  output(): z.ZodType;
  readonly live: AnyWire | undefined;
  readonly documented: AnyWire | undefined;
  /** Further routes that `run` reads, for documentation and contract tests. */
  readonly reads: readonly AnyWire[];
  readonly seal: SealTwin<AnyArgs> | undefined;
  run(call: Call<AnyArgs>): Promise<Ran<unknown>>;
}

interface Common<S extends Shape, O extends z.ZodType> {
  readonly title: string;
  readonly description: string;
  readonly toolset: Toolset;
  readonly effect: Effect;
  readonly core?: true;
  readonly idempotent?: true;
  readonly classes?: readonly ToolClass[];
  readonly sensitive?: true;
  readonly server?: 'gateway';
  readonly adapted?: string;
  readonly limits?: string;
  readonly alternative?: string;
  readonly wrapper?: string;
  readonly aliases?: Readonly<Record<string, keyof S & string>>;
  readonly secrets?: readonly (keyof S & string)[];
  readonly untrusted?: true;
  readonly input: () => S;
  readonly output: () => O;
  readonly seal?: SealTwin<Args<S>>;
}

interface Wired<S extends Shape, R extends Route, D extends Route> {
  readonly live: CheckedWire<Args<S>, R>;
  readonly documented?: CheckedWire<Args<S>, D>;
}

/** At least one of the two: a route that only the published reference knows has no live one. */
type SomeWire<S extends Shape, R extends Route, D extends Route> =
  | Wired<S, R, D>
  | { readonly live?: undefined; readonly documented: CheckedWire<Args<S>, D>; readonly alternative: string };

type Plain<S extends Shape, O extends z.ZodType, R extends Route, D extends Route> = Common<S, O> &
  SomeWire<S, R, D> & {
    /** The answer of either dialect as the published result. */
    readonly result: (body: unknown, args: Args<S>) => z.input<O>;
  };

type Running<S extends Shape, O extends z.ZodType, R extends Route, D extends Route> = Common<S, O> &
  Partial<Wired<S, R, D>> & {
    readonly reads?: readonly AnyWire[];
    run(call: Call<Args<S>>): Promise<Ran<z.input<O>>>;
  };

/** Declares a tool that is one request and one answer. The compiler checks slots, query names and result. */
export function op<S extends Shape, O extends z.ZodType, const R extends Route, const D extends Route = R>(
  row: Plain<S, O, R, D>,
): Operation {
  const running = {
    async run(call: Call<Args<S>>): Promise<Ran<unknown>> {
      return { value: row.result(await call.send(), call.args) };
    },
  };
  return erase(row, running, row.live, row.documented, []);
}

/** Declares a tool with a body of its own: streams, several requests, local facts. */
export function action<
  S extends Shape,
  O extends z.ZodType,
  const R extends Route,
  const D extends Route = R,
>(row: Running<S, O, R, D>): Operation {
  return erase(row, row, row.live, row.documented, row.reads ?? []);
}

function erase<S extends Shape, O extends z.ZodType>(
  row: Common<S, O>,
  running: Pick<Operation, 'run'>,
  live: Wire<Args<S>> | undefined,
  documented: Wire<Args<S>> | undefined,
  reads: Operation['reads'],
): Operation {
  return {
    title: row.title,
    description: row.description,
    toolset: row.toolset,
    effect: row.effect,
    core: row.core ?? false,
    idempotent: row.effect === 'read' || (row.idempotent ?? false),
    classes: row.classes ?? [],
    sensitive: row.sensitive ?? row.seal !== undefined,
    server: row.server ?? 'orchestrator',
    adapted: row.adapted,
    limits: row.limits,
    alternative: row.alternative,
    wrapper: row.wrapper,
    aliases: row.aliases ?? {},
    secrets: row.secrets ?? [],
    untrusted: row.untrusted ?? false,
    input: row.input,
    output: row.output,
    live,
    documented,
    reads,
    seal: row.seal,
    run: (call) => running.run(call),
  };
}
