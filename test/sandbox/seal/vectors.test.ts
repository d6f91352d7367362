import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ReplyError } from '../../../src/sandbox/kernel.js';
import { canonicalMessage } from '../../../src/sandbox/seal/canonical.js';
import { readEnvelope, verifyEnvelope } from '../../../src/sandbox/seal/envelope.js';
import { readJson } from '../../../src/sandbox/seal/json-reader.js';
import { readPublicKey } from '../../../src/sandbox/seal/public-key.js';

interface OrchestratorColumn {
  readonly canonical_for_js_wire: string;
  readonly accepts_ts_signature: boolean;
  readonly canonical_for_python_wire: string;
}

interface Positive {
  readonly kind: 'positive';
  readonly name: string;
  readonly public_key_b64: string;
  readonly security_token: string;
  readonly payload_json: string;
  readonly js_wire_payload: string;
  readonly signature_b64: string;
  readonly timestamp: string;
  readonly timestamp_unix: number;
  readonly canonical_utf8: string;
  readonly rust_derived: { readonly orchestrator_sorted_map: OrchestratorColumn };
}

interface Checked {
  readonly kind: 'negative' | 'boundary_accept';
  readonly name: string;
  readonly public_key_b64: string;
  readonly envelope: unknown;
  readonly now_unix: number;
  readonly rust_derived: { readonly orchestrator: string };
}

const FILE = new URL('../../seal/vectors/vectors.json', import.meta.url);
const vectors: readonly (Positive | Checked | { readonly kind: 'js_only_value' })[] = JSON.parse(
  readFileSync(FILE, 'utf8'),
);
const positives = vectors.filter((vector) => vector.kind === 'positive');
const checked = vectors.filter(
  (vector): vector is Checked => vector.kind === 'negative' || vector.kind === 'boundary_accept',
);

/** What the verifier says to a body: `accepted`, or the refusal as `HTTP <status> <text>`. */
function outcomeOf(body: string, publicKey: string, now: number): string {
  try {
    const key = readPublicKey(publicKey);
    if (key === undefined) return 'no such key';
    verifyEnvelope(readEnvelope(Buffer.from(body)), key, new Date(now * 1000));
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ReplyError)) throw error;
    const { reply } = error;
    return `HTTP ${reply.status} ${'json' in reply ? JSON.stringify(reply.json) : Object(reply).text}`;
  }
}

/** The column's words up to the first part it leaves open. */
function expectedStart(column: string): string {
  if (column.startsWith('cannot occur')) return 'no such key';
  if (column.startsWith('HTTP 422'))
    return 'HTTP 422 Failed to deserialize the JSON body into the target type: ';
  return column.split(/\.\.\.|\(Ns\)| \(/)[0] ?? column;
}

function wireBody(vector: Positive, payload: string): string {
  const { security_token, signature_b64: signature, timestamp } = vector;
  const rest = JSON.stringify({ protocol: 'seal/v1', security_token, signature, timestamp });
  return `{"payload":${payload},${rest.slice(1)}`;
}

it('covers every vector that has an orchestrator column', () => {
  expect([positives.length, checked.length]).toEqual([50, 47]);
});

describe('envelopes signed by the published SDKs', () => {
  it.each(positives)('$name', (vector) => {
    const { accepts_ts_signature, canonical_for_js_wire } = vector.rust_derived.orchestrator_sorted_map;
    const body = wireBody(vector, vector.js_wire_payload);
    const outcome = outcomeOf(body, vector.public_key_b64, vector.timestamp_unix);
    if (accepts_ts_signature) expect(outcome).toBe('accepted');
    else if (canonical_for_js_wire.startsWith('ERROR')) expect(outcome).toMatch(/^HTTP 400 Failed to parse/);
    else
      expect(outcome).toMatch(/^HTTP 400 \{"error":"Signature verification failed: Signature verification/);
  });
});

describe('canonical bytes of a payload that keeps its number forms', () => {
  it.each(positives)('$name', (vector) => {
    const { canonical_for_python_wire: column } = vector.rust_derived.orchestrator_sorted_map;
    if (column.startsWith('ERROR')) {
      expect(() => readJson(Buffer.from(wireBody(vector, vector.payload_json)))).toThrow();
      return;
    }
    const expected = column === 'same as canonical_utf8' ? vector.canonical_utf8 : column;
    const payload = readJson(Buffer.from(vector.payload_json)).value;
    const message = canonicalMessage(payload, vector.security_token, vector.timestamp_unix);
    expect(message.toString('utf8')).toBe(expected);
  });
});

describe('envelopes at and beyond the limits', () => {
  it.each(checked)('$name: $rust_derived.orchestrator', (vector) => {
    const outcome = outcomeOf(JSON.stringify(vector.envelope), vector.public_key_b64, vector.now_unix);
    expect(outcome.startsWith(expectedStart(vector.rust_derived.orchestrator))).toBe(true);
  });
});
