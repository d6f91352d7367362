/** YAML text to JSON values and back. Loaded only when a manifest comes or goes as text. */
import { type Document, isScalar, LineCounter, parseDocument, stringify, visit, type YAMLMap } from 'yaml';
import type { JsonObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';

/** Bounds what aliases may expand to. */
const MAX_ALIASES = 50;

/**
 * The one document of a YAML 1.2 text (core schema; JSON is a subset).
 * @throws AegisError `invalid_manifest` with `details.line` and `details.column` for broken syntax, several
 * documents, tags and duplicate keys; without them for aliases that expand without bound.
 */
export function parseYaml(text: string): unknown {
  const lines = new LineCounter();
  // The library compares every key with every other; the check for duplicates below takes linear time.
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    stringKeys: true,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) throw invalidAt(describeFault(fault), fault.pos[0], lines);
  visit(document, { Map: (_key, map) => refuseDuplicates(map, lines) });
  return toJson(document);
}

/** YAML without anchors and without folded lines, keys in the order given. */
export function writeYaml(manifest: JsonObject): string {
  return stringify(manifest, { aliasDuplicateObjects: false, lineWidth: 0, version: '1.2' });
}

function describeFault(fault: { readonly code: string; readonly message: string }): string {
  if (fault.code === 'MULTIPLE_DOCS') return 'the text holds several documents; send one at a time';
  if (fault.code === 'RESOURCE_EXHAUSTION') return 'the nesting is too deep';
  return fault.message;
}

function refuseDuplicates(map: YAMLMap, lines: LineCounter): void {
  const seen = new Set<string>();
  for (const { key } of map.items) {
    const name = String(isScalar(key) ? key.value : key);
    const offset = isScalar(key) ? key.range?.[0] : undefined;
    if (seen.has(name)) throw invalidAt(`the key "${name}" stands twice in one map`, offset ?? 0, lines);
    seen.add(name);
  }
}

function toJson(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw new AegisError(
      'invalid_manifest',
      'The aliases (*name) of the manifest cannot be expanded within bounds.',
      {
        next: 'Write repeated parts out instead of using anchors and aliases.',
        cause: error,
      },
    );
  }
}

function invalidAt(message: string, offset: number, lines: LineCounter): AegisError {
  const { line, col: column } = lines.linePos(offset);
  return new AegisError('invalid_manifest', `Invalid YAML at line ${line}, column ${column}: ${message}.`, {
    next: 'Correct the text at that place and call again; nothing was sent.',
    details: { line, column },
  });
}
