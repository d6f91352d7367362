/**
 * A second verifier, written from the specification with node:crypto alone and another technique: it sorts by the
 * bytes of UTF-8, escapes by a table of its own, and splices a number's text from the wire.
 */
import { createPublicKey, verify } from 'node:crypto';

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Canonical text by UTF-8 byte order; only for values JSON can carry. */
export function independentCanonical(value: unknown): string {
  if (typeof value === 'string') return `"${[...value].map(escapeCharacter).join('')}"`;
  if (typeof value !== 'object' || value === null) return `${value}`;
  if (Array.isArray(value)) return `[${value.map(independentCanonical).join(',')}]`;
  const members = Object.entries(value).map(([key, member]) => ({ bytes: Buffer.from(key), key, member }));
  members.sort((left, right) => Buffer.compare(left.bytes, right.bytes));
  return `{${members.map(({ key, member }) => `${independentCanonical(key)}:${independentCanonical(member)}`)}}`;
}

function escapeCharacter(character: string): string {
  const short = new Map([
    ['"', '\\"'],
    ['\\', '\\\\'],
    ['\b', '\\b'],
    ['\t', '\\t'],
    ['\n', '\\n'],
    ['\f', '\\f'],
    ['\r', '\\r'],
  ]).get(character);
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 ? `\\u${code.toString(16).padStart(4, '0')}` : character;
}

/** Verifies a request body the way the orchestrator does: parse, sort, rebuild. */
export function verifyAsOrchestrator(body: string, publicKey: Uint8Array): boolean {
  const { payload, security_token, timestamp, signature } = JSON.parse(body);
  const seconds = typeof timestamp === 'number' ? timestamp : Math.floor(Date.parse(timestamp) / 1000);
  return check(independentCanonical({ payload, security_token, timestamp: seconds }), signature, publicKey);
}

/** Verifies a request body the way the gateway does: the payload's members as they arrived. */
export function verifyAsGateway(body: string, publicKey: Uint8Array): boolean {
  const { security_token, timestamp, signature } = JSON.parse(body);
  const seconds = typeof timestamp === 'number' ? timestamp : Math.floor(Date.parse(timestamp) / 1000);
  const payload = /^\{"payload":(\{.*\}),"protocol":"seal\/v1","security_token":/s.exec(body)?.[1];
  const message = `{"payload":${payload},"security_token":${independentCanonical(security_token)},"timestamp":${seconds}}`;
  return check(message, signature, publicKey);
}

function check(message: string, signature: string, publicKey: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(message), key, Buffer.from(signature, 'base64'));
}
