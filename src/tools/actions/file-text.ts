/** Bytes of files as text that fits into a result. */

/** Longest text returned, bytes of UTF-8; the rest is cut off and said to be. */
const MAX_TEXT = 262_144;

export interface FileText {
  readonly text: string;
  readonly truncated?: true;
}

/** The text of a file that is UTF-8 without NUL; undefined for a binary file. */
export function decodeText(bytes: Uint8Array): FileText | undefined {
  return bytes.includes(0) || !isUtf8(bytes) ? undefined : fittingText(bytes);
}

/** The beginning of UTF-8 text, as much as a result carries. */
export function fittingText(bytes: Uint8Array): FileText {
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
