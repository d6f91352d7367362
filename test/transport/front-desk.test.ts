/** The front desk says what the SDK's server would say, and hands over everything it cannot answer. */
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { createServerFactory } from '../../src/server/create-server.js';
import type { ToolHost } from '../../src/server/host.js';
import { DESK_VERSIONS, FrontDesk, type ReadyAnswers } from '../../src/transport/front-desk.js';
import { serveStdioTransport } from '../../src/transport/stdio.js';

const SERVER = { name: 'aegis-mcp', version: '9.9.9' };
const silent = { debug: () => undefined, warn: () => undefined, error: () => undefined };

const host: ToolHost = {
  instructions: 'Be kind.',
  list: () => [
    {
      name: 'echo',
      title: 'Echo',
      description: 'Says it again.',
      inputSchema: { type: 'object', properties: { text: { type: 'string' } }, additionalProperties: false },
      outputSchema: { type: 'object', properties: { text: { type: 'string' } } },
      annotations: {
        title: 'Echo',
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: true,
      },
    },
  ],
  call: async (_name, args) => ({ isError: false, text: 'ok', structured: Object(args) }),
};

const initialize = (protocolVersion: string) => ({
  jsonrpc: '2.0',
  id: 'i',
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo: { name: 'c', version: '1' } },
});
const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' };
const LIST = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
const PING = { jsonrpc: '2.0', id: 3, method: 'ping' };
const CALL = {
  jsonrpc: '2.0',
  id: 4,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text: 'hi' } },
};

const lines = (messages: readonly unknown[]): string =>
  messages.map((message) => `${JSON.stringify(message)}\n`).join('');

/** Everything written to a stream, parsed. */
class Written {
  readonly stream = new PassThrough();
  #text = '';
  constructor() {
    this.stream.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString();
    });
  }
  get messages(): Readonly<Record<string, unknown>>[] {
    return this.#text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }
}

function serveSdk(stdin: Readable, stdout: Writable): Promise<void> {
  const factory = createServerFactory(host, SERVER, silent);
  return new Promise((resolve) => {
    serveStdioTransport(factory, { stdin, stdout, onClose: resolve, log: silent });
  });
}

async function answersOfSdk(messages: readonly unknown[]): Promise<unknown[]> {
  const [stdin, written] = [new PassThrough(), new Written()];
  const done = serveSdk(stdin, written.stream);
  stdin.end(lines(messages));
  await done;
  return written.messages;
}

/** Answers may come in any order (JSON-RPC 2.0). */
const byId = (messages: readonly unknown[]) =>
  Object.fromEntries(messages.map((message) => [String(Object(message).id), message]));

const answers = {
  serverInfo: SERVER,
  instructions: host.instructions,
  capabilities: { tools: {} },
  tools: host.list(),
};

/** A desk, and behind it the SDK's server once it is wanted. */
async function throughDesk(
  feed: (stdin: PassThrough) => void,
  ready: ReadyAnswers = answers,
): Promise<{ messages: unknown[]; handedOver: boolean }> {
  const [stdin, written] = [new PassThrough(), new Written()];
  const desk = new FrontDesk(stdin, written.stream, ready);
  feed(stdin);
  const streams = await desk.closed;
  if (streams !== undefined) await serveSdk(streams.input, streams.output);
  return { messages: written.messages, handedOver: streams !== undefined };
}

