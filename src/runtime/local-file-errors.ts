/** What is wrong with a local file, in words for the caller. */
import { AegisError } from '../errors.js';

/** What the file system says, by its code. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it, or its folder, does not exist',
  ENOTDIR: 'a part of it is no folder',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a symbolic link',
  EACCES: 'this server has no permission',
  EPERM: 'this server has no permission',
  EROFS: 'the disk takes no changes',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'the name is too long',
};

/** Says of a failed file operation which path it was about, as the caller named it, and why. */
export async function telling<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const reason = REASONS[codeOf(error) ?? ''];
    if (error instanceof AegisError || reason === undefined) throw error;
    throw unusable(path, reason, error);
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function outside(path: string): AegisError {
  return new AegisError('invalid_arguments', `${quote(path)} is not below a folder open to this server.`, {
    next: 'Name a file below the folders of --file-roots (AEGIS_FILE_ROOTS); a relative path starts at the first.',
  });
}

export function unusable(path: string, why: string, cause?: unknown): AegisError {
  return new AegisError('invalid_arguments', `${quote(path)} cannot be used: ${why}.`, {
    next: 'Name an existing regular file; to save to, a new file in an existing folder. Symbolic links are not followed.',
    cause,
  });
}

export function readOnly(): AegisError {
  return new AegisError(
    'not_configured',
    'This server is read-only: it writes no files of this machine either.',
    {
      next: 'Take the content into the result, or have the server started without --read-only (AEGIS_READ_ONLY).',
    },
  );
}

export function exists(path: string): AegisError {
  return new AegisError('conflict', `${quote(path)} exists already.`, {
    next: 'Choose another name, or set overwrite to replace it.',
  });
}

/** Longest part of a path that a message repeats, characters: callers may take content for a path. */
const MAX_QUOTED = 200;

function quote(path: string): string {
  return path.length > MAX_QUOTED ? `${path.slice(0, MAX_QUOTED)}…` : path;
}
