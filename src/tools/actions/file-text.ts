/** What the bytes of a file are: their type, and the text that fits into a result. */

/** Longest text returned, bytes of UTF-8; the rest is cut off and said to be. */
const MAX_TEXT = 262_144;

export interface FileText {
  readonly text: string;
  readonly truncated?: true;
}

/** The text of a file that is UTF-8 without NUL; undefined for a binary file. */
export function decodeText(bytes: Uint8Array): FileText | undefined {
  return isText(bytes) ? fittingText(bytes) : undefined;
}

/** The beginning of UTF-8 text, as much as a result carries. */
export function fittingText(bytes: Uint8Array): FileText {
  const text = new TextDecoder().decode(bytes.subarray(0, MAX_TEXT));
  // A character that the cut went through decodes as U+FFFD at the end.
  return bytes.length > MAX_TEXT ? { text: text.replace(/\uFFFD$/, ''), truncated: true } : { text };
}

/** UTF-8 without NUL. */
export function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The media type of a Content-Type, without its parameters. */
export function mimeOf(type: string): string {
  return type.split(';')[0]?.trim() ?? type;
}
