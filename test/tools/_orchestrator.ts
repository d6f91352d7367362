/** A loopback server that records what it is asked and answers from a script. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Asked {
  readonly method: string;
  /** Path with query, as received. */
  readonly path: string;
  /** Parsed JSON, else text; absent when there was no body. */
  readonly body?: unknown;
  readonly type?: string;
}

export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string | Uint8Array;
  readonly type?: string;
  readonly empty?: true;
  /** Breaks the connection instead of answering. */
  readonly cut?: true;
  /** Data lines of an event stream, which then ends. */
  readonly events?: readonly unknown[];
}

export interface ScriptedServer {
  readonly url: string;
  readonly asked: Asked[];
  readonly headers: IncomingMessage['headers'][];
  /** Answers in order; asked beyond them the server says 599. */
  script(answers: readonly Answer[]): void;
  close(): Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const headers: IncomingMessage['headers'][] = [];
  let answers: Answer[] = [];
  const server = createServer(async (request, response) => {
    asked.push(await record(request));
    headers.push(request.headers);
    reply(response, answers.shift() ?? { status: 599, text: 'beyond the script' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    headers,
    script(next) {
      asked.length = 0;
      headers.length = 0;
      answers = [...next];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function record(request: IncomingMessage): Promise<Asked> {
  const raw = await text(request);
  const type = request.headers['content-type'];
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    ...(raw !== '' && { body: type === 'application/json' ? JSON.parse(raw) : raw }),
    ...(type !== undefined && { type }),
  };
}

function reply(response: ServerResponse, answer: Answer): void {
  const { status = 200, json, text: body, type, empty, events } = answer;
  if (answer.cut === true) response.destroy();
  else if (events !== undefined) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
    response.end();
  } else if (empty === true) response.writeHead(status).end();
  else if (body !== undefined) response.writeHead(status, { 'content-type': type ?? 'text/plain' }).end(body);
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}
