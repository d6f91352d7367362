/**
 * Newline-delimited JSON-RPC over two streams (MCP 2025-11-25 and 2026-07-28, "stdio"). Unlike the SDK's
 * transport it survives overlong lines, answers what is no JSON-RPC message, and lets requests that are under
 * way when the input ends be answered.
 */
import type { Readable, Writable } from 'node:stream';
import {
  isJSONRPCErrorResponse,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type MessageExtraInfo,
  ProtocolErrorCode,
  parseJSONRPCMessage,
  type Transport,
} from '@modelcontextprotocol/server';
import { DrainableSet } from '../server/drainable-set.js';
import { cancelledRequest, MAX_MESSAGE_BYTES } from './common.js';
import { LineReader } from './line-reader.js';

export interface LineTransportEvents {
  /** The input has ended; nothing more will be received. */
  readonly inputEnded: () => void;
  /** The output is gone (EPIPE and the like); nothing more can be answered. */
  readonly outputLost: (error: Error) => void;
}

export class LineTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage, extra?: MessageExtraInfo) => void;

  readonly #input: Readable;
  readonly #output: Writable;
  readonly #events: LineTransportEvents;
  readonly #unanswered = new DrainableSet<string | number>();
  readonly #reader = new LineReader(MAX_MESSAGE_BYTES, {
    line: (text) => this.#receive(text),
    overlong: () => this.#refuse(ProtocolErrorCode.ParseError, TOO_LONG),
  });
  #inputOpen = true;
  #closed = false;

  constructor(input: Readable, output: Writable, events: LineTransportEvents) {
    this.#input = input;
    this.#output = output;
    this.#events = events;
  }

  async start(): Promise<void> {
    this.#output.on('error', this.#loseOutput);
    this.#input.on('data', this.#read).once('end', this.#endInput).once('close', this.#endInput);
    this.#input.on('error', this.#endInput);
    if (this.#input.readableEnded || this.#input.destroyed) setImmediate(this.#endInput);
    const { errored } = this.#output;
    if (errored !== null) setImmediate(this.#loseOutput, errored);
  }

  /** Resolves when the message is handed to the operating system, or at once when the output is gone. */
  async send(message: JSONRPCMessage): Promise<void> {
    this.#write(message);
    if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) {
      if (message.id !== undefined) this.#unanswered.delete(message.id);
    }
    if (this.#output.writableNeedDrain) await this.flush();
  }

  /** Resolves when every request received is answered, or after `timeoutMs` milliseconds. */
  answered(timeoutMs: number): Promise<void> {
    return this.#unanswered.drained(timeoutMs);
  }

  /** Resolves when everything written so far is handed to the operating system or lost. */
  flush(): Promise<void> {
    if (!this.#output.writable) return Promise.resolve();
    return new Promise((resolve) => this.#output.write('', () => resolve()));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopReading();
    this.#unanswered.clear();
    this.onclose?.();
  }

  readonly #read = (chunk: Buffer): void => this.#reader.push(chunk);

  readonly #endInput = (): void => {
    if (!this.#inputOpen) return;
    this.#reader.end();
    this.#stopReading();
    this.#events.inputEnded();
  };

  // Stays attached for good: a write that fails after the end must not throw.
  readonly #loseOutput = (error: Error): void => {
    this.#unanswered.clear();
    this.#events.outputLost(error);
  };

  #stopReading(): void {
    this.#inputOpen = false;
    this.#input.off('data', this.#read).pause();
  }

  #receive(line: string): void {
    if (line.trim() === '') return;
    const message = this.#parse(line);
    if (message === undefined) return;
    this.#expectAnswer(message);
    this.onmessage?.(message);
  }

  #parse(line: string): JSONRPCMessage | undefined {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return this.#refuse(ProtocolErrorCode.ParseError, NOT_JSON);
    }
    try {
      return parseJSONRPCMessage(value);
    } catch {
      return this.#refuse(ProtocolErrorCode.InvalidRequest, NOT_JSON_RPC, readId(value));
    }
  }

  /** JSON-RPC 2.0, section 5.1: an error whose request is unknown carries the id null. */
  #refuse(code: number, message: string, id: string | number | null = null): undefined {
    this.onerror?.(new Error(message));
    this.#write({ jsonrpc: '2.0', id, error: { code, message } });
  }

  #expectAnswer(message: JSONRPCMessage): void {
    if (isJSONRPCRequest(message) && message.method !== LISTEN) this.#unanswered.add(message.id);
    // A cancelled request is not answered.
    const cancelled = cancelledRequest(message);
    if (cancelled !== undefined) this.#unanswered.delete(cancelled);
  }

  #write(message: object): void {
    if (this.#closed || !this.#output.writable) return;
    this.#output.write(`${JSON.stringify(message)}\n`);
  }
}

/** Answered only when the connection closes (2026-07-28). */
const LISTEN = 'subscriptions/listen';

const TOO_LONG = `Parse error: a message may have at most ${MAX_MESSAGE_BYTES} bytes. Send a smaller one.`;
const NOT_JSON = 'Parse error: the line is not JSON. Send one JSON-RPC message per line, in UTF-8.';
const NOT_JSON_RPC =
  'Invalid Request: the line is not a JSON-RPC 2.0 message; batches are not served over stdio.';

function readId(value: unknown): string | number | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null;
  return typeof value.id === 'string' || typeof value.id === 'number' ? value.id : null;
}
