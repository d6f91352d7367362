/** The tools of the program in this process, called by an MCP client over an in-memory transport. */
import { Client } from '@modelcontextprotocol/client';
import { type CallToolResult, InMemoryTransport } from '@modelcontextprotocol/server';
import { expect, onTestFinished } from 'vitest';
import { type Flags, readConfig } from '../../src/config.js';
import { createRuntime } from '../../src/runtime/index.js';
import { createServerFactory } from '../../src/server/create-server.js';
import type { ToolHost } from '../../src/server/host.js';

export type Json = Readonly<Record<string, unknown>>;

export interface Tools {
  call(name: string, args?: Json, options?: CallExtras): Promise<Called>;
  /** The structured result; throws the text of a failed call. */
  must(name: string, args?: Json, options?: CallExtras): Promise<Json>;
  /** The first contents of a resource; rejects with what the protocol says. */
  readResource(uri: string): Promise<Json>;
  /** Resources, as listed. */
  resources(): Promise<readonly Json[]>;
  /** Templates of resources, as listed. */
  resourceTemplates(): Promise<readonly Json[]>;
  /** Names of the tools that have succeeded. */
  readonly succeeded: ReadonlySet<string>;
  close(): Promise<void>;
}

/** What a call gave: the first text, and everything. */
export interface Called {
  readonly isError: boolean;
  readonly text: string;
  readonly structured?: Json;
  readonly content: readonly Json[];
}

export interface CallExtras {
  readonly signal?: AbortSignal;
  readonly onProgress?: (message: string) => void;
}

/** All tools against the server named in `flags`, with an own journal in memory. */
export function openTools(flags: Flags, env: Readonly<Record<string, string>> = {}): Tools {
  const common = { toolsets: 'all', logLevel: 'silent', journal: ':memory:' };
  const runtime = createRuntime(readConfig({ ...common, ...flags }, env));
  const client = connectTo(runtime.host);
  const succeeded = new Set<string>();
  const call: Tools['call'] = async (name, args = {}, options = {}) => {
    const { signal = AbortSignal.timeout(15_000), onProgress } = options;
    const onprogress = ({ message }: { message?: string | undefined }): void => onProgress?.(message ?? '');
    const asked = { name, arguments: { ...args } };
    const result = await (await client).callTool(asked, {
      signal,
      timeout: 60_000,
      ...(onProgress !== undefined && { onprogress }),
    });
    const called = toCalled(result);
    if (!called.isError) succeeded.add(name);
    return called;
  };
  const must: Tools['must'] = async (name, args, options) => {
    const { isError, text, structured } = await call(name, args, options);
    if (isError || structured === undefined) throw new Error(`${name}: ${text}`);
    return structured;
  };
  const close = async (): Promise<void> => {
    await (await client).close();
    await runtime.close();
  };
  const readResource = async (uri: string): Promise<Json> => ({
    ...(await (await client).readResource({ uri })).contents[0],
  });
  const resources = async () => (await (await client).listResources()).resources;
  const resourceTemplates = async () => (await (await client).listResourceTemplates()).resourceTemplates;
  return { call, must, readResource, resources, resourceTemplates, succeeded, close };
}

/** A client that has listed the tools: it then holds every structured result against its output schema. */
async function connectTo(host: ToolHost): Promise<Client> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const factory = createServerFactory(host, { name: 'aegis-mcp', version: '0.0.0' }, QUIET);
  const client = new Client({ name: 'tests', version: '1.0.0' });
  await factory().connect(far);
  await client.connect(near);
  await client.listTools();
  return client;
}

const QUIET = { debug: () => undefined, warn: () => undefined, error: () => undefined };

function toCalled({ isError, content, structuredContent }: CallToolResult): Called {
  const [first] = content;
  return {
    isError: isError === true,
    text: first?.type === 'text' ? first.text : '',
    ...(structuredContent !== undefined && { structured: { ...structuredContent } }),
    content: content.map((block) => ({ ...block })),
  };
}

/** The same, closed with the test. */
export function useTools(flags: Flags, env: Readonly<Record<string, string>> = {}): Tools {
  const tools = openTools(flags, env);
  onTestFinished(() => tools.close());
  return tools;
}

/** The text of a call that fails as it must: a code, a cause, a next step, and nothing structured. */
export async function failure(
  tools: Tools,
  name: string,
  args: Json = {},
  options: CallExtras = {},
): Promise<string> {
  const { isError, text, structured } = await tools.call(name, args, options);
  expect([isError, structured], text).toEqual([true, undefined]);
  expect(text).toMatch(/^Error [a-z_]+( \(HTTP \d{3}\))?: .+\n[\s\S]*Next: .+/);
  return text;
}

/** Asks again until `read` gives something, for at most about 10 s. */
export async function waitFor<T>(read: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const found = await read();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('waited in vain');
}
