import { createServer as createTlsServer } from 'node:https';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import type { HttpClientOptions } from '../../src/client/options.js';
import type { HttpClient } from '../../src/client/types.js';
import { ORIGIN, useMock } from './_mock.js';
import { freePort, listen, serve } from './_server.js';
import { makeCertificate } from './_tls.js';

const options = { signal: new AbortController().signal };
const clients: HttpClient[] = [];

function client(baseUrl: string, settings: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient({ baseUrl, sleep: async () => undefined, ...settings });
  clients.push(made);
  return made;
}

afterEach(async () => {
  for (const made of clients.splice(0)) await made.close();
});

describe('a server that cannot be reached', () => {
  it('is named when nothing listens; a POST surely did not run', async () => {
    const origin = `http://127.0.0.1:${await freePort()}`;
    await expect(client(origin).send({ method: 'POST', path: '/v1/x' }, options)).rejects.toMatchObject({
      code: 'unreachable',
      mayHaveRun: false,
      message: `Nothing accepts connections at ${origin}.`,
      next: 'Start the server or correct its address: the AEGIS orchestrator listens on port 8088 by default.',
      details: { phase: 'waiting', cause: 'ECONNREFUSED' },
    });
  });

  it('is tried three times in all by a GET and once by a POST when the connection is refused', async () => {
    const waits: number[] = [];
    const sleep = async (ms: number) => {
      waits.push(ms);
    };
    const refused = client(`http://127.0.0.1:${await freePort()}`, { sleep, random: () => 0 });
    await expect(refused.send({ method: 'POST', path: '/v1/x' }, options)).rejects.toThrow();
    expect(waits).toEqual([]);
    await expect(refused.send({ method: 'GET', path: '/v1/x' }, options)).rejects.toThrow();
    expect(waits).toEqual([100, 200]);
  });

  it('is named when its name does not exist', async () => {
    const sending = client('http://does-not-exist.invalid').send({ method: 'GET', path: '/v1/x' }, options);
    const error: unknown = await sending.catch((caught: unknown) => caught);
    // Without any network the resolver says "try again" instead of "no such name".
    expect(error).toMatchObject({ code: 'unreachable', mayHaveRun: false });
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(
        /^(The host name does-not-exist\.invalid does not exist in DNS|DNS gave no answer for does-not-exist\.invalid)\.$/,
      ),
    );
  });

  const certificate = makeCertificate();
  if (certificate === undefined)
    process.stderr.write('There is no openssl program: the self-signed certificate is not tried.\n');

  it.skipIf(certificate === undefined)('is named when its certificate is self-signed', async () => {
    const port = await listen(
      createTlsServer({ ...certificate }, (_request, response) => response.end('{}')),
    );
    const sending = client(`https://localhost:${port}`).send({ method: 'POST', path: '/v1/x' }, options);
    await expect(sending).rejects.toMatchObject({
      code: 'unreachable',
      mayHaveRun: false,
      message: 'The TLS certificate of localhost is self-signed and not trusted here.',
      next: 'Install its certificate authority: start this program with NODE_EXTRA_CA_CERTS=/path/to/ca.pem.',
    });
  });

  it('is named when it does not speak TLS', async () => {
    const origin = (await serve((_request, response) => response.end('{}'))).replace('http:', 'https:');
    await expect(client(origin).send({ method: 'POST', path: '/v1/x' }, options)).rejects.toMatchObject({
      code: 'unreachable',
      message: `${origin} does not speak TLS.`,
      next: 'Use http:// in the address, or the port on which the server speaks TLS.',
    });
  });

  it('is named when it takes connections and then says nothing', async () => {
    const origin = `https://127.0.0.1:${await listen(createServer())}`;
    const silent = client(origin, { timeouts: { connectMs: 200 } });
    await expect(silent.send({ method: 'POST', path: '/v1/x' }, options)).rejects.toMatchObject({
      code: 'unreachable',
      mayHaveRun: false,
      message: `${origin} did not accept a connection in time.`,
    });
  });

  it('is told from one that does not speak HTTP', async () => {
    const origin = `http://127.0.0.1:${await listen(createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')))}`;
    await expect(client(origin).send({ method: 'GET', path: '/v1/x' }, options)).rejects.toMatchObject({
      code: 'bad_response',
      message: `${origin} does not answer with valid HTTP.`,
    });
  });

  it('fails without a trace of the call when the client is closed', async () => {
    const origin = await serve((_request, response) => response.end('{}'));
    const closed = client(origin);
    await closed.send({ method: 'GET', path: '/v1/x' }, options);
    await closed.close();
    await expect(closed.send({ method: 'POST', path: '/v1/x' }, options)).rejects.toMatchObject({
      code: 'cancelled',
      mayHaveRun: false,
    });
  });
});

