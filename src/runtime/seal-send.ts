/** Sends SEAL requests over the same kind of connections as REST: proxies, time and size limits included. */

import { readBody } from '../client/body.js';
import { startDeadline } from '../client/deadline.js';
import { createLazyDispatcher, type LazyDispatcher, type ProxySettings } from '../client/dispatcher.js';
import { type ExchangeOptions, exchange, type RawResponse } from '../client/exchange.js';
import { type Phase, transportFailure } from '../client/failure.js';
import { CONNECT_MS } from '../client/options.js';
import type { SealRequest, SealResponse } from '../seal/transport.js';

export interface SealSenderOptions {
  /** Longest time for one request with its answer, milliseconds. */
  readonly timeoutMs: number;
  /** Largest answer, bytes. */
  readonly maxBytes: number;
  readonly userAgent: string;
  readonly proxy: ProxySettings | undefined;
}

/** A SealSend (`send`) that rejects with AegisError, and its connections. */
export class SealSender {
  readonly #options: SealSenderOptions;
  readonly #dispatcher: LazyDispatcher;

  constructor(options: SealSenderOptions) {
    this.#options = options;
    this.#dispatcher = createLazyDispatcher(CONNECT_MS, options.proxy);
  }

  readonly send = async (request: SealRequest): Promise<SealResponse> => {
    const { timeoutMs: limitMs, maxBytes } = this.#options;
    const deadline = startDeadline(request.signal ?? new AbortController().signal, limitMs);
    const { method, url } = request;
    let phase: Phase = 'waiting';
    const onStart = (): void => {
      phase = 'sent';
    };
    try {
      const { status, headers, body } = await this.#exchange(request, { signal: deadline.signal, onStart });
      phase = 'answered';
      const bytes = await readBody(body, maxBytes, method);
      return { status, headers, text: new TextDecoder().decode(bytes) };
    } catch (error) {
      const { origin } = new URL(url);
      throw transportFailure(error, { method, origin, phase, ended: deadline.ended(), limitMs });
    } finally {
      deadline.stop();
    }
  };

  /** Ends all connections. */
  close(): Promise<void> {
    return this.#dispatcher.close();
  }

  async #exchange(
    { url, method, headers, body }: SealRequest,
    control: Pick<ExchangeOptions, 'signal' | 'onStart'>,
  ): Promise<RawResponse> {
    const { origin, pathname, search } = new URL(url);
    return await exchange(await this.#dispatcher.get(), {
      origin,
      path: pathname + search,
      method,
      headers: { ...headers, 'user-agent': this.#options.userAgent },
      body,
      ...control,
    });
  }
}
