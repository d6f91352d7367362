/** Manifests in the forms people hand over, and as the text that goes out. */
import { isObject, type JsonObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import { nameKind } from './values.js';

/** Bound of the server's request bodies. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Lines and entries are what parsing costs; no real manifest comes near this many. */
const MAX_ENTRIES = 100_000;
const MAX_DEPTH = 64;

/**
 * A manifest from an object, or from YAML or JSON text of one document. Duplicate keys, tags, aliases that
 * expand without bound, nesting deeper than 64 and more than 2 MiB are refused.
 * @throws AegisError `invalid_manifest` (with `details.line` and `details.column` where known) or `too_large`.
 */
export async function readManifest(value: unknown): Promise<JsonObject> {
  const manifest = typeof value === 'string' ? await parseText(value) : value;
  if (!isObject(manifest)) {
    throw invalid(`A manifest is an object or YAML text of one, not ${nameKind(manifest)}.`);
  }
  refuseForeign(manifest, 0);
  refuseOversize(Buffer.byteLength(JSON.stringify(manifest)));
  return manifest;
}

/** YAML text of a manifest: no anchors, no folded lines, keys in the order given (registerWorkflow). */
export async function manifestToYaml(manifest: JsonObject): Promise<string> {
  const { writeYaml } = await import('./parse-yaml.js');
  return writeYaml(manifest);
}

async function parseText(text: string): Promise<unknown> {
  refuseOversize(Buffer.byteLength(text));
  const entries = text.match(/[\n,]/g)?.length ?? 0;
  if (entries > MAX_ENTRIES) throw tooLarge(`The manifest has more than ${MAX_ENTRIES} lines and entries.`);
  const { parseYaml } = await import('./parse-yaml.js');
  return parseYaml(text);
}

/** Refuses what JSON cannot say, and great depth (which a cycle is too). */
function refuseForeign(value: unknown, depth: number): void {
  if (depth > MAX_DEPTH) throw invalid(`The manifest is nested deeper than ${MAX_DEPTH} levels.`);
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalid(`${value} is not a JSON number.`);
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') {
    throw invalid(`A manifest cannot hold a ${typeof value}.`);
  }
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) refuseForeign(inner, depth + 1);
}

function refuseOversize(bytes: number): void {
  if (bytes > MAX_BYTES)
    throw tooLarge(`The manifest has ${bytes} bytes; the server takes at most ${MAX_BYTES}.`);
}

function tooLarge(message: string): AegisError {
  return new AegisError('too_large', message, { next: 'Move large data into files, a volume or the input.' });
}

function invalid(message: string): AegisError {
  return new AegisError('invalid_manifest', message, {
    next: 'Send the manifest as an object, or as YAML or JSON text of one document.',
  });
}
