/** What a running tool may touch. Tools see neither MCP, undici nor the environment, only this. */
import type { ByteSource, HttpClient, WireRequest } from '../client/types.js';
import type { CallQuery, RecordedCall } from '../seal/journal-read.js';

/** How far a call is. */
export interface ProgressUpdate {
  readonly progress: number;
  readonly total?: number;
  readonly message: string;
}

/** A sensitive call, described for policy and receipt. */
export interface SensitiveCall {
  /** Name of the MCP tool. */
  readonly tool: string;
  /** SEAL tool that does the same, with its arguments; absent when there is none. */
  readonly seal?: {
    readonly tool: string;
    readonly arguments: Readonly<Record<string, unknown>>;
    /** It does nearly the same: no way for `auto`. */
    readonly isLastResort?: boolean;
  };
  /** The REST request that does it. */
  readonly request: WireRequest;
}

/** How a sensitive call was carried, with its answer: a SEAL tool's JSON, or the REST answer. */
export type Carried<R> =
  | { readonly via: 'seal'; readonly result: unknown; readonly receipt: string }
  | { readonly via: 'rest'; readonly response: R; readonly receipt: string };

/** What `whoami` tells. */
export type About = {
  readonly orchestrator: {
    readonly url: string;
    readonly reachable: boolean;
    readonly sandbox: boolean;
    readonly version: string | null;
    readonly status: string | null;
    readonly error: string | null;
    readonly clock_skew_ms: number | null;
  };
  readonly identity: {
    readonly kind: string;
    readonly subject: string | null;
    readonly client_id: string | null;
    readonly issuer: string | null;
    readonly role: string | null;
    readonly scopes: string[];
    readonly expires_at: string | null;
    /** Why there is no usable credential. */
    readonly error: string | null;
  };
  readonly tenant: string | null;
  readonly seal: {
    readonly mode: string;
    readonly security_context: string | null;
    readonly journal: string | null;
  };
  readonly surface: { readonly tools: number; readonly toolsets: string[]; readonly read_only: boolean };
};

export type ServerName = 'orchestrator' | 'gateway';

/** A server as rows reach it. */
export interface Upstream {
  readonly http: HttpClient;
  /** Remembers which dialect answered a tool's route. */
  readonly dialects: DialectMemory;
}

/** Files of this machine, as far as configuration opens them. Paths may be relative to the first root. */
export interface LocalFiles {
  /**
   * A regular file below the roots. Throws `not_configured` where no file may be touched, `invalid_arguments` for
   * a path outside the roots, through a symbolic link or without a file.
   */
  read(path: string): Promise<ByteSource>;
  /**
   * Writes a file below the roots, whole or not at all: beside its place first, then renamed. Throws as `read`
   * does, and `conflict` when the file exists and may not be replaced.
   */
  write(
    path: string,
    bytes: AsyncIterable<Uint8Array>,
    options: { readonly overwrite: boolean },
  ): Promise<{ readonly path: string; readonly size: number; readonly sha256: string }>;
}

/** What of this machine and its configuration a request may be made of. */
export interface Means {
  readonly files: LocalFiles;
  /** The HMAC secret configured for a webhook source; undefined where none is. */
  webhookSecret(source: string): string | undefined;
  readonly progress: (update: ProgressUpdate) => void;
}

export interface Context extends Means {
  /** Longest time that one request may take, seconds. */
  readonly requestSeconds: number;
  /** Ids of the receipts that this call has left so far. */
  readonly recorded: readonly string[];
  /** Throws `not_configured` for a gateway that has no address. */
  upstream(server: ServerName): Upstream;
  /**
   * Routes a sensitive call over SEAL or REST by policy and writes its receipt before it resolves.
   * `send` performs the REST request; it is called at most once, and its rejection is what the receipt says.
   */
  carry<R>(call: SensitiveCall, send: () => Promise<R>): Promise<Carried<R>>;
  /** Signs and sends one SEAL tool call with this server's own session; returns the tool's JSON. */
  sealInvoke(
    tool: string,
    args: Readonly<Record<string, unknown>>,
    options?: SealInvokeOptions,
  ): Promise<unknown>;
  /** Whether the caller's security context lists this SEAL tool of the orchestrator, where SEAL is on. */
  sealLists(tool: string): Promise<boolean>;
  /** Calls on record in this process's journal, newest first: those of the acting identity. */
  receipts(query: Omit<CallQuery, 'actor'>): Promise<readonly RecordedCall[]>;
  /** Facts for `whoami`, gathered by the composition root. */
  about(): Promise<About>;
  /** Tenant pinned by configuration; then no tool takes one. */
  readonly tenant: string | undefined;
  readonly signal: AbortSignal;
}

/** How a signed call is made and recorded. */
export interface SealInvokeOptions {
  /** The server that executes it. Default `orchestrator`. Throws `not_configured` for a gateway without address. */
  readonly server?: ServerName;
  /** Name of the MCP tool, for the receipt. Default `invoke_seal`. */
  readonly as?: string;
}

export type DialectName = 'live' | 'documented';

export interface DialectMemory {
  /** The dialect to try first for this tool. */
  first(tool: string): DialectName;
  /** Whether the other dialect may be tried at all (false when the operator fixed one). */
  readonly mayFallBack: boolean;
  remember(tool: string, dialect: DialectName): void;
}
