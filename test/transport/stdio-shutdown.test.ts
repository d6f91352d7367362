import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createServerFactory } from '../../src/server/create-server.js';
import { serveStdioTransport } from '../../src/transport/stdio.js';
import { FakeHost, silentLog } from '../server/_host.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Serves two streams of this process; `written` is what stdout received. */
function serve(stdout = new PassThrough()) {
  const events: string[] = [];
  const host = new FakeHost((event) => events.push(event));
  const factory = createServerFactory(host, { name: 'aegis-mcp', version: '9.9.9' }, silentLog);
  const stdin = new PassThrough();
  const onClose = vi.fn();
  const handle = serveStdioTransport(factory, { stdin, stdout, onClose, log: silentLog });
  const written = (): string => String(stdout.read() ?? '');
  return { stdin, stdout, events, onClose, handle, written };
}

/** Unlike vi.waitFor this does not advance the clock. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

const WAIT = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"wait"}}\n';
const ABORTED = 'aborted wait: AbortError: The server is shutting down.';

it('gives calls five seconds after the end of stdin, then cancels and answers them', async () => {
  const { stdin, events, onClose, written } = serve();
  stdin.end(WAIT);
  await until(() => events.includes('started wait'));
  await vi.advanceTimersByTimeAsync(4_999);
  expect(events).toEqual(['started wait']);
  await vi.advanceTimersByTimeAsync(1);
  await until(() => onClose.mock.calls.length > 0);
  expect(events).toEqual(['started wait', ABORTED]);
  expect(JSON.parse(written())).toMatchObject({ id: 1, result: { isError: true } });
});

it('does not wait out those seconds when it is closed meanwhile', async () => {
  const { stdin, events, onClose, handle } = serve();
  stdin.end(WAIT);
  await until(() => events.includes('started wait'));
  await handle.close();
  expect(events).toEqual(['started wait', ABORTED]);
  expect(onClose).toHaveBeenCalledOnce();
});

it('ends although its client no longer reads what was written', async () => {
  const stuck = new PassThrough({ highWaterMark: 1 });
  const { stdin, onClose, handle } = serve(stuck);
  stdin.write('{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n');
  await until(() => stuck.readableLength > 0);
  const closing = handle.close();
  await until(() => vi.getTimerCount() > 0);
  await vi.advanceTimersByTimeAsync(2_000);
  await closing;
  expect(onClose).toHaveBeenCalledOnce();
});

it('reports the end once, however it comes about', async () => {
  const { stdin, stdout, onClose, handle } = serve();
  stdin.end();
  stdout.destroy(new Error('EPIPE'));
  await Promise.all([handle.close(), handle.close()]);
  expect(onClose).toHaveBeenCalledOnce();
});

it('ends when stdin was over before it began', async () => {
  const stdin = new PassThrough();
  await once(stdin.destroy(), 'close');
  const factory = createServerFactory(new FakeHost(), { name: 'aegis-mcp', version: '9.9.9' }, silentLog);
  const closed = new Promise<void>((onClose) => {
    serveStdioTransport(factory, { stdin, stdout: new PassThrough(), onClose, log: silentLog });
  });
  await closed;
});
