/** Routes to paths: slots are filled so that the path called is always the path of the row. */
import type { Method } from '../client/types.js';
import { AegisError } from '../errors.js';
import type { Route } from './define.js';

const SLOT = /\{(\*?)([a-z_]+)\}/g;

export interface Target {
  readonly method: Method;
  /** Percent-encoded (RFC 3986 section 2.1), each slot one segment or, for a wildcard, one or more. */
  readonly path: string;
}

/** The names of a route's slots in order. */
export function slotNames(route: string): string[] {
  return [...route.matchAll(SLOT)].map((match) => match[2] ?? '');
}

/**
 * Fills a route's slots. Throws `invalid_arguments` for a value that would change the path: URL parsing drops
 * `.` and `..` segments even when the rest is encoded, and an empty segment names another route.
 */
export function fillRoute(route: Route, args: Readonly<Record<string, unknown>>): Target {
  const [method, template] = splitRoute(route);
  const path = template.replace(SLOT, (_slot, star: string, name: string) => {
    const text = String(args[name] ?? '');
    return star === '' ? segment(name, text) : rest(name, text);
  });
  return { method, path };
}

function splitRoute(route: Route): [Method, string] {
  const space = route.indexOf(' ');
  const method: Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
  const found = method.find((name) => name === route.slice(0, space));
  if (found === undefined) throw new AegisError('internal', `Route without a method: ${route}`);
  return [found, route.slice(space + 1)];
}

function segment(name: string, text: string): string {
  if (text === '' || text === '.' || text === '..') throw unusable(name, text);
  return encodeURIComponent(wellFormed(name, text));
}

/** A wildcard keeps its slashes; one leading slash is accepted, empty and dot segments are not. */
function rest(name: string, text: string): string {
  const parts = text.replace(/^\//, '').split('/');
  return parts.map((part) => segment(name, part)).join('/');
}

/** encodeURIComponent throws a bare URIError on a lone surrogate. */
function wellFormed(name: string, text: string): string {
  if (/[\p{Cc}\p{Surrogate}]/u.test(text)) throw unusable(name, text);
  return text;
}

function unusable(name: string, text: string): AegisError {
  return new AegisError('invalid_arguments', `${name}: ${JSON.stringify(text)} cannot be part of a path.`, {
    next: `Give ${name} as the server returned it; '', '.', '..' and control characters are refused.`,
  });
}
