import { createBus } from '../../../src/sandbox/bus.js';
import { systemClock } from '../../../src/sandbox/clock.js';
import { startHttpServer } from '../../../src/sandbox/http-server.js';
import { createIdentity, type SandboxIdentity } from '../../../src/sandbox/identity/index.js';
import type { ActivityEvent, Clock, SandboxContext } from '../../../src/sandbox/kernel.js';
import { createRouter } from '../../../src/sandbox/router.js';
import { openStore } from '../../../src/sandbox/store.js';

/** A clock that can be moved forward. */
export interface MovableClock extends Clock {
  advance(seconds: number): void;
}

export function createClock(): MovableClock {
  let offset = 0;
  return {
    ...systemClock,
    now: () => new Date(Date.now() + offset),
    advance: (seconds) => {
      offset += seconds * 1000;
    },
  };
}

export function createContext(options: Partial<SandboxContext> = {}): SandboxContext {
  return {
    dialect: 'live',
    clock: systemClock,
    store: openStore(':memory:'),
    activity: createBus<ActivityEvent>(),
    files: '/nonexistent',
    signal: new AbortController().signal,
    pace: 0,
    ...options,
  };
}

export interface Provider {
  readonly url: string;
  readonly identity: SandboxIdentity;
  close(): Promise<void>;
}

/** The identity provider alone, over real HTTP on a free port. */
export async function startProvider(options: Partial<SandboxContext> = {}): Promise<Provider> {
  let url = '';
  const identity = await createIdentity(createContext(options), () => url);
  const router = createRouter(identity.routes, { dialect: 'live', verify: identity.verify });
  const server = await startHttpServer({ router, host: '127.0.0.1', port: 0 });
  url = server.url;
  return { url, identity, close: () => server.close() };
}

/** POSTs a form to the token endpoint of a realm. */
export function requestToken(
  url: string,
  realm: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const body = new URLSearchParams(form);
  return fetch(`${url}/realms/${realm}/protocol/openid-connect/token`, { method: 'POST', body, headers });
}
