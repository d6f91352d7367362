/**
 * Answers the beginning of a stdio connection from ready data, because hosts wait for `tools/list` and the MCP SDK
 * takes longer to load than Node itself. The first message that needs more closes the desk: the SDK's server then
 * gets everything that established the connection, and all that follows.
 */
import { PassThrough, type Readable, Writable } from 'node:stream';

/** What can be said without knowing anything but the configuration. */
export interface ReadyAnswers {
  readonly serverInfo: { readonly name: string; readonly version: string };
  readonly instructions: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** Absent where the list is not known yet: only the SDK's server can then answer `tools/list`. */
  readonly tools?: readonly unknown[];
}

/** Handshake versions whose first answers do not depend on the SDK (MCP lifecycle, 2025-11-25 and older). */
export const DESK_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];

/** Streams for the real transport, once it is wanted. */
export interface HandOver {
  readonly input: Readable;
  readonly output: Writable;
}

/** Quiet time after the last answer, milliseconds: then the SDK is loaded before a call asks for it. */
const QUIET_MS = 20;

type Message = Readonly<Record<string, unknown>>;
type Id = string | number;

/** Longest beginning that the desk looks at, bytes; a longer message is not a handshake. */
const MAX_BYTES = 65_536;
const LINE_FEED = 0x0a;

/** One connection. Create it, then wait for {@link FrontDesk.closed}. */
export class FrontDesk {
  /** Resolves with the streams to serve, or with undefined when the connection ended with nothing left to do. */
  readonly closed: Promise<HandOver | undefined>;
  readonly #stdout: Writable;
  readonly #answers: ReadyAnswers;
  readonly #input = new PassThrough();
  /** Lines that the SDK's server must see too, in order and as they came. */
  readonly #replay: Buffer[] = [];
  /** Requests among them: the desk has answered, so the server's own answer is dropped. */
  readonly #answered = new Set<Id>();
  #resolve: (handOver: HandOver | undefined) => void = () => undefined;
  #open = true;
  #pending: Buffer = Buffer.alloc(0);
  #quiet: NodeJS.Timeout | undefined;

  constructor(stdin: Readable, stdout: Writable, answers: ReadyAnswers) {
    this.#stdout = stdout;
    this.#answers = answers;
    this.closed = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    stdin.on('data', this.#read).once('end', this.#end).once('close', this.#end);
    // A connection that breaks ends like one that is closed.
    stdin.on('error', this.#end);
    stdout.on('error', this.close);
  }

  /** Ends a connection that the desk still serves: {@link closed} resolves with undefined. */
  readonly close = (): void => {
    if (!this.#open) return;
    this.#shut();
    this.#resolve(undefined);
  };

  readonly #read = (chunk: Buffer): void => {
    if (!this.#open) {
      this.#input.write(chunk);
      return;
    }
    this.#pending = Buffer.concat([this.#pending, chunk]);
    this.#serve();
  };

  readonly #end = (): void => {
    if (this.#open && this.#pending.length > 0) this.#handOver();
    if (this.#open) this.close();
    else this.#input.end();
  };

  /** Answers line by line; the first that it cannot answer stays in what is handed over. */
  #serve(): void {
    for (let end = this.#pending.indexOf(LINE_FEED); end !== -1; end = this.#pending.indexOf(LINE_FEED)) {
      const line = this.#pending.subarray(0, end + 1);
      const message = parse(line.toString('utf8'));
      if (message === undefined || !this.#answer(message, line)) {
        this.#handOver();
        return;
      }
      this.#pending = this.#pending.subarray(end + 1);
    }
    if (this.#pending.length > MAX_BYTES) this.#handOver();
    else this.#waitForQuiet();
  }

  /** Whether the message is answered, or needs no answer; if not, only the SDK's server can. */
  #answer(message: Message, line: Buffer): boolean {
    const { method, id, params } = message;
    if (method === 'initialize' && this.#replay.length === 0 && isId(id))
      return this.#initialize(message, id, line);
    if (this.#replay.length === 0) return false;
    if (method === 'notifications/initialized' && id === undefined) return this.#remember(line);
    if (method === 'ping' && isId(id)) return this.#reply(id, {});
    const isPlain = params === undefined || Object.keys(Object(params)).length === 0;
    const { tools } = this.#answers;
    if (method === 'tools/list' && isId(id) && isPlain && tools !== undefined)
      return this.#reply(id, { tools });
    return false;
  }

  #initialize(message: Message, id: Id, line: Buffer): boolean {
    const { protocolVersion, capabilities, clientInfo } = Object(message.params);
    const { name, version } = Object(clientInfo);
    const isSound = isObject(capabilities) && typeof name === 'string' && typeof version === 'string';
    if (!isSound || !DESK_VERSIONS.includes(protocolVersion)) return false;
    const { serverInfo, instructions, capabilities: ours } = this.#answers;
    this.#answered.add(id);
    this.#remember(line);
    return this.#reply(id, { protocolVersion, capabilities: ours, serverInfo, instructions });
  }

  #remember(line: Buffer): true {
    this.#replay.push(line);
    return true;
  }

  #reply(id: Id, result: unknown): true {
    this.#stdout.write(`${JSON.stringify({ result, jsonrpc: '2.0', id })}\n`);
    return true;
  }

  #waitForQuiet(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#handOver(), QUIET_MS);
  }

  #shut(): void {
    this.#open = false;
    clearTimeout(this.#quiet);
  }

  #handOver(): void {
    this.#shut();
    for (const line of this.#replay) this.#input.write(line);
    this.#input.write(this.#pending);
    this.#resolve({ input: this.#input, output: withoutAnswers(this.#stdout, this.#answered) });
  }
}

/** Writes through to `stdout`, but for the first answer to each of the ids. One write is one message. */
function withoutAnswers(stdout: Writable, ids: Set<Id>): Writable {
  const through = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      if (ids.size > 0 && isAnswerTo(chunk, ids)) done();
      else stdout.write(chunk, done);
    },
  });
  stdout.on('error', (error) => through.destroy(error));
  // stdout may break before the SDK is loaded: whoever starts on a broken stream finds it so.
  through.on('error', () => undefined);
  return through;
}

function isAnswerTo(line: string, ids: Set<Id>): boolean {
  const message = line === '' ? undefined : parse(line);
  return message !== undefined && isId(message.id) && !('method' in message) && ids.delete(message.id);
}

function parse(line: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) && value.jsonrpc === '2.0' ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is Id {
  return typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value));
}
