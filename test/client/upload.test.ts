import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import type { HttpClientOptions } from '../../src/client/options.js';
import type { ByteSource, HttpClient, WireRequest } from '../../src/client/types.js';
import { AegisError } from '../../src/errors.js';
import { tokensOf } from './_mock.js';
import { serve } from './_server.js';

const never = new AbortController().signal;
const MIB = 1024 * 1024;
let current: HttpClient | undefined;
afterEach(() => current?.close());

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

async function start(listener: Listener, settings: Partial<HttpClientOptions> = {}): Promise<HttpClient> {
  current = createHttpClient({ baseUrl: await serve(listener), sleep: async () => undefined, ...settings });
  return current;
}

const upload = (source: ByteSource): WireRequest => ({
  method: 'POST',
  path: '/v1/volumes/1/files/upload',
  body: { type: 'application/octet-stream', data: source },
});

interface Watched extends ByteSource {
  opened: number;
  given: number;
  closed: number;
}

/** A source of so many pieces of one MiB that counts what is taken of it; `each` runs before a piece. */
function pieces(count: number, each: (index: number) => Promise<void> | void = () => undefined): Watched {
  const piece = Buffer.alloc(MIB, 'x');
  const source: Watched = {
    size: count * MIB,
    opened: 0,
    given: 0,
    closed: 0,
    async *open() {
      source.opened += 1;
      try {
        for (let index = 0; index < count; index += 1) {
          await each(index);
          source.given += 1;
          yield piece;
        }
      } finally {
        source.closed += 1;
      }
    },
  };
  return source;
}

async function receive(request: IncomingMessage): Promise<number> {
  let size = 0;
  for await (const chunk of request) size += chunk.length;
  return size;
}

const counting: Listener = async (request, response) => {
  const { 'content-length': length, 'transfer-encoding': encoding, 'content-type': type } = request.headers;
  const size = await receive(request).catch(() => undefined);
  if (size !== undefined) response.end(JSON.stringify({ size, length, encoding, type }));
};

describe('a body given as a source', () => {
  it('arrives whole with its length and type', async () => {
    const client = await start(counting);
    const bytes = randomBytes(100_000);
    const source: ByteSource = {
      size: bytes.length,
      async *open() {
        yield bytes.subarray(0, 1);
        yield bytes.subarray(1);
      },
    };
    const response = await client.send(upload(source), { signal: never });
    expect(JSON.parse(new TextDecoder().decode(response.bytes))).toEqual({
      size: 100_000,
      length: '100000',
      type: 'application/octet-stream',
    });
  });

  it('may be empty', async () => {
    const client = await start(counting);
    const response = await client.send(upload(pieces(0)), { signal: never });
    expect(JSON.parse(new TextDecoder().decode(response.bytes))).toMatchObject({ size: 0, length: '0' });
  });

  it('of 256 MiB takes constant memory, whatever the time for a request is', async () => {
    let most = 0;
    const before = process.memoryUsage();
    const held = () => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed - before.heapUsed + arrayBuffers - before.arrayBuffers;
    };
    const source = pieces(256, async (index) => {
      most = Math.max(most, held());
      if (index === 0) await delay(300);
    });
    const client = await start(counting, { timeouts: { totalMs: 200, headersMs: 5000 } });
    const response = await client.send(upload(source), { signal: never });
    expect(JSON.parse(new TextDecoder().decode(response.bytes))).toMatchObject({ size: 256 * MIB });
    expect(most).toBeLessThan(64 * MIB);
  });

  it('is sent again from its beginning with a renewed token', async () => {
    const sizes: number[] = [];
    const client = await start(
      async (request, response) => {
        sizes.push(await receive(request));
        response.writeHead(request.headers.authorization === 'Bearer new' ? 200 : 401).end();
      },
      { tokens: tokensOf('old', 'new') },
    );
    const source = pieces(2);
    await client.send(upload(source), { signal: never });
    expect([sizes, source.opened, source.closed]).toEqual([[2 * MIB, 2 * MIB], 2, 2]);
  });

  it('is sent again although the first answer came early', async () => {
    const client = await start(
      async (request, response) => {
        if (request.headers.authorization !== 'Bearer new') {
          response.writeHead(401, { connection: 'close' }).end('Unauthorized');
          return;
        }
        response.end(JSON.stringify({ size: await receive(request) }));
      },
      { tokens: tokensOf('old', 'new') },
    );
    const source = pieces(16);
    const response = await client.send(upload(source), { signal: never });
    expect(JSON.parse(new TextDecoder().decode(response.bytes))).toEqual({ size: 16 * MIB });
    expect([source.opened, source.closed]).toEqual([2, 2]);
  });
});

