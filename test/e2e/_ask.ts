/** Asks a sandbox and holds every answer against the contract; remembers which announced statuses were seen. */
import { expect } from 'vitest';
import type { Judge } from './_contract.js';

export interface Asking {
  readonly json?: unknown;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly type?: string;
  /** Default: the bearer of the asker; empty: no Authorization. */
  readonly authorization?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Tests read whatever members the contract announces. */
type Parsed = ReturnType<typeof JSON.parse>;

export class Asker {
  readonly #judge: Judge;
  readonly #url: string;
  readonly #bearer: string;
  readonly #seen = new Set<string>();

  constructor(judge: Judge, url: string, bearer: string) {
    this.#judge = judge;
    this.#url = url;
    this.#bearer = bearer;
  }

  /** Asks, and holds status and answer against the contract; the parsed body. */
  async ask(status: number, method: string, path: string, given: Asking = {}): Promise<Parsed> {
    const response = await fetch(`${this.#url}${path}`, { method, redirect: 'manual', ...this.#init(given) });
    const text = await response.text();
    expect([response.status, text]).toEqual([status, text]);
    const operation = this.#judge.find(method, path.split('?')[0] ?? '');
    if (operation === undefined) throw new Error(`no operation for ${method} ${path}`);
    const type = response.headers.get('content-type') ?? '';
    const body = type.startsWith('application/json') ? JSON.parse(text) : text;
    expect(this.#judge.checkAnswer(operation, { status, type, body }), text).toEqual([]);
    this.#seen.add(`${operation.id} ${status}`);
    return body;
  }

  get(status: number, path: string): Promise<Parsed> {
    return this.ask(status, 'GET', path);
  }

  post(status: number, path: string, json: unknown): Promise<Parsed> {
    return this.ask(status, 'POST', path, { json });
  }

  /** Announced statuses of these operations that were never seen, as `operationId status`. */
  unseen(operations: readonly string[]): string[] {
    const announced = this.#judge.operations();
    return operations.flatMap((id) => {
      const statuses = announced.get(id);
      if (statuses === undefined) throw new Error(`the contract has no operation ${id}`);
      return statuses.map((status) => `${id} ${status}`).filter((each) => !this.#seen.has(each));
    });
  }

  #init({ json, body: raw, type = 'application/json', authorization = this.#bearer, headers }: Asking) {
    const body = raw ?? (json === undefined ? undefined : JSON.stringify(json));
    return {
      headers: {
        ...(authorization !== '' && { authorization }),
        ...(body !== undefined && type !== '' && { 'content-type': type }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    };
  }
}
