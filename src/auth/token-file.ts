/** A bearer token in a file that somebody else renews, as Kubernetes does with projected tokens. */
import { open, stat } from 'node:fs/promises';
import { systemCode } from '../client/failure.js';
import type { TokenSource } from '../client/types.js';
import { AegisError } from '../errors.js';
import { checkToken } from './check-token.js';

/** Largest token file, bytes. */
const MAX_BYTES = 64 * 1024;

interface Held {
  /** Identifies the version of the file. */
  readonly stamp: string;
  readonly token: string;
}

/**
 * Reads the file anew whenever modification time, inode or size differ, so atomic renames and swapped symlinks
 * are noticed. A missing, unreadable or empty file is `invalid_configuration` with its path, at the call.
 */
export function createTokenFile(path: string): TokenSource {
  const description = `the token file ${path}`;
  let held: Held | undefined;
  const current = async () => {
    // The stamp is taken before reading: a file replaced in between is read again next time.
    const stamp = await stampOf(path);
    if (held?.stamp !== stamp) held = { stamp, token: checkToken(await readText(path), description) };
    return held.token;
  };
  const renew = async (rejected: string) => {
    held = undefined;
    const token = await current();
    return token === rejected ? undefined : token;
  };
  return { description, token: current, renew };
}

async function stampOf(path: string): Promise<string> {
  const { mtimeNs, ino, size } = await stat(path, { bigint: true }).catch((cause) => {
    throw unreadable(path, cause);
  });
  return `${mtimeNs}/${ino}/${size}`;
}

async function readText(path: string): Promise<string> {
  const bytes = await readStart(path, MAX_BYTES + 1).catch((cause) => {
    throw unreadable(path, cause);
  });
  if (bytes.length <= MAX_BYTES) return bytes.toString('utf8');
  throw fileError(`The token file ${path} is larger than ${MAX_BYTES} bytes.`);
}

async function readStart(path: string, limit: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(limit);
    const { bytesRead } = await file.read(buffer, 0, limit, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function unreadable(path: string, cause: unknown): AegisError {
  const code = systemCode(cause);
  const fault = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? 'unknown error'})`;
  return fileError(`The token file ${path} ${fault}.`, cause);
}

function fileError(message: string, cause?: unknown): AegisError {
  return new AegisError('invalid_configuration', message, {
    next: 'Correct the path of the token file, or have the token written there.',
    cause,
  });
}
