import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { afterAll } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js';

export type Json = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Sorted, compact JSON: good for the plain ASCII data of these tests. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

export function createKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return { privateKey, publicKey, der, raw: der.subarray(-32) };
}

export async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  signal: AbortSignal | null = null,
): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method: 'POST',
    body: text,
    headers: { 'content-type': 'application/json', ...headers },
    signal,
  });
  return { status: response.status, body: readBody(await response.text()) };
}

function readBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export async function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(url, { headers });
  return { status: response.status, body: await response.json() };
}

export interface Wire {
  readonly protocol: string;
  readonly security_token: string;
  readonly signature: string;
  readonly payload: Json;
  readonly timestamp: string;
}

/** A signed tools/call envelope. */
export function seal(token: string, key: KeyObject, payload: Json, at = new Date()): Wire {
  const timestamp = Math.floor(at.getTime() / 1000);
  const message = canonical({ payload, security_token: token, timestamp });
  const signature = sign(null, Buffer.from(message), key).toString('base64');
  return { protocol: 'seal/v1', security_token: token, signature, payload, timestamp: at.toISOString() };
}

export function toolPayload(name: string, args: unknown): Json {
  return { jsonrpc: '2.0', id: randomUUID(), method: 'tools/call', params: { name, arguments: args } };
}

/** An attested session. */
export interface Session {
  readonly token: string;
  readonly privateKey: KeyObject;
  /** Calls a tool and returns the whole answer. */
  call(tool: string, args?: unknown, at?: Date, signal?: AbortSignal): Promise<Answer>;
  /** Calls a tool, expects 200 and returns the result. */
  result(tool: string, args?: unknown): Promise<Record<string, unknown>>;
}

export type Owner = Parameters<Sandbox['issueToken']>[0];

/** POSTs an attestation with the bearer of `owner`. */
export async function attest(sandbox: Sandbox, body: unknown, owner: Owner = {}): Promise<Answer> {
  const authorization = `Bearer ${await sandbox.issueToken(owner)}`;
  return post(`${sandbox.url}/v1/seal/attest`, body, { authorization });
}

/** Opens a session in a context. */
export async function openSession(
  sandbox: Sandbox,
  context: string,
  owner: Owner = {},
  more: Json = {},
): Promise<Session> {
  const { privateKey, raw } = createKey();
  const request = { public_key: raw.toString('base64'), security_context: context, ...more };
  const answer = await attest(sandbox, request, owner);
  if (answer.status !== 200) throw new Error(`attestation: ${JSON.stringify(answer)}`);
  const token = String(Object(answer.body).security_token);
  const call = (tool: string, args: unknown = {}, at = new Date(), signal?: AbortSignal) =>
    post(`${sandbox.url}/v1/seal/invoke`, seal(token, privateKey, toolPayload(tool, args), at), {}, signal);
  return {
    token,
    privateKey,
    call,
    async result(tool, args) {
      const { status, body } = await call(tool, args);
      if (status !== 200) throw new Error(`${tool}: ${status} ${JSON.stringify(body)}`);
      return Object(body);
    },
  };
}

export function start(options: SandboxOptions = {}): Promise<Sandbox> {
  return startSandbox({ pace: 0, ...options });
}

/** An agent manifest as YAML. */
export function agentYaml(name: string, version = '1.0.0', labels: Json = {}): string {
  return JSON.stringify({
    apiVersion: '100monkeys.ai/v1',
    kind: 'Agent',
    metadata: { name, version, description: 'Answers.', labels },
    spec: { runtime: { language: 'python', version: '3.11' }, task: { instruction: 'Answer the input.' } },
  });
}

/** A workflow manifest as YAML, by its states. */
export function workflowYaml(name: string, states: Json, initial = Object.keys(states)[0]): string {
  return JSON.stringify({
    apiVersion: '100monkeys.ai/v1',
    kind: 'Workflow',
    metadata: { name, version: '1.0.0', description: 'Works.' },
    spec: { initial_state: initial, states },
  });
}

/** For a test file: a sandbox that is closed after its last test, and a session that may call every tool. */
export async function startWithSession(
  options: SandboxOptions = {},
): Promise<{ readonly sandbox: Sandbox; readonly session: Session }> {
  const sandbox = await start(options);
  afterAll(() => sandbox.close());
  return { sandbox, session: await openSession(sandbox, 'aegis-system-sandbox') };
}
