/** Proxies from the environment, by the names that curl and most programs read. */
import type { ProxySettings } from '../client/dispatcher.js';

/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY in either case; undefined when no proxy is set. */
export function proxyFrom(env: Readonly<Record<string, string | undefined>>): ProxySettings | undefined {
  const read = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined;
  const [http, https, noProxy] = [read('HTTP_PROXY'), read('HTTPS_PROXY'), read('NO_PROXY')];
  return http === undefined && https === undefined ? undefined : { http, https, noProxy };
}
