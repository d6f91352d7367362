/**
 * JSON as the orchestrator's parser sees it (serde_json): numbers keep the form it would print, lone surrogates are
 * refused, nesting ends at 128 levels. `JSON.parse` loses the difference between `1.0` and `1`, which is signed.
 */
import { JsonNumber } from './json-number.js';

export type JsonNode =
  | null
  | boolean
  | string
  | JsonNumber
  | readonly JsonNode[]
  | ReadonlyMap<string, JsonNode>;

/** The bytes are not JSON for the server; the message says what and where. */
export class JsonSyntaxError extends Error {}

/** A parsed document and the keys its top-level object gives more than once. */
export interface JsonDocument {
  readonly value: JsonNode;
  readonly repeated: ReadonlySet<string>;
}

const MAX_DEPTH = 127;
const SPACE = /[ \t\n\r]*/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Parses UTF-8 JSON. Throws JsonSyntaxError. */
export function readJson(bytes: Uint8Array): JsonDocument {
  return new JsonReader(decodeUtf8(bytes)).readDocument();
}

/** A node as plain JavaScript data: numbers become numbers, objects become records. */
export function toPlain(node: JsonNode): unknown {
  if (node instanceof JsonNumber) return node.value;
  if (node instanceof Map) return Object.fromEntries([...node].map(([key, value]) => [key, toPlain(value)]));
  return Array.isArray(node) ? node.map(toPlain) : node;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new JsonSyntaxError('invalid unicode code point');
  }
}

class JsonReader {
  readonly #text: string;
  readonly #repeated = new Set<string>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readDocument(): JsonDocument {
    const value = this.#readValue(1);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('trailing characters');
    return { value, repeated: this.#repeated };
  }

  #readValue(depth: number): JsonNode {
    this.#skipSpace();
    const next = this.#text[this.#at];
    if (next === '{') return this.#readObject(depth);
    if (next === '[') return this.#readArray(depth);
    if (next === '"') return this.#readString();
    return this.#readScalar();
  }

  #readObject(depth: number): ReadonlyMap<string, JsonNode> {
    const members = new Map<string, JsonNode>();
    this.#readItems(depth, '}', () => {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') this.#fail('key must be a string');
      const key = this.#readString();
      this.#expect(':');
      if (depth === 1 && members.has(key)) this.#repeated.add(key);
      members.set(key, this.#readValue(depth + 1));
    });
    return members;
  }

  #readArray(depth: number): readonly JsonNode[] {
    const items: JsonNode[] = [];
    this.#readItems(depth, ']', () => items.push(this.#readValue(depth + 1)));
    return items;
  }

  #readItems(depth: number, close: string, readItem: () => void): void {
    if (depth > MAX_DEPTH) this.#fail('recursion limit exceeded');
    this.#at += 1;
    if (this.#take(close)) return;
    do readItem();
    while (this.#take(','));
    if (!this.#take(close)) this.#fail(`expected \`,\` or \`${close}\``);
  }

  #readString(): string {
    const source = this.#match(STRING) ?? this.#fail('EOF while parsing a string');
    const value = this.#decodeString(source);
    if (LONE_SURROGATE.test(value)) this.#fail('lone leading surrogate in hex escape');
    return value;
  }

  #decodeString(source: string): string {
    try {
      return String(JSON.parse(source));
    } catch {
      return this.#fail('invalid escape or control character in a string');
    }
  }

  #readScalar(): boolean | null | JsonNumber {
    const literal = this.#match(LITERAL);
    if (literal !== undefined) return literal === 'null' ? null : literal === 'true';
    const number = JsonNumber.parse(this.#match(NUMBER) ?? this.#fail('expected value'));
    return number ?? this.#fail('number out of range');
  }

  #expect(mark: string): void {
    if (!this.#take(mark)) this.#fail(`expected \`${mark}\``);
  }

  #take(mark: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    // Between most tokens there is none, and a pattern costs more than the look.
    if (this.#text.charCodeAt(this.#at) <= 0x20) this.#match(SPACE);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #fail(what: string): never {
    const before = this.#text.slice(0, this.#at).split('\n');
    throw new JsonSyntaxError(`${what} at line ${before.length} column ${before.at(-1)?.length ?? 0}`);
  }
}
