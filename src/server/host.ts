/** What the MCP layer needs of the tools: a prebuilt list and one call. No row, no schema library, no HTTP. */
import type { ProgressUpdate } from '../tools/context.js';
import type { Link } from '../tools/define.js';
import type { Listed } from '../tools/listing.js';

/** A tool as `tools/list` says it (MCP Tool, 2025-11-25 and 2026-07-28). */
export type ListedTool = Omit<Listed, 'outputSchema'> & Partial<Pick<Listed, 'outputSchema'>>;

/** Progress of one call (MCP progress notification, without its token). */
export type Progress = ProgressUpdate;

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Never throws, never waits. */
  readonly progress: (update: Progress) => void;
}

/** Result of a call as MCP wants it: text always, structured content only on success. */
export interface CallOutcome {
  readonly isError: boolean;
  readonly text: string;
  readonly structured?: Readonly<Record<string, unknown>>;
  /** Bytes that are not text: an MCP embedded resource or image beside the text. */
  readonly blob?: { readonly uri: string; readonly mimeType: string; readonly base64: string };
  /** Something the client can open: an MCP resource link beside the text. */
  readonly link?: Link;
  /** Ids of the receipts that the call left, whether it succeeded or not. */
  readonly receipts?: readonly string[];
}

/** A family of addresses (MCP ResourceTemplate, RFC 6570). */
export interface FileTemplate {
  readonly uriTemplate: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/** What is behind one address (MCP ResourceContents): `text`, or `blob` in base64. */
export type FileContents = { readonly uri: string; readonly mimeType: string } & (
  | { readonly text: string }
  | { readonly blob: string }
);

/** An address that is listed (MCP Resource). */
export interface ListedResource {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
}

/** Files and receipts as MCP resources. */
export interface FileHost {
  readonly resources: readonly ListedResource[];
  readonly templates: readonly FileTemplate[];
  /** Whether an address is of this host's kind, be there something behind it or not. */
  owns(uri: string): boolean;
  /** Rejects with AegisError: `not_found` for an address that names nothing. */
  read(uri: string, signal: AbortSignal): Promise<FileContents>;
}

/** Tools that come and go while the process lives. */
export interface LiveTools {
  /** How old a list may be, milliseconds. */
  readonly maxAgeMs: number;
  /** What is offered now, in a fixed order. Never rejects, and waits a few seconds at most for the servers asked. */
  list(): Promise<readonly ListedTool[]>;
  /**
   * Has `changed` called whenever the list has changed, until the returned function is called. Changes are looked for
   * only while somebody watches.
   */
  watch(changed: () => void): () => void;
}

export interface ToolHost {
  /** Shown by `initialize` and `server/discover`. */
  readonly instructions: string;
  /** The fixed tools of the effective surface, in a fixed order. */
  list(): readonly ListedTool[];
  /** Absent where the list never changes. */
  readonly live?: LiveTools;
  /** Absent when no tool in effect has resources. */
  readonly files?: FileHost;
  /**
   * Runs a tool of the surface. Failures are outcomes with `isError`; it rejects only for a name that is no
   * tool of this server at all, with AegisError `unknown_tool`, whose message names near misses.
   */
  call(name: string, args: unknown, options: CallOptions): Promise<CallOutcome>;
}
