/** The tools of a domain against a sandbox of one dialect. */
import { afterAll, beforeAll } from 'vitest';
import type { Flags } from '../../src/config.js';
import {
  type Sandbox,
  type SandboxOptions,
  startSandbox,
  type TokenOptions,
} from '../../src/sandbox/index.js';
import type { Toolset } from '../../src/tools/define.js';
import { registry } from '../../src/tools/registry.js';
import { openTools, type Tools } from './_tools.js';

export interface Domain {
  readonly sandbox: Sandbox;
  /** Called as the service account with every scope. */
  readonly tools: Tools;
  /** The same server as somebody else; closed with the file or block. */
  as(token: TokenOptions, flags?: Flags): Promise<Tools>;
}

/** Starts both before the tests of the file or describe block, and ends them after. */
export function shareDomain(
  options: SandboxOptions,
  flags: Flags = {},
  env: Readonly<Record<string, string>> = {},
): () => Domain {
  let sandbox: Sandbox | undefined;
  let tools: Tools | undefined;
  const others: Tools[] = [];
  beforeAll(async () => {
    sandbox = await startSandbox({ pace: 0, ...options });
    tools = openTools({ url: sandbox.url, ...flags }, { AEGIS_TOKEN: await sandbox.issueToken(), ...env });
  });
  afterAll(async () => {
    await Promise.all([tools, ...others].map((each) => each?.close()));
    await sandbox?.close();
  });
  return () => {
    if (sandbox === undefined || tools === undefined) throw new Error('the sandbox is not up');
    const { url, issueToken } = sandbox;
    const as: Domain['as'] = async (token, more = {}) => {
      const other = openTools({ url, ...flags, ...more }, { ...env, AEGIS_TOKEN: await issueToken(token) });
      others.push(other);
      return other;
    };
    return { sandbox, tools, as };
  };
}

/** Tools of these toolsets that none of the callers has called with success; sorted. */
export function unproven(toolsets: readonly Toolset[], callers: readonly Tools[]): string[] {
  return Object.entries(registry)
    .filter(
      ([name, { toolset }]) => toolsets.includes(toolset) && !callers.some((c) => c.succeeded.has(name)),
    )
    .map(([name]) => name)
    .sort();
}
