/** A loopback proxy that remembers what was asked. */
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Recorded {
  readonly method: string;
  /** Path with query, as sent. */
  readonly path: string;
  readonly type?: string;
  /** Parsed JSON, else text; absent when there was none. */
  readonly body?: unknown;
}

export interface Recorder {
  readonly url: string;
  /** Every request since the last `take`. */
  take(): Recorded[];
  close(): Promise<void>;
}

function describe(
  method: string,
  path: string,
  type: string | undefined,
  pieces: readonly Buffer[],
): Recorded {
  const text = Buffer.concat(pieces).toString();
  if (type === undefined) return { method, path };
  return { method, path, type, body: type === 'application/json' && text !== '' ? JSON.parse(text) : text };
}

export async function startRecorder(target: string): Promise<Recorder> {
  let asked: Recorded[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.once('end', () => asked.push(describe(method, url, headers['content-type'], pieces)));
    const onward = forward(`${target}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      answer.once('error', () => outgoing.destroy());
    });
    onward.once('error', () => outgoing.destroy());
    outgoing.once('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    take() {
      const taken = asked;
      asked = [];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
