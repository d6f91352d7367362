import type { Bus } from './kernel.js';

/** A subscriber fell more than the bus's buffer behind; its stream is cut, as the real server's are. */
export class LaggedError extends Error {
  constructor(limit: number) {
    super(`subscriber lagged more than ${limit} events behind`);
    this.name = 'LaggedError';
  }
}

/**
 * A node-wide event bus: every subscriber has its own queue of `limit` events (the server's buffer is 100).
 * A subscription counts from the call of `subscribe`, not from the first read, and ends when its signal aborts.
 */
export function createBus<E>(limit = 100): Bus<E> {
  const subscribers = new Set<Subscriber<E>>();
  return {
    publish(event) {
      for (const subscriber of subscribers) subscriber.offer(event);
    },
    subscribe(signal) {
      const subscriber = new Subscriber<E>(limit);
      subscribers.add(subscriber);
      const leave = () => {
        subscribers.delete(subscriber);
        subscriber.close();
      };
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
      return read(subscriber, () => {
        signal.removeEventListener('abort', leave);
        leave();
      });
    },
  };
}

class Subscriber<E> {
  readonly #limit: number;
  readonly #queue: E[] = [];
  #lagged = false;
  #closed = false;
  #wake: () => void = () => {};

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(event: E): void {
    if (this.#queue.length >= this.#limit) this.#lagged = true;
    else this.#queue.push(event);
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** The next event, or undefined once closed. Throws LaggedError. */
  async next(): Promise<{ event: E } | undefined> {
    for (;;) {
      if (this.#closed) return undefined;
      if (this.#lagged) throw new LaggedError(this.#limit);
      const event = this.#queue.shift();
      if (event !== undefined) return { event };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

function read<E>(subscriber: Subscriber<E>, leave: () => void): AsyncIterable<E> {
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for (let item = await subscriber.next(); item; item = await subscriber.next()) yield item.event;
      } finally {
        leave();
      }
    },
  };
}
