import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import {
  type Sandbox,
  type SandboxOptions,
  startSandbox,
  type TokenOptions,
} from '../../src/sandbox/index.js';

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

export interface CallOptions {
  readonly json?: unknown;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body of a JSON answer. */
  readonly json: ReturnType<typeof JSON.parse>;
}

/** A sandbox that ends with the test. */
export async function useSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ pace: 0, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** One sandbox for all tests of a file or describe block; agents deployed by `deploy` do not collide in it. */
export function shareSandbox(options: SandboxOptions = {}): () => Sandbox {
  let shared: Sandbox | undefined;
  beforeAll(async () => {
    shared = await startSandbox({ pace: 0, ...options });
  });
  afterAll(() => shared?.close());
  return () => {
    if (!shared) throw new Error('the shared sandbox is not up');
    return shared;
  };
}

/** Calls with a token of the given options; default the service account with every scope. */
export async function caller(sandbox: Sandbox, options: TokenOptions = {}): Promise<Call> {
  const authorization = `Bearer ${await sandbox.issueToken(options)}`;
  return (method, path, given = {}) =>
    request(`${sandbox.url}${path}`, method, { ...given, headers: { authorization, ...given.headers } });
}

export async function request(url: string, method: string, options: CallOptions = {}): Promise<Answer> {
  const json = options.json === undefined ? undefined : JSON.stringify(options.json);
  const response = await fetch(url, {
    method,
    headers: { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers },
    body: options.body ?? json ?? null,
  });
  const text = await response.text();
  const isJson = text !== '' && response.headers.get('content-type') === 'application/json';
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

export interface ManifestParts {
  readonly name?: string;
  readonly version?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly instruction?: string;
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** The contract's minimal manifest, with parts replaced. */
export function manifest({
  name = 'word-counter',
  version = '1.0.0',
  labels = {},
  instruction = 'Count the words in the input and print one integer.',
  spec = {},
}: ManifestParts = {}) {
  return {
    apiVersion: '100monkeys.ai/v1',
    kind: 'Agent',
    metadata: { name, version, labels },
    spec: { runtime: { language: 'python', version: '3.11' }, task: { instruction }, ...spec },
  };
}

let deployed = 0;

/** Deploys an agent, by default under a name of its own. */
export async function deploy(call: Call, parts: ManifestParts = {}): Promise<string> {
  deployed += 1;
  const json = manifest({ name: `agent-${deployed}`, ...parts });
  const answer = await call('POST', '/v1/agents', { json });
  if (answer.status !== 200) throw new Error(`deploy: ${answer.status} ${answer.text}`);
  return answer.json.agent_id;
}

export async function execute(
  call: Call,
  agentId: string,
  input: unknown = 'one two three',
): Promise<string> {
  const answer = await call('POST', `/v1/agents/${agentId}/execute`, { json: { input } });
  if (answer.status !== 200) throw new Error(`execute: ${answer.status} ${answer.text}`);
  return answer.json.execution_id;
}

/** Polls the live record until the status is one of those wanted. */
export async function waitForStatus(call: Call, executionId: string, ...wanted: string[]): Promise<string> {
  for (;;) {
    const { json } = await call('GET', `/v1/executions/${executionId}`);
    if (wanted.includes(json.status)) return json.status;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A directory that goes with the test. */
export function useDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'aegis-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
