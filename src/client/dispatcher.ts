/** Connections: undici, loaded with the first request, because loading it costs more than starting the server. */
import type { Dispatcher } from 'undici';
import { AegisError } from '../errors.js';
import { patient } from './patient-socket.js';

/** Proxy addresses, http(s) URLs or `host:port`; an absent one means a direct connection. */
export interface ProxySettings {
  /** For http:// servers. */
  readonly http?: string | undefined;
  /** For https:// servers; absent: `http`. */
  readonly https?: string | undefined;
  /** Hosts reached directly: names or suffixes separated by commas or spaces, `*` for all. */
  readonly noProxy?: string | undefined;
}

/** A dispatcher made on first use. */
export interface LazyDispatcher {
  get(): Promise<Dispatcher>;
  /** Ends all connections at once; what runs fails. */
  close(): Promise<void>;
}

/**
 * Connections, pooled per origin; through proxies when some are configured. Throws `invalid_configuration` for
 * an unusable proxy address.
 */
export function createLazyDispatcher(connectMs: number, proxy: ProxySettings | undefined): LazyDispatcher {
  const usable = proxy && { ...proxy, http: checkProxy(proxy.http), https: checkProxy(proxy.https) };
  let made: Promise<Dispatcher> | undefined;
  return {
    get() {
      made ??= usable === undefined ? createAgent(connectMs) : createProxyAgent(usable, connectMs);
      return made;
    },
    async close() {
      await (await made)?.destroy();
    },
  };
}

/** Wraps a dispatcher that somebody else closes. */
export function borrowDispatcher(dispatcher: Dispatcher): LazyDispatcher {
  return { get: async () => dispatcher, close: async () => undefined };
}

/** The message does not repeat the address: it may hold a password. */
function checkProxy(address: string | undefined): string | undefined {
  if (address === undefined || address === '') return undefined;
  const url = address.includes('://') ? address : `http://${address}`;
  if (URL.canParse(url) && /^https?:/i.test(url)) return url;
  throw new AegisError('invalid_configuration', 'A proxy address is not an http or https URL.', {
    next: 'Correct HTTP_PROXY and HTTPS_PROXY: http://host:port or http://user:password@host:port.',
  });
}

async function createAgent(connectMs: number): Promise<Dispatcher> {
  const { Agent, buildConnector } = await import('./undici.js');
  return new Agent({ connect: patient(buildConnector({ timeout: connectMs })) });
}

async function createProxyAgent(proxy: ProxySettings, connectMs: number): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('./undici.js');
  const timeout = { timeout: connectMs };
  // Empty strings rather than absence: for an absent setting undici reads the environment.
  return new EnvHttpProxyAgent({
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? '',
    noProxy: proxy.noProxy ?? '',
    connect: timeout,
    proxyTls: timeout,
    requestTls: timeout,
  });
}
