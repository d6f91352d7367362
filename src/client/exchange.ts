/** One request and its answer on one connection, over undici's dispatch interface. */
import { ReadableStream, type ReadableStreamDefaultController } from 'node:stream/web';
import type { Dispatcher } from 'undici';

/** A response whose body is still on the wire. Cancelling the body closes the connection. */
export interface RawResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReadableStream<Uint8Array>;
}

export interface ExchangeOptions extends Dispatcher.DispatchOptions {
  readonly signal: AbortSignal;
  /**
   * Called when the request is about to be written to an open connection. An exchange that fails without it
   * surely did not reach the server.
   */
  readonly onStart: () => void;
}

/** Bytes read ahead of the consumer before the connection is paused. */
const READ_AHEAD = 64 * 1024;

/** Sends one request. Resolves with the status line; rejects with undici's error or the signal's reason. */
export function exchange(dispatcher: Dispatcher, options: ExchangeOptions): Promise<RawResponse> {
  const { signal, onStart, ...request } = options;
  return new Promise((resolve, reject) => {
    const handler = new ExchangeHandler(signal, onStart, resolve, reject);
    try {
      dispatcher.dispatch(request, handler);
    } catch (error) {
      handler.onResponseError(undefined, error);
    }
  });
}

type Controller = Dispatcher.DispatchController;

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #onStart: () => void;
  readonly #resolve: (response: RawResponse) => void;
  readonly #reject: (error: unknown) => void;
  #controller: Controller | undefined;
  #body: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(
    signal: AbortSignal,
    onStart: () => void,
    resolve: (response: RawResponse) => void,
    reject: (error: unknown) => void,
  ) {
    this.#signal = signal;
    this.#onStart = onStart;
    this.#resolve = resolve;
    this.#reject = reject;
    if (signal.aborted) this.#abort();
    else signal.addEventListener('abort', this.#abort);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#signal.aborted) this.#abort();
    else this.#onStart();
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    const source = {
      start: (body: ReadableStreamDefaultController<Uint8Array>) => {
        this.#body = body;
      },
      pull: () => controller.resume(),
      cancel: () => this.#finish(() => controller.abort(new Error('The body was not wanted.'))),
    };
    const strategy = { highWaterMark: READ_AHEAD, size: (chunk: Uint8Array) => chunk.byteLength };
    const body = new ReadableStream<Uint8Array>(source, strategy);
    this.#resolve({ status, headers: flattenHeaders(headers), body });
  }

  onResponseData(controller: Controller, chunk: Uint8Array): void {
    if (this.#body === undefined) return;
    this.#body.enqueue(chunk);
    if ((this.#body.desiredSize ?? 0) <= 0) controller.pause();
  }

  onResponseEnd(): void {
    const body = this.#body;
    this.#finish(() => body?.close());
  }

  onResponseError(_controller: Controller | undefined, error: unknown): void {
    const body = this.#body;
    this.#finish(() => (body === undefined ? this.#reject(error) : body.error(error)));
  }

  readonly #abort = (): void => {
    const { reason } = this.#signal;
    this.#reject(reason);
    this.#controller?.abort(reason);
  };

  /** The body is dropped first: closing and aborting both report back here. */
  #finish(last: () => void): void {
    this.#signal.removeEventListener('abort', this.#abort);
    this.#body = undefined;
    last();
  }
}

function flattenHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  return flat;
}
