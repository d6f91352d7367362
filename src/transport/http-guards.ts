/** Protection against web pages that reach a server on this machine: DNS rebinding and foreign origins. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { HttpRefusal } from './http-refusal.js';

export interface GuardOptions {
  /** The host this server is bound to, as configured. */
  readonly host: string;
  /** Further values of `Host` that are served: `name`, any port, or `name:port`. */
  readonly allowedHosts: readonly string[];
  /** Web origins that may call besides those of this machine, `scheme://host[:port]`. */
  readonly allowedOrigins: readonly string[];
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether the name or address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIPv4(bare)) return loopback.check(bare, 'ipv4');
  if (isIPv6(bare)) return loopback.check(bare, 'ipv6');
  return bare === 'localhost';
}

/** `host` as it stands in a URL: an IPv6 address in brackets. */
export function urlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/**
 * Makes the check of `Host` (any request) and `Origin` (requests of web pages). MCP 2025-11-25 and 2026-07-28,
 * "Streamable HTTP, Security".
 * @throws {HttpRefusal} 403
 */
export function createGuard(options: GuardOptions): (request: IncomingMessage) => void {
  const hosts = new Set([urlHost(options.host), ...options.allowedHosts].map((host) => host.toLowerCase()));
  const origins = new Set(options.allowedOrigins.map((origin) => origin.toLowerCase()));
  return ({ headers }) => {
    if (!isAllowedHost(headers.host, hosts)) throw foreignHost(headers.host);
    if (headers.origin !== undefined && !isAllowedOrigin(headers.origin, origins)) {
      throw foreignOrigin(headers.origin);
    }
  };
}

function isAllowedHost(header: string | undefined, allowed: ReadonlySet<string>): boolean {
  // Host is a name and a port (RFC 9110, section 7.2); a URL parser would also find one behind "x@" or before "/x".
  if (header === undefined || /[@/\\?#]/.test(header)) return false;
  const url = parseUrl(`http://${header}`);
  if (url === undefined || url.host === '') return false;
  return isLoopback(url.hostname) || allowed.has(url.hostname) || allowed.has(header.toLowerCase());
}

function isAllowedOrigin(header: string, allowed: ReadonlySet<string>): boolean {
  if (allowed.has(header.toLowerCase())) return true;
  // An origin is scheme, host and port (RFC 6454, section 6.2).
  if (!/^https?:\/\/[^@/\\?#]+$/i.test(header)) return false;
  const url = parseUrl(header);
  return url !== undefined && isLoopback(url.hostname);
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function foreignHost(header: string | undefined): HttpRefusal {
  const named =
    header === undefined ? 'The request has no Host header.' : `Host "${header}" is not served here.`;
  return new HttpRefusal(
    403,
    `${named} Use the address printed at start, or add the host to --allowed-hosts.`,
  );
}

function foreignOrigin(header: string): HttpRefusal {
  return new HttpRefusal(
    403,
    `Web pages of origin "${header}" may not call this server. Add the origin to --allowed-origins to let them.`,
  );
}
