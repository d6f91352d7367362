/** The MCP servers that both transports hand their requests to: low-level, so that making one costs nothing. */
import {
  type CallToolRequest,
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
  type StandardSchemaV1,
} from '@modelcontextprotocol/server';
import { AegisError } from '../errors.js';
import { capabilitiesOf } from './capabilities.js';
import type { EventLog } from './event-log.js';
import type { ToolHost } from './host.js';
import { createProgressSender } from './progress.js';
import { oneLine } from './render-error.js';
import { renderFailure, renderOutcome } from './render-outcome.js';
import { serveResources } from './resources.js';
import { RunningCalls } from './running-calls.js';

/** What `initialize` and `server/discover` say about this program (MCP Implementation). */
export interface ServerInfo {
  readonly name: string;
  readonly version: string;
}

/** The factory that the SDK's `serveStdio` and `createMcpHandler` want, with a hold on the calls it started. */
export interface ServerFactory {
  /** A server for one request. */
  (): Server;
  /** A server for a whole connection of that era: it announces when the list of tools has changed. */
  lasting(era: 'legacy' | 'modern'): Server;
  /** Has `changed` called whenever the list of tools has changed, until the returned function is called. */
  watch(changed: () => void): () => void;
  /** Fires the signal of every tool call under way, and of those that still come; results are still sent. */
  stop(reason: string): void;
  /** Resolves when no tool call is under way, or after `timeoutMs` milliseconds. */
  drained(timeoutMs: number): Promise<void>;
}

/**
 * Makes the factory of MCP servers for `host`. Every server answers `initialize`, `ping`, `tools/list` and
 * `tools/call`, for 2026-07-28 `server/discover`, and where tools fetch files the resource requests that read them;
 * nothing else is advertised.
 */
export function createServerFactory(host: ToolHost, info: ServerInfo, log: EventLog): ServerFactory {
  const running = new RunningCalls();
  const create = (): Server => createServer({ host, running, log }, info);
  return Object.assign(create, {
    lasting: (era: 'legacy' | 'modern'): Server => announcing(create(), era, { host, log }),
    watch: (changed: () => void): (() => void) => host.live?.watch(changed) ?? (() => undefined),
    stop: (reason: string): void => running.stop(reason),
    drained: (timeoutMs: number): Promise<void> => running.drained(timeoutMs),
  });
}

/** Fixed lists stay the same while the process lives. */
const MAX_TTL_MS = 300_000;

/** The list may depend on who asks, so no shared cache may keep it. */
function listCache({ live }: ToolHost): { readonly ttlMs: number; readonly cacheScope: 'private' } {
  return { ttlMs: Math.min(MAX_TTL_MS, live?.maxAgeMs ?? MAX_TTL_MS), cacheScope: 'private' };
}

/** What all servers of one factory share. */
interface Shared {
  readonly host: ToolHost;
  readonly running: RunningCalls;
  readonly log: EventLog;
}

function createServer(shared: Shared, info: ServerInfo): Server {
  const { host, log } = shared;
  const server = new Server(info, {
    capabilities: capabilitiesOf(host),
    instructions: host.instructions,
    cacheHints: { 'tools/list': listCache(host), 'server/discover': listCache(host) },
  });
  server.onerror = (err) => log.debug({ err }, 'protocol error');
  server.setRequestHandler('tools/list', { params: ONE_PAGE }, async () => ({
    tools: [...host.list(), ...((await host.live?.list()) ?? [])],
  }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const result = await callTool(shared, params, context);
    return server.projectCallToolResult(result, outputSchema(host, params.name));
  });
  if (host.files !== undefined) serveResources(server, host.files, log);
  return server;
}

/** Announces changes while the connection lasts; MCP 2025-11-25 wants none before `notifications/initialized`. */
function announcing(
  server: Server,
  era: 'legacy' | 'modern',
  { host, log }: Pick<Shared, 'host' | 'log'>,
): Server {
  let isOpen = era === 'modern';
  const stop = host.live?.watch(() => {
    if (isOpen) server.sendToolListChanged().catch((err: unknown) => log.debug({ err }, 'not announced'));
  });
  server.oninitialized = () => {
    isOpen = true;
  };
  server.onclose = () => stop?.();
  return server;
}

function outputSchema(host: ToolHost, name: string): Readonly<Record<string, unknown>> | undefined {
  return host.list().find((tool) => tool.name === name)?.outputSchema;
}

async function callTool(
  { host, running, log }: Shared,
  { name, arguments: args = {} }: CallToolRequest['params'],
  context: ServerContext,
): Promise<CallToolResult> {
  const call = running.begin(context.mcpReq.signal);
  const progress = createProgressSender(context, log);
  try {
    return renderOutcome(await host.call(name, args, { signal: call.signal, progress: progress.send }));
  } catch (thrown) {
    return refuseOrRender(name, thrown, log);
  } finally {
    progress.stop();
    call.end();
  }
}

function refuseOrRender(tool: string, thrown: unknown, log: EventLog): CallToolResult {
  if (thrown instanceof AegisError && thrown.code === 'unknown_tool')
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, oneLine(thrown));
  log.error({ tool, err: thrown }, 'a tool call threw');
  return renderFailure(thrown);
}

/** Parameters of `tools/list`: all tools fit one page, so no cursor was ever given out. */
const ONE_PAGE: StandardSchemaV1<unknown, unknown> = {
  '~standard': {
    version: 1,
    vendor: 'aegis-mcp',
    validate: (params) =>
      hasCursor(params)
        ? { issues: [{ message: 'unknown cursor; the list has one page, ask for it without a cursor' }] }
        : { value: params },
  },
};

function hasCursor(params: unknown): boolean {
  return typeof params === 'object' && params !== null && 'cursor' in params && params.cursor !== undefined;
}