describe('the front desk', () => {
  it.each(DESK_VERSIONS)('says in %s what the SDK says', async (version) => {
    const conversation = [initialize(version), INITIALIZED, LIST, PING];
    const { messages, handedOver } = await throughDesk((stdin) => stdin.end(lines(conversation)));
    expect(byId(messages)).toEqual(byId(await answersOfSdk(conversation)));
    expect(messages).toHaveLength(3);
    expect(handedOver).toBe(false);
  });

  it('hands the first call over with the handshake, whose answer is not given twice', async () => {
    const conversation = [initialize('2025-11-25'), INITIALIZED, LIST, CALL, PING];
    const { messages, handedOver } = await throughDesk((stdin) => stdin.end(lines(conversation)));
    expect(handedOver).toBe(true);
    expect(messages.map((message) => Object(message).id).sort()).toEqual([2, 3, 4, 'i']);
    const called = messages.find((message) => Object(message).id === 4);
    expect(called).toMatchObject({ result: { structuredContent: { text: 'hi' } } });
  });

  it('leaves the list to the SDK where it is not known beforehand', async () => {
    const { tools: _unknown, ...ready } = answers;
    const conversation = [initialize('2025-11-25'), INITIALIZED, LIST];
    const { messages, handedOver } = await throughDesk((stdin) => stdin.end(lines(conversation)), ready);
    expect(handedOver).toBe(true);
    expect(messages).toEqual(await answersOfSdk(conversation));
  });

  it('loses no byte when messages are cut anywhere', async () => {
    const bytes = Buffer.from(lines([initialize('2025-11-25'), INITIALIZED, LIST, CALL]));
    const { messages } = await throughDesk((stdin) => {
      for (const byte of bytes) stdin.write(Buffer.of(byte));
      stdin.end();
    });
    expect(messages.map((message) => Object(message).id)).toEqual(['i', 2, 4]);
  });

  it.each([
    ['a message before the handshake', LIST],
    ['a request of 2026-07-28', { jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: {} } }],
    ['a version it does not know', initialize('1999-01-01')],
    ['a malformed handshake', { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} }],
    ['a list with a cursor', { ...LIST, params: { cursor: 'x' } }],
  ])('leaves %s to the SDK', async (_what, message) => {
    const { messages, handedOver } = await throughDesk((stdin) => stdin.end(lines([message])));
    expect(handedOver).toBe(true);
    expect(messages).toEqual(await answersOfSdk([message]));
  });

  it('leaves garbage and overlong lines to the transport, which answers them', async () => {
    const garbage = await throughDesk((stdin) => stdin.end('not json\n'));
    expect(garbage.messages).toEqual([
      expect.objectContaining({ id: null, error: expect.objectContaining({ code: -32700 }) }),
    ]);
    const overlong = await throughDesk((stdin) =>
      stdin.end(`${'x'.repeat(5_000_000)}\n${lines([initialize('2025-11-25')])}`),
    );
    expect(overlong.messages.map((message) => Object(message).id)).toEqual([null, 'i']);
  });

  it('hands over by itself when the client falls silent', async () => {
    const stdin = new PassThrough();
    const desk = new FrontDesk(stdin, new PassThrough(), answers);
    stdin.write(lines([initialize('2025-11-25')]));
    expect(await desk.closed).toBeDefined();
    stdin.end();
  });

  it('ends without the SDK when the input ends, and when it is closed', async () => {
    const stdin = new PassThrough();
    const desk = new FrontDesk(stdin, new PassThrough(), answers);
    stdin.end();
    expect(await desk.closed).toBeUndefined();
    const other = new FrontDesk(new PassThrough(), new PassThrough(), answers);
    other.close();
    expect(await other.closed).toBeUndefined();
  });

  it('hands over a handshake as it came, however deeply it is nested', async () => {
    const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const handshake = JSON.stringify(initialize('2025-11-25')).replace(
      '{}',
      `{"experimental":{"x":${nested}}}`,
    );
    const stdin = new PassThrough();
    const desk = new FrontDesk(stdin, new PassThrough(), answers);
    stdin.end(`${handshake}\n${lines([CALL])}`);
    const streams = await desk.closed;
    expect(streams && (await text(streams.input))).toBe(`${handshake}\n${lines([CALL])}`);
  });

  it('outlives a client that goes away while the SDK is loaded', async () => {
    const [stdin, stdout] = [new PassThrough(), new PassThrough()];
    const desk = new FrontDesk(stdin, stdout, answers);
    stdin.write(lines([initialize('2025-11-25'), CALL]));
    const streams = await desk.closed;
    const broken = new Promise((resolve) => stdout.once('close', resolve));
    stdout.destroy(new Error('EPIPE'));
    await broken;
    // stdin stays open: that stdout is gone is enough to end.
    if (streams !== undefined) await serveSdk(streams.input, streams.output);
    expect(streams).toBeDefined();
  });

  it('ends when its input breaks', async () => {
    const stdin = new PassThrough();
    const desk = new FrontDesk(stdin, new PassThrough(), answers);
    stdin.destroy(new Error('ECONNRESET'));
    expect(await desk.closed).toBeUndefined();
  });
});
