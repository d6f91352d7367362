/** `get_execution_file`: text as text, anything else as bytes beside the result. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AegisError } from '../../errors.js';
import type { Call, Ran } from '../define.js';

/** Longest text returned, bytes of UTF-8; the rest is cut off and said to be. */
const MAX_TEXT = 262_144;
/** Largest binary file returned, bytes; base64 makes it a third larger. */
const MAX_BINARY = 4 * 1024 * 1024;

interface FileArguments {
  readonly execution_id: string;
  readonly path: string;
}

const output = () =>
  z.looseObject({
    execution_id: z.string(),
    path: z.string(),
    mime_type: z.string(),
    size: z.int(),
    sha256: z.string(),
    text: z.string().optional(),
    truncated: z.boolean().optional(),
  });

type FileResult = z.input<ReturnType<typeof output>>;

async function run(call: Call<FileArguments>): Promise<Ran<FileResult>> {
  const { bytes, type } = await call.download();
  const { execution_id, path } = call.args;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const mimeType = type.split(';')[0]?.trim() ?? type;
  const value: FileResult = { execution_id, path, mime_type: mimeType, size: bytes.length, sha256 };
  const text = decodeText(bytes);
  if (text !== undefined) return { value: { ...value, ...text } };
  if (bytes.length > MAX_BINARY) throw tooLarge(path, bytes.length);
  return {
    value,
    blob: { uri: uriOf(execution_id, path), mimeType, bytes },
  };
}

function uriOf(executionId: string, path: string): string {
  const segments = path.replace(/^\//, '').split('/').map(encodeURIComponent);
  return `aegis://executions/${encodeURIComponent(executionId)}/files/${segments.join('/')}`;
}

/** The text of a file that is UTF-8 without NUL; undefined for a binary file. */
function decodeText(bytes: Uint8Array): { text: string; truncated?: true } | undefined {
  if (bytes.includes(0) || !isUtf8(bytes)) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(0, MAX_TEXT));
  // A character that the cut went through decodes as U+FFFD at the end.
  return bytes.length > MAX_TEXT ? { text: text.replace(/\uFFFD$/, ''), truncated: true } : { text };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function tooLarge(path: string, size: number): AegisError {
  return new AegisError('too_large', `${path} has ${size} bytes; a result carries at most ${MAX_BINARY}.`, {
    next: 'Have the agent write a smaller file, or fetch it from the orchestrator directly.',
  });
}

export const executionFile = { output, run };
