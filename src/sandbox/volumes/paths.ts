/** Paths within a volume: which are refused, and where they lie on disk. */
import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { refuse } from '../replies.js';

/** Names from the volume's root down; none is the root itself. */
export type Segments = readonly string[];

const MAX_PATH_BYTES = 4096;

/**
 * Reads a path: a leading slash is optional, empty and `.` segments do not count, a backslash separates too. `..`,
 * NUL and more than 4096 bytes are 422 `{error}` (contract parameter FilePath).
 */
export function segmentsOf(path: string): Segments {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) refuse(422, 'invalid path: path too long');
  if (path.includes('\0')) refuse(422, 'invalid path: path contains a NUL byte');
  const segments = path.split(/[/\\]/).filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) refuse(422, 'invalid path: path traversal attempt');
  return segments;
}

const CONTROL = /\p{Cc}/u;

/** The destination of an upload is relative and spelt out; everything else is 422 `{error}` (uploadFile). */
export function destinationOf(path: string): Segments {
  if (path === '') refuse(422, 'destination path is empty');
  if (path.startsWith('/')) refuse(422, "destination path must be relative (no leading '/')");
  if (path.split('/').includes('..')) refuse(422, "destination path may not contain '..'");
  if (CONTROL.test(path)) refuse(422, 'destination path contains control characters');
  return segmentsOf(path);
}

/**
 * Where the path lies below `root`. Nothing that stands on the way may be a symbolic link: the service makes none,
 * and one put into the data folder by hand must not lead out of it (422).
 */
export function locate(root: string, segments: Segments): string {
  let place = root;
  for (const segment of segments) {
    place = join(place, segment);
    if (lookAt(place)?.isSymbolicLink()) refuse(422, 'invalid path: path crosses a symbolic link');
  }
  return place;
}

/** What stands there, links not followed; undefined when nothing can. */
export function lookAt(place: string): Stats | undefined {
  try {
    return lstatSync(place, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
