/** A real HTTP server on loopback whose answers a test writes down beforehand. */
import { createServer, type IncomingMessage, type Server } from 'node:http';

export interface SeenRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly text: string;
  /** The parsed body. */
  readonly body: Record<string, unknown>;
}

export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly date?: Date;
  readonly location?: string;
  /** Resolves before the answer is sent. */
  readonly after?: Promise<unknown>;
  /** Closes the connection instead of answering. */
  readonly hangUp?: boolean;
}

type Script = (request: SeenRequest, count: number) => Answer;

export class ScriptedServer {
  readonly seen: SeenRequest[] = [];
  readonly #server: Server;
  #attest: Script = () => attested('token');
  #invoke: Script = () => ({ json: { done: true } });

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server);
    server.on('request', async (request, response) => {
      const seen = await read(request);
      scripted.seen.push(seen);
      const answer = scripted.#answer(seen);
      await answer.after;
      if (answer.hangUp === true) return response.destroy();
      if (answer.date !== undefined) response.setHeader('date', answer.date.toUTCString());
      if (answer.location !== undefined) response.setHeader('location', answer.location);
      response.statusCode = answer.status ?? 200;
      if (answer.json !== undefined) response.setHeader('content-type', 'application/json');
      return response.end(answer.json === undefined ? answer.text : JSON.stringify(answer.json));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Answers attestations; the count starts at 1. */
  onAttest(script: Script): void {
    this.#attest = script;
  }

  /** Answers invocations; the count starts at 1. */
  onInvoke(script: Script): void {
    this.#invoke = script;
  }

  get attestations(): SeenRequest[] {
    return this.seen.filter(({ path }) => path.endsWith('/v1/seal/attest'));
  }

  get invocations(): SeenRequest[] {
    return this.seen.filter(({ path }) => path.endsWith('/v1/seal/invoke'));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(seen: SeenRequest): Answer {
    if (seen.path.endsWith('/v1/seal/attest')) return this.#attest(seen, this.attestations.length);
    return this.#invoke(seen, this.invocations.length);
  }
}

/** The orchestrator's answer to an attestation; an hour of life unless told otherwise. */
export function attested(token: string, expiresAt = new Date(Date.now() + 3_600_000)): Answer {
  return {
    json: {
      status: 'success',
      security_token: token,
      expires_at: expiresAt.toISOString().replace('Z', '+00:00'),
      session_id: `session-of-${token}`,
    },
  };
}

async function read(request: IncomingMessage): Promise<SeenRequest> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const { authorization } = request.headers;
  return { path: request.url ?? '', authorization, text, body: JSON.parse(text) };
}
