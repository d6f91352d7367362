/** Repository URLs: which the server takes, and what the simulated remote reads from them. */
import { isIP } from 'node:net';

/** A URL taken apart; user information is no part of the identity of a remote. */
export interface Remote {
  readonly host: string;
  /** Host and path, without user information and `.git`: equal for every spelling of the same repository. */
  readonly key: string;
  /** Last segment of the path. */
  readonly name: string;
}

const SCP = /^git@([^:/\s]+):(\S+)$/;

/**
 * `https://host/path` and `git@host:path`; any other scheme and a bare IP address are refused (contract schema
 * CreateGitRepoRequest). User information in an https URL is taken. Undefined for what is refused.
 */
export function parseRemote(url: string): Remote | undefined {
  const [host, path] = SCP.exec(url)?.slice(1) ?? httpsParts(url);
  if (host === undefined || path === undefined || isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0)
    return undefined;
  const trimmed = path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  if (trimmed === '') return undefined;
  return { host, key: `${host}/${trimmed}`, name: trimmed.split('/').at(-1) ?? trimmed };
}

function httpsParts(url: string): readonly string[] {
  if (!url.startsWith('https://') || !URL.canParse(url)) return [];
  const { hostname, pathname } = new URL(url);
  return [hostname.toLowerCase(), pathname];
}
