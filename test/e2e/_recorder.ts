/** A loopback proxy that remembers what was asked. */
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Recorder {
  readonly url: string;
  /** `METHOD /path` of every request since the last `take`, without the query. */
  take(): string[];
  close(): Promise<void>;
}

export async function startRecorder(target: string): Promise<Recorder> {
  let asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    asked.push(`${method} ${url.split('?')[0]}`);
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
