/** A client on undici's MockAgent: no network, and every scripted answer must have been asked for. */
import { MockAgent } from 'undici';
import { afterEach, beforeEach } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import type { HttpClientOptions } from '../../src/client/options.js';
import type { HttpClient, TokenSource } from '../../src/client/types.js';

export const ORIGIN = 'http://aegis.test';

export interface Mock {
  readonly agent: MockAgent;
  client(options?: Partial<HttpClientOptions>): HttpClient;
}

/** Registers set-up and teardown for the tests of a file. */
export function useMock(): () => Mock {
  let current: Mock | undefined;
  beforeEach(() => {
    const agent = new MockAgent();
    agent.disableNetConnect();
    current = {
      agent,
      client: (options) =>
        createHttpClient({ baseUrl: ORIGIN, dispatcher: agent, sleep: async () => undefined, ...options }),
    };
  });
  afterEach(async () => {
    const agent = current?.agent;
    await agent?.close();
    agent?.assertNoPendingInterceptors();
  });
  return () => {
    if (current === undefined) throw new Error('useMock() gives a mock only inside a test.');
    return current;
  };
}

/** A token source that hands out the given tokens, one after each 401. */
export function tokensOf(...tokens: string[]): TokenSource & { readonly rejected: string[] } {
  const rejected: string[] = [];
  return {
    description: 'the token of the test',
    rejected,
    token: async () => tokens[0],
    renew: async (token) => {
      rejected.push(token);
      return tokens[tokens.indexOf(token) + 1];
    },
  };
}
