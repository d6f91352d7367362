/** Names that every host takes for tools whose own names other servers chose. */
import { createHash } from 'node:crypto';

/** Longest name, characters: hosts put the name of the server before it and bound the whole at 60 to 64. */
const MAX_LENGTH = 40;
/** Digits of the hash that tells apart what would have the same name. */
const HASH_DIGITS = 8;

/**
 * Gives every original name a safe one, `[a-z0-9_]{1,40}`, that no other original has or ever had in this process: a
 * host that holds an old list must not reach another tool by it.
 */
export class SafeNames {
  readonly #fixed: ReadonlySet<string>;
  readonly #safe = new Map<string, string>();
  readonly #original = new Map<string, string>();

  /**
   * @param fixed names that other tools of this server have.
   * @param first originals that get their names before anybody else can.
   */
  constructor(fixed: Iterable<string>, first: Iterable<string> = []) {
    this.#fixed = new Set(fixed);
    for (const original of first) this.nameOf(original);
  }

  /** The safe name of an original, the same whenever it is asked for. */
  nameOf(original: string): string {
    const known = this.#safe.get(original);
    if (known !== undefined) return known;
    const name = this.#choose(original);
    this.#safe.set(original, name);
    this.#original.set(name, original);
    return name;
  }

  /** The original that was given this safe name. */
  originalOf(name: string): string | undefined {
    return this.#original.get(name);
  }

  #choose(original: string): string {
    const plain = plainName(original);
    if (plain !== '' && plain.length <= MAX_LENGTH && this.#isFree(plain)) return plain;
    for (let attempt = 0; ; attempt += 1) {
      const name = withHash(plain, attempt === 0 ? original : `${original}\n${attempt}`);
      if (this.#isFree(name)) return name;
    }
  }

  #isFree(name: string): boolean {
    return !this.#fixed.has(name) && !this.#original.has(name);
  }
}

/** Letters without their accents and in lower case; whatever else is not a letter or digit becomes `_`. */
function plainName(original: string): string {
  return original
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
}

function withHash(plain: string, hashed: string): string {
  const hash = createHash('sha256').update(hashed).digest('hex').slice(0, HASH_DIGITS);
  const beginning = plain.slice(0, MAX_LENGTH - HASH_DIGITS - 1).replace(/_+$/, '') || 'tool';
  return `${beginning}_${hash}`;
}
