/** The platform's fetch as transport: what it takes, and what a failure of it proves. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SealWire, sendWithFetch } from '../../src/seal/transport.js';
import { refusal } from './_session.js';

const CHUNK = Buffer.alloc(1024 * 1024, ' ');

/** A server whose answers have that many chunks of 1 MiB; it tells how many were taken. */
async function serve(chunks: number): Promise<{ readonly url: string; taken(): number }> {
  let taken = 0;
  const server = createServer((_, response) => {
    const write = (): void => {
      if (taken === chunks) return void response.end();
      taken += 1;
      response.write(CHUNK, (error) => (error === null || error === undefined ? write() : undefined));
    };
    write();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken: () => taken };
}

describe('an answer', () => {
  it('of 16 MiB is taken whole', async () => {
    const { url } = await serve(16);
    const { text } = await new SealWire(sendWithFetch, Date.now).post(url, '{}', { hasEffect: true });
    expect(text.length).toBe(16 * 1024 * 1024);
  });

  it('without end is left, and the call may have run', async () => {
    const { url, taken } = await serve(1_000);
    const wire = new SealWire(sendWithFetch, Date.now);
    expect(await refusal(wire.post(url, '{}', { hasEffect: true }))).toMatchObject({
      code: 'unreachable',
      message: 'No answer from the server: the answer is larger than 16777216 bytes; it was not read further',
      mayHaveRun: true,
    });
    expect(taken()).toBeLessThan(100);
  });
});

describe('a failure of the connection', () => {
  it.each([
    ['no route to the host', { code: 'EHOSTUNREACH', syscall: 'connect' }, false],
    ['no such name', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }, false],
    ['no connection in time', { code: 'UND_ERR_CONNECT_TIMEOUT' }, false],
    ['a route that is lost under way', { code: 'EHOSTUNREACH', syscall: 'read' }, true],
    ['a network that is lost under way', { code: 'ENETUNREACH', syscall: 'write' }, true],
    ['a reset', { code: 'ECONNRESET', syscall: 'read' }, true],
  ])('by %s proves what it proves', async (_title, system, mayHaveRun) => {
    const cause = Object.assign(new Error('system'), system);
    const wire = new SealWire(() => Promise.reject(new TypeError('fetch failed', { cause })), Date.now);
    expect(await refusal(wire.post('http://127.0.0.1', '{}', { hasEffect: true }))).toMatchObject({
      code: 'unreachable',
      mayHaveRun,
    });
  });
});

it('an answer that does not come in time is none; one that nobody waits for any more was cancelled', async () => {
  const post = (reason: unknown) => {
    const controller = new AbortController();
    const slow = new SealWire(async () => {
      controller.abort(reason);
      throw new Error('aborted');
    }, Date.now);
    return refusal(slow.post('http://127.0.0.1', '{}', { hasEffect: true, signal: controller.signal }));
  };
  const late = new DOMException('too late', 'TimeoutError');
  expect(await post(late)).toMatchObject({ code: 'unreachable', mayHaveRun: true });
  expect(await post(undefined)).toMatchObject({ code: 'cancelled', mayHaveRun: true });
});
