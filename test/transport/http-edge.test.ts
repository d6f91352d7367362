import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpOptions } from '../../src/transport/http.js';
import { call, openSession, post, postModern, readMessages, startHttp, type TestServer } from './_http.js';

let servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.map(({ handle }) => handle.close()));
  servers = [];
});

async function start(options: Partial<HttpOptions> = {}): Promise<TestServer & { url: string }> {
  const server = await startHttp({ graceMs: 0, ...options });
  servers.push(server);
  return { ...server, url: server.handle.url };
}

const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };
const REFUSAL = { jsonrpc: '2.0', error: { code: -32000, message: expect.any(String) }, id: null };

/** POSTs a ping with headers that fetch would not send; resolves with status and parsed body. */
async function ping(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: unknown; body: unknown }> {
  const all = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...headers,
  };
  const sent = request(url, { method: 'POST', headers: all });
  sent.end(JSON.stringify(PING));
  const [response] = await once(sent, 'response');
  const body = await text(response);
  return { status: response.statusCode, body: body.startsWith('{') ? JSON.parse(body) : body };
}

/** Writes bytes to the server and resolves with all that came back until the connection ended. */
async function talk(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

describe('Host', () => {
  it.each(['localhost', 'LOCALHOST:9', '127.0.0.1:3000', '127.0.0.2', '[::1]:3000'])(
    '%s is served',
    async (host) => {
      const { url } = await start();
      expect(await ping(url, { host })).toMatchObject({ status: 200 });
    },
  );

  it.each([
    'evil.example',
    'localhost.evil.example',
    'evil.example:3000',
    'localhost@evil.example',
    '10.0.0.1',
    '[',
    ' ',
  ])('%j is refused', async (host) => {
    const { url } = await start();
    expect(await ping(url, { host })).toEqual({ status: 403, body: REFUSAL });
  });

  it('is served when the operator allows it, with any port or with one', async () => {
    const { url } = await start({ allowedHosts: ['mcp.example', 'Other.example:8443'] });
    const statuses = [
      'mcp.example',
      'MCP.example:1',
      'other.example:8443',
      'other.example:1',
      'other.example',
    ].map(async (host) => (await ping(url, { host })).status);
    expect(await Promise.all(statuses)).toEqual([200, 200, 200, 403, 403]);
  });

  it('must be there', async () => {
    const { url } = await start();
    const answer = await talk(url, 'POST /mcp HTTP/1.1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe('Origin', () => {
  it.each(['http://localhost:6274', 'http://127.0.0.1', 'https://[::1]:1'])(
    '%s is served',
    async (origin) => {
      const { url } = await start();
      expect(await ping(url, { origin })).toMatchObject({ status: 200 });
    },
  );

  it.each([
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'vscode-webview://localhost',
    '',
  ])('%j is refused', async (origin) => {
    const { url } = await start();
    expect(await ping(url, { origin })).toEqual({ status: 403, body: REFUSAL });
  });

  it('is served when the operator allows it', async () => {
    const { url } = await start({ allowedOrigins: ['https://app.example'] });
    expect(await ping(url, { origin: 'https://app.example' })).toMatchObject({ status: 200 });
    expect(await ping(url, { origin: 'https://app.example:444' })).toMatchObject({ status: 403 });
  });
});

describe('a request that is refused', () => {
  it.each(['PUT', 'PATCH', 'OPTIONS'])('for its method %s names the methods there are', async (method) => {
    const { url } = await start();
    const answer = await fetch(url, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, POST, DELETE');
    expect(await answer.json()).toEqual(REFUSAL);
  });

  it.each([
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['compressed', { 'content-encoding': 'gzip' }],
  ])('for its body that is %s says what to send', async (_title, headers) => {
    const { url } = await start();
    const answer = await post(url, PING, headers);
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({
      error: { message: expect.stringContaining('application/json') },
    });
  });

  it.each(['application/json', 'text/event-stream', 'text/html'])(
    'for accepting only %s says what to accept',
    async (accept) => {
      const { url } = await start();
      const answer = await post(url, PING, { accept });
      expect(answer.status).toBe(406);
      expect(await answer.json()).toEqual(REFUSAL);
    },
  );

  it.each(['*/*', 'application/json, text/event-stream;q=0.5', 'text/*, application/*'])(
    'is not the one that accepts %s',
    async (accept) => {
      const { url } = await start();
      expect((await post(url, PING, { accept })).status).toBe(200);
    },
  );

  it('for its path is told where MCP is', async () => {
    const { url } = await start();
    const answer = await fetch(new URL('/', url));
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { message: expect.stringContaining('/mcp') } });
  });

  it.each(['', 'hello', '{"jsonrpc":'])('for a body %j that is not JSON gets a parse error', async (body) => {
    const { url } = await start();
    const answer = await post(url, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', error: { code: -32700 }, id: null });
  });

  it.each(['42', 'null', '{"hello":1}', '[]', '{"jsonrpc":"2.0","id":{},"method":"ping"}'])(
    'for a body %s that is no message gets an invalid request',
    async (body) => {
      const { url } = await start();
      const answer = await post(url, body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', error: { code: -32600 } });
    },
  );

  it('for its announced length is refused before it is sent', async () => {
    const { url } = await start();
    const sent = request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': 4_194_305,
      },
    });
    sent.flushHeaders();
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(413);
    expect(JSON.parse(await text(response))).toMatchObject({
      error: { message: expect.stringContaining('4194304') },
    });
    sent.destroy();
  });

  it('for its length as it arrives is refused as well', async () => {
    const { url } = await start();
    const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json' } });
    for (let part = 0; part < 5; part += 1) sent.write('x'.repeat(1_048_576));
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(413);
    sent.destroy();
  });

  it('is not the one of 4 MiB exactly', async () => {
    const { url } = await start();
    const empty = JSON.stringify(call(1, 'echo', { arguments: { text: '' } }));
    const filler = 'x'.repeat(4_194_304 - empty.length);
    const answer = await post(url, empty.replace('""', `"${filler}"`));
    expect(await readMessages(answer)).toMatchObject([
      { id: 1, result: { structuredContent: { text: filler } } },
    ]);
  });

  it('for being no HTTP is answered and the next connection is served', async () => {
    const { url } = await start();
    const answer = await talk(url, '\u0016\u0003\u0001 not http\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual(REFUSAL);
    expect((await post(url, PING)).status).toBe(200);
  });

  it('for endless headers is answered with 431', async () => {
    const { url } = await start();
    const answer = await talk(url, `GET /mcp HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it.each([
    ['headers', 'POST /mcp HTTP/1.1\r\nhost: localhost\r\n'],
    [
      'body',
      'POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    ],
  ])('for %s that do not come to an end is answered with 408', async (_title, bytes) => {
    const { url } = await start({ requestTimeoutMs: 100 });
    expect(await talk(url, bytes)).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('health', () => {
  it('says that the process lives', async () => {
    const { url } = await start();
    const answer = await fetch(new URL('/healthz', url));
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('says that calls can be served', async () => {
    const { url } = await start();
    const answer = await fetch(new URL('/readyz', url));
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { status: 'ready', detail: 'The orchestrator answers.' },
    ]);
  });

  it('is asked anew each time', async () => {
    const answers = [
      { ok: false, detail: 'Starting.' },
      { ok: true, detail: 'Up.' },
    ];
    const { url } = await start({ ready: async () => answers.shift() ?? { ok: false, detail: 'over' } });
    expect((await fetch(new URL('/readyz', url))).status).toBe(503);
    expect((await fetch(new URL('/readyz', url))).status).toBe(200);
  });

  it('says why calls cannot be served', async () => {
    const { url } = await start({
      ready: async () => ({ ok: false, detail: 'The orchestrator is unreachable.' }),
    });
    const answer = await fetch(new URL('/readyz', url));
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: 'not ready', detail: 'The orchestrator is unreachable.' },
    ]);
  });

  it('keeps the reason of a check that throws to itself', async () => {
    const { url } = await start({
      ready: async () => {
        throw new Error('secret');
      },
    });
    const answer = await fetch(new URL('/readyz', url));
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: 'not ready', detail: 'The check failed.' },
    ]);
  });

  it('is asked once by requests that come together', async () => {
    let asked = 0;
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const ready = async () => {
      asked += 1;
      await gate;
      return { ok: true, detail: '' };
    };
    const { url } = await start({ ready });
    const answers = [fetch(new URL('/readyz', url)), fetch(new URL('/readyz', url))];
    await expect.poll(() => asked).toBe(1);
    await fetch(new URL('/healthz', url));
    open();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    expect(asked).toBe(1);
  });

  it('can only be read', async () => {
    const { url } = await start();
    const answer = await fetch(new URL('/healthz', url), { method: 'POST' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await fetch(new URL('/healthz', url), { method: 'HEAD' })).status).toBe(200);
  });

  it('is told to a supervisor that probes by address', async () => {
    const { url } = await start();
    const sent = request(new URL('/healthz', url), { headers: { host: '10.1.2.3:3000' } }).end();
    const [response] = await once(sent, 'response');
    response.resume();
    expect(response.statusCode).toBe(200);
  });
});

describe('close', () => {
  it('lets calls of both eras finish within the grace', async () => {
    const { url, handle } = await start({ graceMs: 2_000 });
    const session = await openSession(url);
    const answers = [
      post(url, call(1, 'sleep', { arguments: { ms: 150 } }), session),
      post(url, call(1, 'sleep', { arguments: { ms: 150 } })),
      postModern(url, 'tools/call', { name: 'sleep', arguments: { ms: 150 } }),
      post(url, call(2, 'wait'), session),
    ];
    await answers[3];
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } };
    await post(url, cancel, session);
    await handle.close();
    for (const answer of answers.slice(0, 3)) {
      expect(await readMessages(await answer)).toMatchObject([
        { result: { structuredContent: { slept: 150 } } },
      ]);
    }
  });

  it('cancels calls after the grace and still answers them', async () => {
    const { url, handle, event } = await start({ graceMs: 50 });
    const session = await openSession(url);
    const answers = [post(url, call(1, 'wait'), session), postModern(url, 'tools/call', { name: 'wait' })];
    await event('started wait');
    await (await post(url, { ...PING, id: 2 }, session)).text();
    await handle.close();
    for (const answer of answers) {
      expect(await readMessages(await answer)).toMatchObject([
        { id: 1, result: { isError: true, content: [{ text: 'cancelled: The server is shutting down.' }] } },
      ]);
    }
  });

  it('does not wait for a stream that carries no call, but ends it properly', async () => {
    const { url, handle } = await start({ graceMs: 60_000 });
    const headers = { ...(await openSession(url)), accept: 'text/event-stream' };
    const stream = await fetch(url, { headers });
    await handle.close();
    expect(await stream.text()).toBe('');
  });

  it('waits for a call whose client has left its session stream', async () => {
    const { url, handle, events } = await start({ graceMs: 2_000 });
    const stop = new AbortController();
    await post(url, call(1, 'sleep', { arguments: { ms: 150 } }), await openSession(url), stop.signal);
    stop.abort();
    await handle.close();
    expect(events).toEqual(['ended sleep']);
  });

  it('refuses further requests on connections that are still open, and new connections', async () => {
    const { url, handle, event } = await start({ graceMs: 300 });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const body = JSON.stringify(call(1, 'wait'));
    const type = 'content-type: application/json';
    const head = `POST /mcp HTTP/1.1\r\nhost: localhost\r\n${type}\r\ncontent-length: ${body.length}\r\n\r\n`;
    socket.write(head + body);
    await event('started wait');
    const closing = handle.close();
    socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const answers = await text(socket);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503']);
    await closing;
    await expect(fetch(url)).rejects.toThrow();
  });

  it('may be asked twice', async () => {
    const { handle } = await start();
    await Promise.all([handle.close(), handle.close()]);
  });
});

describe('listening', () => {
  it('on a port in use is a mistake of configuration that names --port', async () => {
    const { url } = await start();
    await expect(startHttp({ port: Number(new URL(url).port) })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining('in use'),
      next: expect.stringContaining('--port'),
    });
  });

  it('on an address of another machine is a mistake of configuration that names --host', async () => {
    await expect(startHttp({ host: '192.0.2.1', allowUnauthenticatedNetwork: true })).rejects.toMatchObject({
      code: 'invalid_configuration',
      next: expect.stringContaining('--host'),
    });
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'mcp.example'])(
    'on %s is refused while callers are unknown',
    async (host) => {
      await expect(startHttp({ host })).rejects.toMatchObject({
        code: 'invalid_configuration',
        message: expect.stringContaining('not authenticated'),
      });
    },
  );

  it('on all addresses is possible when the operator insists, for hosts that are allowed', async () => {
    const { url } = await start({
      host: '0.0.0.0',
      allowUnauthenticatedNetwork: true,
      allowedHosts: ['mcp.example'],
    });
    const local = url.replace('0.0.0.0', '127.0.0.1');
    expect(await ping(local, { host: 'mcp.example' })).toMatchObject({ status: 200 });
    expect(await ping(local, { host: 'evil.example' })).toMatchObject({ status: 403 });
  });

  it('on localhost and on ::1 is as good as on 127.0.0.1', async () => {
    for (const host of ['localhost', '::1']) {
      const { url } = await start({ host });
      expect((await post(url, PING)).status).toBe(200);
    }
  });
});
