import type { Dialect, Route } from './kernel.js';

type Segment = { readonly kind: 'static' | 'param' | 'rest'; readonly name: string };

/** What the table reads of a route. */
type Entry = Pick<Route, 'method' | 'path' | 'dialects'>;

interface Shape<R extends Entry> {
  readonly segments: readonly Segment[];
  readonly routes: Map<Route['method'], { route: R; names: readonly Segment[] }>;
}

/** What a path resolved to. `allow` lists the methods of the path, for 405. */
export interface Match<R extends Entry = Route> {
  readonly route: R | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly allow: string;
}

/** A path segment is not percent-encoded UTF-8. */
export class PathDecodeError extends Error {}

/**
 * Compiles a route table for one dialect. The path decides first (static segments beat parameters, parameters beat
 * the wildcard), the method second. Two routes of the same method and shape are an Error.
 */
export function compileRoutes<R extends Entry = Route>(
  routes: readonly R[],
  dialect: Dialect,
): (method: string, path: string) => Match<R> | undefined {
  const shapes = new Map<string, Shape<R>>();
  for (const route of routes) {
    if (!route.dialects || route.dialects.includes(dialect)) addRoute(shapes, route);
  }
  const ordered = [...shapes.values()].sort(compareShapes);
  return (method, path) => {
    const parts = path.split('/').slice(1);
    const shape = ordered.find((candidate) => fits(candidate.segments, parts));
    return shape && resolve(shape, method, parts);
  };
}

function addRoute<R extends Entry>(shapes: Map<string, Shape<R>>, route: R): void {
  const segments = route.path.split('/').slice(1).map(parseSegment);
  const key = segments
    .map((segment) => (segment.kind === 'static' ? segment.name : `{${segment.kind}}`))
    .join('/');
  const shape = shapes.get(key) ?? { segments, routes: new Map() };
  if (shape.routes.has(route.method)) throw new Error(`two routes answer ${route.method} ${route.path}`);
  shape.routes.set(route.method, { route, names: segments });
  shapes.set(key, shape);
}

function parseSegment(text: string): Segment {
  if (text.startsWith('{*')) return { kind: 'rest', name: text.slice(2, -1) };
  if (text.startsWith('{')) return { kind: 'param', name: text.slice(1, -1) };
  return { kind: 'static', name: text };
}

type Segments = Pick<Shape<Route>, 'segments'>;

const RANK = { static: 0, param: 1, rest: 2 } as const;

function compareShapes(left: Segments, right: Segments): number {
  const length = Math.min(left.segments.length, right.segments.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rank(left, index) - rank(right, index);
    if (difference !== 0) return difference;
  }
  return right.segments.length - left.segments.length;
}

function rank(shape: Segments, index: number): number {
  return RANK[shape.segments[index]?.kind ?? 'rest'];
}

function fits(segments: readonly Segment[], parts: readonly string[]): boolean {
  const rest = segments.at(-1)?.kind === 'rest';
  if (rest ? parts.length < segments.length : parts.length !== segments.length) return false;
  return segments.every((segment, index) => {
    if (segment.kind === 'static') return parts[index] === segment.name;
    return segment.kind === 'rest' ? parts.slice(index).join('/') !== '' : parts[index] !== '';
  });
}

function resolve<R extends Entry>(shape: Shape<R>, method: string, parts: readonly string[]): Match<R> {
  const allow = allowedMethods(shape);
  const entry = findEntry(shape, method);
  if (!entry) return { route: undefined, params: {}, allow };
  return { route: entry.route, params: readParams(entry.names, parts), allow };
}

function findEntry<R extends Entry>(shape: Shape<R>, method: string) {
  const wanted = method === 'HEAD' ? 'GET' : method;
  for (const [name, entry] of shape.routes) if (name === wanted) return entry;
  return undefined;
}

function allowedMethods<R extends Entry>(shape: Shape<R>): string {
  return [...shape.routes.keys()].map((method) => (method === 'GET' ? 'GET,HEAD' : method)).join(',');
}

function readParams(segments: readonly Segment[], parts: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'param') params[segment.name] = decodeSegment(segment.name, parts[index] ?? '');
    if (segment.kind === 'rest')
      params[segment.name] = decodeSegment(segment.name, parts.slice(index).join('/'));
  }
  return params;
}

function decodeSegment(name: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new PathDecodeError(`Invalid UTF-8 in \`${name}\``);
  }
}
