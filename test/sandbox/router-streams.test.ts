/** Bodies that are read and sent piece by piece. */
import { connect } from 'node:net';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { startHttpServer } from '../../src/sandbox/http-server.js';
import type { FileSource, Route } from '../../src/sandbox/kernel.js';
import { createRouter, errorReply, json } from '../../src/sandbox/router.js';

const MIB = 1024 * 1024;
const closed: string[] = [];
beforeEach(() => void closed.splice(0));

/** The answer may reach the client before the source is closed. */
const closes = (...names: string[]) =>
  vi.waitFor(() => expect(closed).toEqual(names)).then(() => void closed.splice(0));

function source(name: string, size: number, pieces: readonly (string | Error)[]): FileSource {
  return {
    type: 'text/plain',
    size,
    async *read() {
      for (const piece of pieces) {
        if (piece instanceof Error) throw piece;
        yield Buffer.from(piece);
      }
    },
    close: async () => void closed.push(name),
  };
}

const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/count',
    auth: 'none',
    stream: true,
    async handler({ stream, body }) {
      let size = 0;
      for await (const chunk of stream ?? []) size += chunk.length;
      return json({ size, declared: stream?.length ?? null, buffered: body.length });
    },
  },
  { method: 'POST', path: '/refuse', auth: 'none', stream: true, handler: () => errorReply(404, 'no') },
  { method: 'POST', path: '/small', auth: 'none', limit: 4, handler: () => json('ok') },
  { method: 'GET', path: '/whole', auth: 'none', handler: () => file(source('whole', 5, ['he', 'llo'])) },
  { method: 'GET', path: '/longer', auth: 'none', handler: () => file(source('longer', 5, ['hello!!!'])) },
  { method: 'GET', path: '/empty', auth: 'none', handler: () => file(source('empty', 0, [])) },
  { method: 'GET', path: '/shorter', auth: 'none', handler: () => file(source('shorter', 9, ['hello'])) },
  {
    method: 'GET',
    path: '/broken',
    auth: 'none',
    handler: () => file(source('broken', 9, ['hello', new Error('disk')])),
  },
];

function file(given: FileSource) {
  return { status: 200, file: given };
}

async function serve(): Promise<string> {
  const verify = async () => ({ refusal: 'Unauthorized' });
  const router = createRouter(ROUTES, { dialect: 'live', verify });
  const server = await startHttpServer({ router, host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  return server.url;
}

function chunked(bytes: number): RequestInit {
  let left = bytes;
  const body = new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close();
      controller.enqueue(new Uint8Array(Math.min(left, MIB)));
      left -= MIB;
    },
  });
  return { method: 'POST', body, duplex: 'half' } as RequestInit;
}

test('a streamed body is counted as it arrives, beyond the limit of buffered bodies', async () => {
  const url = await serve();
  const known = await fetch(`${url}/count`, { method: 'POST', body: new Uint8Array(3 * MIB) });
  expect(await known.json()).toEqual({ size: 3145728, declared: 3145728, buffered: 0 });
  const unknown = await fetch(`${url}/count`, chunked(5 * MIB));
  expect(await unknown.json()).toEqual({ size: 5242880, declared: null, buffered: 0 });
  const none = await fetch(`${url}/count`, { method: 'POST' });
  expect(await none.json()).toEqual({ size: 0, declared: 0, buffered: 0 });
});

test.each(['/refuse', '/small'])(
  'a client that still sends gets the refusal of %s, and the connection goes on',
  async (path) => {
    const url = await serve();
    for (const init of [{ method: 'POST', body: new Uint8Array(8 * MIB) }, chunked(8 * MIB)]) {
      const response = await fetch(`${url}${path}`, init);
      expect(response.status).toBe(path === '/small' ? 413 : 404);
      await response.text();
    }
    expect((await fetch(`${url}/whole`)).status).toBe(200);
  },
);

test('a client that breaks off does not stop the server', async () => {
  const url = await serve();
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write('POST /count HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nhalf');
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.destroy();
  expect((await fetch(`${url}/whole`)).status).toBe(200);
});

test('a file is sent with its length and closed', async () => {
  const url = await serve();
  const response = await fetch(`${url}/whole`);
  expect([response.headers.get('content-length'), await response.text()]).toEqual(['5', 'hello']);
  await closes('whole');
  const head = await fetch(`${url}/whole`, { method: 'HEAD' });
  expect([head.headers.get('content-length'), await head.text()]).toEqual(['5', '']);
  await closes('whole');
});

test('a file that grew is cut at its announced length, an empty one is empty', async () => {
  const url = await serve();
  expect(await (await fetch(`${url}/longer`)).text()).toBe('hello');
  expect(await (await fetch(`${url}/empty`)).text()).toBe('');
  await closes('longer', 'empty');
});

test.each(['shorter', 'broken'])('a %s source breaks the connection instead of ending well', async (name) => {
  const url = await serve();
  await expect(fetch(`${url}/${name}`).then((response) => response.text())).rejects.toThrow();
  await closes(name);
});
