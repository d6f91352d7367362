/** The tools of the program in this process, without MCP around them. */
import { expect, onTestFinished } from 'vitest';
import { type Flags, readConfig } from '../../src/config.js';
import { createRuntime } from '../../src/runtime/index.js';
import type { CallOutcome } from '../../src/server/host.js';

export type Json = Readonly<Record<string, unknown>>;

export interface Tools {
  call(name: string, args?: Json, options?: CallExtras): Promise<CallOutcome>;
  /** The structured result; throws the text of a failed call. */
  must(name: string, args?: Json, options?: CallExtras): Promise<Json>;
  /** Names of the tools that have succeeded. */
  readonly succeeded: ReadonlySet<string>;
  close(): Promise<void>;
}

export interface CallExtras {
  readonly signal?: AbortSignal;
  readonly onProgress?: (message: string) => void;
}

/** All tools against the server named in `flags`, with an own journal in memory. */
export function openTools(flags: Flags, env: Readonly<Record<string, string>> = {}): Tools {
  const common = { toolsets: 'all', logLevel: 'silent', journal: ':memory:' };
  const runtime = createRuntime(readConfig({ ...common, ...flags }, env));
  const succeeded = new Set<string>();
  const call: Tools['call'] = async (name, args = {}, options = {}) => {
    const { signal = AbortSignal.timeout(15_000), onProgress } = options;
    const progress = ({ message }: { message: string }): void => onProgress?.(message);
    const outcome = await runtime.host.call(name, args, { signal, progress });
    if (!outcome.isError) succeeded.add(name);
    return outcome;
  };
  const must: Tools['must'] = async (name, args, options) => {
    const { isError, text, structured } = await call(name, args, options);
    if (isError || structured === undefined) throw new Error(`${name}: ${text}`);
    return structured;
  };
  return { call, must, succeeded, close: () => runtime.close() };
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
