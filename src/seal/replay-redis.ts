/** Accepted signatures in Redis or Valkey, for verifiers on several machines. */
import type { AsyncReplayStore } from './replay.js';

/**
 * Sends one command and resolves with its reply; rejects when there is none.
 *
 * ioredis: `(command) => redis.call(...command)`; node-redis: `(command) => client.sendCommand([...command])`.
 */
export type RedisSend = (command: readonly [name: string, ...args: string[]]) => Promise<unknown>;

export interface RedisReplayOptions {
  /** Put before each signature to make its key. Default `seal:replay:`. */
  readonly prefix?: string;
  /** Milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
}

/**
 * A store in Redis 2.6.12 or newer, or Valkey. The server drops a key when its envelope could no longer pass the window;
 * it must not drop keys earlier (`maxmemory-policy noeviction`), and a failover must not lose them.
 */
export class RedisReplayStore implements AsyncReplayStore {
  readonly #send: RedisSend;
  readonly #prefix: string;
  readonly #now: () => number;

  constructor(send: RedisSend, options: RedisReplayOptions = {}) {
    this.#send = send;
    this.#prefix = options.prefix ?? 'seal:replay:';
    this.#now = options.now ?? Date.now;
  }

  /** Rejects as the client does, and for a reply that is neither OK nor null. */
  async claim(signature: string, expiresAt: number): Promise<boolean> {
    // PX takes whole milliseconds from 1 on.
    const lifetime = Math.max(1, Math.ceil(expiresAt - this.#now()));
    const reply = await this.#send(['SET', this.#prefix + signature, '1', 'PX', String(lifetime), 'NX']);
    if (reply === 'OK') return true;
    if (reply === null) return false;
    throw new Error(`Redis answered SET with ${String(reply)}`);
  }
}
