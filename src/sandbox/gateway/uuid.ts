import { parseUuid } from '../request.js';
import type { GatewayRequest } from './kernel.js';
import { invalid } from './refusals.js';

const HYPHENATED = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const WRAPPED = new RegExp(`^(?:urn:uuid:(${HYPHENATED})|\\{(${HYPHENATED})\\})$`, 'i');

/** The canonical UUID of the four forms the server takes: hyphenated, 32 digits, braced, URN; else undefined. */
export function readUuid(text: string): string | undefined {
  const wrapped = WRAPPED.exec(text);
  return parseUuid(wrapped?.[1] ?? wrapped?.[2] ?? text);
}

/** The UUID in the path; 400 `{error}` otherwise. */
export function idParam({ params }: GatewayRequest): string {
  const id = params.id ?? '';
  return readUuid(id) ?? invalid(`invalid id '${id}': not a UUID`);
}