describe('a server that refuses a body while it is sent', () => {
  const refusal = { status: 413, code: 'too_large', mayHaveRun: false };
  const refuse = (response: ServerResponse) =>
    response
      .writeHead(413, { 'content-type': 'application/json', connection: 'close' })
      .end('{"error":"file exceeds 50 MiB"}');

  it.each<[string, Listener]>([
    [
      'and goes on reading',
      (request, response) => void refuse(response).once('finish', () => request.resume()),
    ],
    ['and reads no more', (_request, response) => void refuse(response)],
    [
      'and hangs up at once',
      (request, response) => void refuse(response).once('finish', () => request.socket.destroySoon()),
    ],
    [
      'after a part of it, and hangs up',
      (request, response) => {
        let size = 0;
        request.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size < 4 * MIB) return;
          request.removeAllListeners('data').pause();
          refuse(response).once('finish', () => request.socket.destroySoon());
        });
      },
    ],
  ])('%s is reported with what it said, and the source is closed', async (_title, listener) => {
    const client = await start(listener);
    for (let time = 0; time < 20; time += 1) {
      const source = pieces(64);
      await expect(client.send(upload(source), { signal: never })).rejects.toMatchObject({
        ...refusal,
        message: expect.stringContaining('file exceeds 50 MiB'),
      });
      expect(source.given).toBeLessThan(64);
      expect(source.closed).toBe(1);
    }
  });
});

describe('an upload that fails', () => {
  it('by a connection that breaks may have run', async () => {
    const client = await start((request) => {
      request.once('data', () => request.socket.destroy());
    });
    const source = pieces(64);
    await expect(client.send(upload(source), { signal: never })).rejects.toMatchObject({
      code: 'connection_lost',
      mayHaveRun: true,
    });
    expect([source.opened, source.closed]).toEqual([1, 1]);
  });

  it('by its source says why in the words of the source', async () => {
    const client = await start(counting);
    const source = pieces(8, (index) => {
      if (index === 3) throw new AegisError('invalid_arguments', 'a.bin cannot be used: it became shorter.');
    });
    await expect(client.send(upload(source), { signal: never })).rejects.toMatchObject({
      code: 'invalid_arguments',
      message: 'a.bin cannot be used: it became shorter.',
    });
    expect(source.closed).toBe(1);
  });

  it('by a source that gives less or more than it announced is no success', async () => {
    const client = await start(counting);
    for (const size of [2 * MIB + 1, 2 * MIB - 1]) {
      const source = { size, open: () => pieces(2).open() };
      await expect(client.send(upload(source), { signal: never })).rejects.toBeInstanceOf(AegisError);
    }
  });

  it('by a server that stops reading is a timeout', async () => {
    const client = await start(() => undefined, { timeouts: { headersMs: 300 } });
    const source = pieces(64);
    await expect(client.send(upload(source), { signal: never })).rejects.toMatchObject({
      code: 'timeout',
      mayHaveRun: true,
      message: 'The server fell silent.',
    });
    expect(source.closed).toBe(1);
  });

  it('by a server that reads all and does not answer is a timeout', async () => {
    const client = await start((request) => void request.resume(), { timeouts: { headersMs: 300 } });
    await expect(client.send(upload(pieces(2)), { signal: never })).rejects.toMatchObject({
      code: 'timeout',
      mayHaveRun: true,
    });
  });

  it('by the caller in the middle is cancelled, and the source closed', async () => {
    const controller = new AbortController();
    const client = await start((request) => void request.resume());
    const source = pieces(64, async (index) => {
      if (index === 8) controller.abort();
      await delay(1);
    });
    await expect(client.send(upload(source), { signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
      mayHaveRun: true,
    });
    await delay(50);
    expect(source.given).toBeLessThan(64);
    expect(source.closed).toBe(1);
  });
});
