import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import type { GatewayTokenOptions, Sandbox } from '../../../src/sandbox/index.js';
import { type Answer, type Call, request } from '../_sandbox.js';

/** Calls the gateway as an operator; default `aegis:operator` without a tenant. */
export async function operator(sandbox: Sandbox, options: GatewayTokenOptions = {}): Promise<Call> {
  const authorization = `Bearer ${await sandbox.issueGatewayToken(options)}`;
  return (method, path, given = {}) =>
    request(`${sandbox.gatewayUrl}${path}`, method, {
      ...given,
      headers: { authorization, ...given.headers },
    });
}

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What the upstream answers: a status and a body, sent as it is. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the connection instead. */
  readonly drop?: true;
}

/** An upstream API on loopback that ends with the test; it keeps what it received. */
export async function useUpstream(answer: (received: Received) => Reply) {
  const received: Received[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const { method = '', url: path = '' } = incoming;
    const seen = {
      method,
      path,
      authorization: incoming.headers.authorization,
      body: Buffer.concat(chunks).toString(),
    };
    received.push(seen);
    const { status = 200, headers = {}, body = '{}', drop } = answer(seen);
    if (drop) incoming.socket.destroy();
    else outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${Object(server.address()).port}`, received };
}

/** A spec of the given operations, as `id: 'METHOD /path'`. */
export async function registerSpec(
  call: Call,
  url: string,
  operations: Readonly<Record<string, string>>,
  more: object = {},
): Promise<string> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, place] of Object.entries(operations)) {
    const [method = '', path = ''] = place.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: { operationId } };
  }
  const json = {
    name: 'petstore',
    base_url: url,
    inline_json: { openapi: '3.0.3', paths },
    credential_path: { StaticRef: { key: 'sandbox/token' } },
    ...more,
  };
  return idOf(await call('POST', '/v1/specs', { json }));
}

export interface StepParts {
  readonly name?: string;
  readonly operation_id?: string;
  readonly body_template?: string;
  readonly extractors?: Readonly<Record<string, string>>;
  readonly on_error?: unknown;
}

export function step({ name = 'one', operation_id = 'list', ...parts }: StepParts = {}) {
  return { name, operation_id, body_template: '{}', extractors: {}, on_error: 'AbortWorkflow', ...parts };
}

export function workflow(api_spec_id: string, parts: object = {}) {
  return {
    name: 'lookup',
    description: 'Looks pets up.',
    input_schema: { type: 'object' },
    api_spec_id,
    steps: [step()],
    ...parts,
  };
}

export async function registerWorkflow(call: Call, specId: string, parts: object = {}): Promise<string> {
  return idOf(await call('POST', '/v1/workflows', { json: workflow(specId, parts) }));
}

function idOf({ status, text, json }: Answer): string {
  if (status !== 200) throw new Error(`${status} ${text}`);
  return json.id;
}

export function createKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  return { privateKey, b64: raw.toString('base64') };
}

/** Members replaced in the envelope, and how its time and payload are made. */
export interface Sealing {
  readonly envelope?: Readonly<Record<string, unknown>>;
  readonly timestamp?: number;
  readonly payload?: unknown;
  readonly token?: string;
  readonly key?: KeyObject;
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface Session {
  readonly body: Readonly<Record<string, unknown>>;
  /** Signs and sends a call, each with a token of its own. */
  call(tool: string, args?: unknown, sealing?: Sealing): Promise<Answer>;
  token(claims?: Readonly<Record<string, unknown>>): Promise<string>;
}

let sessions = 0;

/** A session registered at the gateway, by default in the context that allows every tool. */
export async function openSession(sandbox: Sandbox, parts: object = {}): Promise<Session> {
  sessions += 1;
  const { privateKey, b64 } = createKey();
  const body = {
    execution_id: `exec-${sessions}`,
    agent_id: `agent-${sessions}`,
    security_context: 'aegis-system-default',
    public_key_b64: b64,
    security_token: 'kept and never compared',
    ...parts,
  };
  const asOperator = await operator(sandbox);
  const saved = await asOperator('POST', '/v1/seal/sessions', { json: body });
  if (saved.status !== 200) throw new Error(`${saved.status} ${saved.text}`);
  const names = { execId: body.execution_id, subject: body.agent_id, context: body.security_context };
  const token = (claims = {}) => sandbox.issueSealToken({ ...names, tenant: 'acme', claims });
  return {
    body,
    token,
    async call(tool, args = {}, sealing = {}) {
      const security_token = sealing.token ?? (await token(sealing.claims));
      const text = seal({ security_token, key: privateKey, tool, args, ...sealing });
      const headers = { 'content-type': 'application/json' };
      return request(`${sandbox.gatewayUrl}/v1/invoke`, 'POST', { body: text, headers });
    },
  };
}

/** The envelope as text: the payload is signed and sent in the same order of members. */
export function seal({
  security_token,
  key,
  tool,
  args,
  payload = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: args } },
  timestamp = Math.floor(Date.now() / 1000),
  envelope = {},
}: Sealing & {
  readonly security_token: string;
  readonly key: KeyObject;
  readonly tool: string;
  readonly args: unknown;
}): string {
  const message = JSON.stringify({ payload, security_token, timestamp });
  const signature = sign(null, Buffer.from(message), key).toString('base64');
  return JSON.stringify({ protocol: 'seal/v1', security_token, signature, payload, timestamp, ...envelope });
}
