/** A sandbox over HTTP and what the tests ask of it. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import {
  type Sandbox,
  type SandboxOptions,
  startSandbox,
  type TokenOptions,
} from '../../../src/sandbox/index.js';
import { readEvents } from './_sse.js';

/** A response, read to its end. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  /** The parsed JSON body; undefined when the body is not JSON. */
  readonly json: unknown;
  readonly text: string;
}

/** Sends requests with one token. */
export interface Caller {
  call(method: string, path: string, body?: unknown, type?: string): Promise<Answer>;
  /** Opens an event stream; see readEvents. */
  events(path: string, signal: AbortSignal): Promise<AsyncGenerator<unknown>>;
}

const open: Sandbox[] = [];

/** Starts a sandbox that the end of the test closes. */
export async function sandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const started = await startSandbox({ pace: 0, ...options });
  open.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** One sandbox for all tests of a file or describe block. Call the result inside tests. */
export function sharedSandbox(options: SandboxOptions = {}): () => Sandbox {
  let shared: Sandbox | undefined;
  beforeAll(async () => {
    shared = await startSandbox({ pace: 0, ...options });
  });
  afterAll(async () => shared?.close());
  return () => {
    if (shared === undefined) throw new Error('the sandbox is there only inside tests');
    return shared;
  };
}

/** A caller with its own token; default the service account with every scope. Texts are sent as given. */
export async function caller(target: Sandbox, token: TokenOptions = {}): Promise<Caller> {
  const authorization = `Bearer ${await target.issueToken(token)}`;
  return {
    call: async (method, path, body, type = 'application/json') => {
      const payload = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await fetch(`${target.url}${path}`, {
        method,
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': type }) },
        ...(body === undefined ? {} : { body: payload }),
      });
      const text = await response.text();
      const contentType = response.headers.get('content-type') ?? '';
      const json = contentType.startsWith('application/json') ? JSON.parse(text) : undefined;
      return { status: response.status, type: contentType, json, text };
    },
    events: async (path, signal) => {
      const response = await fetch(`${target.url}${path}`, { headers: { authorization }, signal });
      return readEvents(response);
    },
  };
}

/** Member of a JSON object. */
export function member(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), value);
}

/** Asks again until the answer satisfies the check; the test's own timeout bounds it. */
export async function eventually(
  ask: () => Promise<Answer>,
  check: (json: unknown) => boolean,
): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (check(answer.json)) return answer;
  }
}

/** A minimal agent that deploys as JSON. */
export function agentManifest(name: string, labels: Readonly<Record<string, string>> = {}) {
  return {
    apiVersion: '100monkeys.ai/v1',
    kind: 'Agent',
    metadata: { name, version: '1.0.0', labels },
    spec: { runtime: { language: 'python', version: '3.11' }, task: { instruction: 'Count the words.' } },
  };
}
