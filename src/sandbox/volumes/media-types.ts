/** Media types: from the first bytes on upload and stat, from the extension on download, so the two may disagree. */
import { extname } from 'node:path';

export const UNKNOWN_TYPE = 'application/octet-stream';

/** Bytes a sniffer needs to see. */
export const HEAD_BYTES = 512;

/** Type, signature as latin-1 text, and where it stands. */
const SIGNATURES: readonly (readonly [string, string, number])[] = [
  ['image/png', '\x89PNG', 0],
  ['image/jpeg', '\xff\xd8\xff', 0],
  ['image/gif', 'GIF', 0],
  ['image/webp', 'WEBP', 8],
  ['image/bmp', 'BM', 0],
  ['image/tiff', 'II*\0', 0],
  ['application/pdf', '%PDF', 0],
  ['application/zip', 'PK\x03\x04', 0],
  ['application/gzip', '\x1f\x8b\x08', 0],
  ['application/x-7z-compressed', '7z\xbc\xaf\x27\x1c', 0],
  ['application/zstd', '\x28\xb5\x2f\xfd', 0],
  ['application/x-tar', 'ustar', 257],
  ['application/wasm', '\0asm', 0],
  ['application/x-executable', '\x7fELF', 0],
  ['application/vnd.sqlite3', 'SQLite format 3\0', 0],
  ['audio/mpeg', 'ID3', 0],
  ['audio/x-wav', 'WAVE', 8],
  ['audio/ogg', 'OggS', 0],
  ['video/mp4', 'ftyp', 4],
  ['video/webm', '\x1a\x45\xdf\xa3', 0],
  ['text/x-shellscript', '#!', 0],
  ['text/xml', '<?xml', 0],
  ['text/html', '<!DOCTYPE html', 0],
  ['text/html', '<html', 0],
];

/** The type the first bytes tell; plain text is none of them and thus unknown. */
export function sniff(head: Uint8Array): string {
  const text = Buffer.from(head).toString('latin1');
  return SIGNATURES.find(([, signature, at]) => text.startsWith(signature, at))?.[0] ?? UNKNOWN_TYPE;
}

const BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  ['.json', 'application/json'],
  ['.txt', 'text/plain'],
  ['.html', 'text/html'],
  ['.js', 'application/javascript'],
  ['.css', 'text/css'],
  ['.png', 'image/png'],
  ['.jpg', 'image/jpeg'],
  ['.jpeg', 'image/jpeg'],
  ['.pdf', 'application/pdf'],
]);

/** The type a file's name suggests (contract operation downloadFile). */
export function typeOfName(path: string): string {
  return BY_EXTENSION.get(extname(path).toLowerCase()) ?? UNKNOWN_TYPE;
}
