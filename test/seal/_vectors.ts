/** The vector files, read as data. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Common {
  readonly name: string;
}

export interface PositiveVector extends Common {
  readonly kind: 'positive';
  readonly private_key_seed_hex: string;
  readonly public_key_b64: string;
  readonly security_token: string;
  readonly payload_json: string;
  readonly timestamp_unix: number;
  readonly timestamp: string;
  readonly canonical_utf8: string;
  readonly canonical_hex: string;
  readonly signature_b64: string;
  readonly gateway_wire_body: string;
}

export interface EnvelopeVector extends Common {
  readonly kind: 'negative' | 'boundary_accept';
  readonly public_key_b64: string;
  readonly envelope: unknown;
  readonly now_unix: number;
  readonly max_age_seconds: number;
}

export interface JsOnlyVector extends Common {
  readonly kind: 'js_only_value';
  readonly wire_payload?: string;
}

export type Vector = PositiveVector | EnvelopeVector | JsOnlyVector;

export interface Rfc8032Vector extends Common {
  readonly seed: string;
  readonly public: string;
  readonly message: string;
  readonly signature: string;
}

const FOLDER = fileURLToPath(new URL('./vectors/', import.meta.url));

/** A JSON file of a known shape. */
export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8'));
}

export const vectors = readJson<Vector[]>(join(FOLDER, 'vectors.json'));
export const rfc8032 = readJson<Rfc8032Vector[]>(join(FOLDER, 'rfc8032.json'));

export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/** The SealError a function throws, reduced to what a test states. */
export function errorOf(
  work: () => unknown,
): { code: unknown; wireCode: unknown; path: unknown } | 'no error' {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'wireCode' in error && 'path' in error)) throw error;
    return { code: error.code, wireCode: error.wireCode, path: error.path };
  }
  return 'no error';
}