describe('a request that cannot be sent', () => {
  it('is refused before it is sent, without repeating the header value', async () => {
    const origin = await serve((_request, response) => response.end('{}'));
    const sending = client(origin, { tenant: 'a\r\nb' }).send({ method: 'POST', path: '/v1/x' }, options);
    await expect(sending).rejects.toMatchObject({
      code: 'invalid_arguments',
      mayHaveRun: false,
      message: 'The request cannot be sent: invalid x-tenant-id header.',
    });
  });
});

describe('proxies', () => {
  it('are used when given, whatever the environment says, except for hosts to reach directly', async () => {
    const tunnels: (string | undefined)[] = [];
    const proxy = createServer((socket) => {
      socket.once('data', (data) => {
        tunnels.push(data.toString().split('\r\n')[0]);
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      });
    });
    const address = `127.0.0.1:${await listen(proxy)}`;
    const proxied = client('http://aegis.test:8088', { proxy: { http: address } });
    await expect(proxied.send({ method: 'POST', path: '/v1/x' }, options)).rejects.toMatchObject({
      code: 'unreachable',
      mayHaveRun: false,
      message: 'The proxy refused to connect to http://aegis.test:8088 (HTTP 407).',
      next: 'Check the proxy address and its credentials, or list the host in NO_PROXY.',
    });
    expect(tunnels).toEqual(['CONNECT aegis.test:8088 HTTP/1.1']);
    const origin = await serve((_request, response) => response.end('{}'));
    const direct = client(origin, { proxy: { http: address, noProxy: '127.0.0.1' } });
    expect((await direct.send({ method: 'GET', path: '/v1/x' }, options)).status).toBe(200);
    expect(tunnels).toHaveLength(1);
  });
});

describe('a proxy address', () => {
  it.each(['socks5://127.0.0.1:1', 'http://', 'host name:80'])('is refused when it is %s', (http) => {
    expect(() => createHttpClient({ baseUrl: 'http://aegis.test', proxy: { http } })).toThrow(
      expect.objectContaining({ code: 'invalid_configuration' }),
    );
  });
});

describe('explanations by system code', () => {
  const mock = useMock();

  it.each([
    ['EAI_AGAIN', 'DNS gave no answer for aegis.test.'],
    ['EHOSTUNREACH', 'There is no network route to aegis.test.'],
    ['ENETUNREACH', 'There is no network route to aegis.test.'],
    ['ETIMEDOUT', 'http://aegis.test did not accept a connection in time.'],
    ['ECONNRESET', 'http://aegis.test closed the connection before it was set up.'],
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'The TLS certificate of aegis.test is signed by an authority that is not trusted here.',
    ],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'The TLS certificate of aegis.test is signed by an authority that is not trusted here.',
    ],
    ['CERT_HAS_EXPIRED', 'The TLS certificate of aegis.test has expired.'],
    ['CERT_NOT_YET_VALID', 'The TLS certificate of aegis.test is not valid yet.'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'The TLS certificate presented for aegis.test belongs to another name.'],
    ['EPROTO', 'http://aegis.test does not speak TLS.'],
    ['ENOBUFS', 'No connection to http://aegis.test (ENOBUFS).'],
  ])('%s', async (code, message) => {
    const error = Object.assign(new Error('x'), { code });
    mock().agent.get(ORIGIN).intercept({ method: 'POST', path: '/v1/x' }).replyWithError(error);
    const sending = mock().client().send({ method: 'POST', path: '/v1/x' }, options);
    await expect(sending).rejects.toMatchObject({ code: 'unreachable', message, mayHaveRun: false });
  });
});
