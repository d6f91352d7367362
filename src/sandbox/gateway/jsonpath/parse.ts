import type { Operand, Operator, Path, Selector, Step, Test } from './path.js';
import { JsonPathError, type Token, tokenize } from './tokens.js';

const OPERATORS: readonly Operator[] = ['==', '!=', '<', '<=', '>', '>='];
/** The server's JSONPath has no `null`. */
const LITERALS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);
const INTEGER = /^-?\d+$/;
const NUMBER = /^-?\d+([eE][+-]?\d+)?$/;
/** Far beyond any real path; recursion must end before the stack does. */
const MAX_TOKENS = 1_000;

/** Reads a path that starts with `$`. Throws JsonPathError. */
export function parsePath(source: string): Path {
  const tokens = tokenize(source);
  if (tokens.length > MAX_TOKENS) throw new JsonPathError('the path is too long');
  return new PathParser(tokens).readDocumentPath();
}

class PathParser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  readDocumentPath(): Path {
    if (!this.#take('$')) this.#fail('a path starts with `$`');
    const steps = this.#readSteps();
    if (this.#at < this.#tokens.length) this.#fail('unexpected');
    return { root: '$', steps };
  }

  #readSteps(): readonly Step[] {
    const steps: Step[] = [];
    for (;;) {
      if (this.#take('..')) steps.push({ deep: true, selectors: this.#readAfterDots() });
      else if (this.#take('.')) steps.push({ deep: false, selectors: this.#readAfterDots() });
      else if (this.#take('[')) steps.push({ deep: false, selectors: this.#readBracket() });
      else return steps;
    }
  }

  #readAfterDots(): readonly Selector[] {
    return this.#take('[') ? this.#readBracket() : [this.#readDotted()];
  }

  #readDotted(): Selector {
    if (this.#take('*')) return { kind: 'all' };
    return { kind: 'name', name: this.#readKind('name') ?? this.#fail('a name or `*` is expected') };
  }

  #readBracket(): readonly Selector[] {
    const selectors: Selector[] = [];
    do selectors.push(this.#readSelector());
    while (this.#take(','));
    if (!this.#take(']')) this.#fail('`]` is expected');
    return selectors;
  }

  #readSelector(): Selector {
    if (this.#take('*')) return { kind: 'all' };
    if (this.#take('?')) return this.#readFilter();
    const name = this.#readKind('text');
    return name === undefined ? this.#readIndexOrSlice() : { kind: 'name', name };
  }

  #readFilter(): Selector {
    if (!this.#take('(')) this.#fail('`(` is expected');
    const test = this.#readOr();
    if (!this.#take(')')) this.#fail('`)` is expected');
    return { kind: 'filter', test };
  }

  #readIndexOrSlice(): Selector {
    const from = this.#readInteger();
    if (!this.#take(':')) return { kind: 'index', index: from ?? this.#fail('an index is expected') };
    const to = this.#readInteger();
    const step = this.#take(':') ? this.#readInteger() : undefined;
    return {
      kind: 'slice',
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(step !== undefined && { step }),
    };
  }

  #readInteger(): number | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'name' || !INTEGER.test(token.text)) return undefined;
    this.#at += 1;
    return Number(token.text);
  }

  #readOr(): Test {
    let left = this.#readAnd();
    while (this.#take('||')) left = { kind: 'or', left, right: this.#readAnd() };
    return left;
  }

  #readAnd(): Test {
    let left = this.#readTerm();
    while (this.#take('&&')) left = { kind: 'and', left, right: this.#readTerm() };
    return left;
  }

  #readTerm(): Test {
    if (this.#take('(')) {
      const inner = this.#readOr();
      return this.#take(')') ? inner : this.#fail('`)` is expected');
    }
    const left = this.#readOperand();
    const operator = OPERATORS.find((each) => this.#take(each));
    if (operator !== undefined) return { kind: 'compare', operator, left, right: this.#readOperand() };
    return 'path' in left ? { kind: 'exists', path: left.path } : this.#fail('a comparison is expected');
  }

  #readOperand(): Operand {
    for (const root of ['@', '$'] as const)
      if (this.#take(root)) return { path: { root, steps: this.#readSteps() } };
    const text = this.#readKind('text');
    return { literal: text ?? this.#readLiteral() };
  }

  #readLiteral(): unknown {
    const word = this.#readKind('name') ?? this.#fail('a value is expected');
    if (LITERALS.has(word)) return LITERALS.get(word);
    if (!NUMBER.test(word)) return this.#fail('a number, a quoted text, true or false is expected');
    // The dot of a fraction is a token of its own.
    const fraction = INTEGER.test(word) && this.#take('.') ? `.${this.#readKind('name') ?? ''}` : '';
    const value = Number(`${word}${fraction}`);
    return Number.isNaN(value) || fraction === '.' ? this.#fail('a number is expected') : value;
  }

  #readKind(kind: 'name' | 'text'): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind) return undefined;
    this.#at += 1;
    return token.text;
  }

  #take(mark: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    this.#at += 1;
    return true;
  }

  #fail(what: string): never {
    const found = this.#tokens[this.#at];
    throw new JsonPathError(`${what}${found === undefined ? ' at the end' : ` before \`${found.text}\``}`);
  }
}
