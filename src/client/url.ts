/** Addresses: the base URL as configured, and the request target below it. */
import { AegisError } from '../errors.js';
import type { WireRequest } from './types.js';

/** A checked base URL. */
export interface BaseUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path in front of every route; empty or `/prefix` without a slash at the end. */
  readonly prefix: string;
  /** Both together. */
  readonly href: string;
}

/**
 * Checks the address of a server. Throws `invalid_configuration` unless it is an http(s) URL without user
 * info, query and fragment; the message never repeats a password.
 */
export function readBaseUrl(text: string): BaseUrl {
  if (!URL.canParse(text)) throw baseUrlError('is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw baseUrlError('is not an http or https URL');
  if (url.username !== '' || url.password !== '') throw baseUrlError('contains a user name or password');
  if (text.includes('?') || text.includes('#')) throw baseUrlError('contains a query or a fragment');
  const prefix = url.pathname.replace(/\/+$/, '');
  return { origin: url.origin, prefix, href: url.origin + prefix };
}

function baseUrlError(fault: string): AegisError {
  return new AegisError('invalid_configuration', `The AEGIS base URL ${fault}.`, {
    next: 'Give an address such as http://127.0.0.1:8088 or https://aegis.example.com/prefix.',
  });
}

/**
 * Request target (RFC 9112, section 3.2.1): prefix, path, and query in the given order. Throws
 * `invalid_arguments` for a path that URL parsing would change: it would call another route than it names.
 */
export function buildTarget(base: BaseUrl, request: Pick<WireRequest, 'path' | 'query'>): string {
  const path = base.prefix + request.path;
  if (!request.path.startsWith('/') || !isStablePath(base.origin, path)) throw pathError();
  return withQuery(path, request.query);
}

/** A path with its query as it is sent. */
export function withQuery(path: string, query: WireRequest['query']): string {
  return query === undefined || query.length === 0 ? path : `${path}?${query.map(encodePair).join('&')}`;
}

function isStablePath(origin: string, path: string): boolean {
  if (!URL.canParse(origin + path)) return false;
  const { pathname, search, hash } = new URL(origin + path);
  return pathname === path && search === '' && hash === '' && !/[?#]/.test(path);
}

function encodePair([name, value]: readonly [string, string]): string {
  return `${encodeText(name)}=${encodeText(value)}`;
}

function encodeText(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    throw new AegisError('invalid_arguments', 'A query parameter is not well-formed Unicode.', {
      next: 'Remove the unpaired surrogate from the argument.',
      cause,
    });
  }
}

function pathError(): AegisError {
  return new AegisError(
    'invalid_arguments',
    'The request path would name another route once parsed as a URL.',
    {
      next: 'Remove "." and ".." segments and percent-encode special characters.',
    },
  );
}
