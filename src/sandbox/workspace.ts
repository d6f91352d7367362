import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

/** One execution's file, or why there is none. */
export type FileResult =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly type: string }
  | { readonly ok: false; readonly reason: 'invalid' | 'missing' };

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.txt', 'text/plain'],
  ['.md', 'text/markdown'],
  ['.html', 'text/html'],
  ['.css', 'text/css'],
  ['.csv', 'text/csv'],
  ['.js', 'text/javascript'],
  ['.json', 'application/json'],
  ['.xml', 'text/xml'],
  ['.pdf', 'application/pdf'],
  ['.png', 'image/png'],
  ['.jpg', 'image/jpeg'],
  ['.svg', 'image/svg+xml'],
  ['.zip', 'application/zip'],
]);

/**
 * A workspace path relative to its root, without a leading `workspace/`; undefined when it is absolute, empty,
 * or has `..`, `.` or empty segments, backslashes or NUL.
 */
export function safePath(path: string): string | undefined {
  const relative = path.replace(/^workspace\//, '');
  const bad = relative.split('/').some((part) => part === '' || part === '.' || part === '..');
  return bad || /[\0\\]/.test(relative) ? undefined : relative;
}

/** Writes a workspace file of an execution; an unusable path is an Error. */
export function writeWorkspaceFile(root: string, executionId: string, path: string, content: string): void {
  const relative = safePath(path);
  if (relative === undefined) throw new Error(`Invalid workspace path: ${path}`);
  const target = join(root, executionId, relative);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
}

/** Reads a workspace file; its media type is guessed from the extension (operation getExecutionFile). */
export function readWorkspaceFile(root: string, executionId: string, path: string): FileResult {
  const relative = safePath(path);
  if (relative === undefined) return { ok: false, reason: 'invalid' };
  const bytes = readIfFile(join(root, executionId, relative));
  if (!bytes) return { ok: false, reason: 'missing' };
  return { ok: true, bytes, type: TYPES.get(extname(relative).toLowerCase()) ?? 'application/octet-stream' };
}

const NOT_A_FILE: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG']);

function readIfFile(target: string): Buffer | undefined {
  try {
    return readFileSync(target);
  } catch (error) {
    if (error instanceof Error && 'code' in error && NOT_A_FILE.has(error.code)) return undefined;
    throw error;
  }
}

/** Removes an execution's files. */
export function removeWorkspace(root: string, executionId: string): void {
  rmSync(join(root, executionId), { recursive: true, force: true });
}
