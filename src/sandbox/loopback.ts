import type { IncomingHttpHeaders } from 'node:http';
import { isIPv4 } from 'node:net';

/** Whether a host name or address is this machine only: 127.0.0.0/8, ::1, localhost. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/** Whether Host, and Origin where a browser sends one, name this machine. */
export function isLocalRequest(headers: IncomingHttpHeaders): boolean {
  const { host, origin } = headers;
  if (host !== undefined && !isLoopbackUrl(`http://${host}`)) return false;
  return origin === undefined || isLoopbackUrl(origin);
}

function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && isLoopbackHost(new URL(url).hostname);
}
