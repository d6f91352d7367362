/** Servers of the fake host, spoken to in raw JSON-RPC of either era. */
import {
  createMcpHandler,
  InMemoryTransport,
  type JSONRPCMessage,
  type Server,
} from '@modelcontextprotocol/server';
import { createServerFactory } from '../../src/server/create-server.js';
import type { ToolHost } from '../../src/server/host.js';
import { FakeHost, silentLog } from './_host.js';

const INFO = { name: 'aegis-mcp', version: '9.9.9' };
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

export function makeFactory(onEvent?: (event: string) => void) {
  return factoryOf(new FakeHost(onEvent));
}

export function factoryOf(host: ToolHost) {
  return createServerFactory(host, INFO, silentLog);
}

/** A connected 2025-era server and everything it sent, in order. */
export async function connect(factory: () => Server = makeFactory()) {
  const [client, server] = InMemoryTransport.createLinkedPair();
  const sent: JSONRPCMessage[] = [];
  const waiting = new Set<() => void>();
  client.onmessage = (message) => {
    sent.push(message);
    for (const look of waiting) look();
  };
  await client.start();
  await factory().connect(server);
  const answerTo = (id: number): Promise<JSONRPCMessage> =>
    new Promise((resolve) => {
      const look = (): void => {
        const answer = sent.find((message) => 'id' in message && message.id === id);
        if (answer !== undefined) resolve(answer);
      };
      waiting.add(look);
      look();
    });
  const request = async (
    method: string,
    params?: Record<string, unknown>,
    id = 1,
  ): Promise<JSONRPCMessage> => {
    await client.send({ jsonrpc: '2.0', id, method, ...(params !== undefined && { params }) });
    return answerTo(id);
  };
  return { client, sent, request };
}

/** One 2026-07-28 request; resolves with the JSON of its answer. */
export async function askModern(
  method: string,
  params: Record<string, unknown> = {},
  factory = makeFactory(),
): Promise<unknown> {
  const handler = createMcpHandler(factory, { legacy: 'reject' });
  const name = typeof params.name === 'string' ? { 'mcp-name': params.name } : {};
  const answer = await handler.fetch(
    new Request('http://localhost/mcp', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
        ...name,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: ENVELOPE } }),
    }),
  );
  return answer.json();
}
