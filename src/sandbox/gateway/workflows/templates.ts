/** Body templates: Handlebars with the semantics of the Rust engine the gateway uses. */
import Handlebars from 'handlebars';
import { isObject } from '../../json-schema.js';

const engine = createEngine();

/**
 * Renders a template over `input` and `state`. `{{x}}` escapes for HTML, `{{{x}}}` does not; a missing value renders
 * empty, an object as `[object]`. Throws an Error for broken syntax and unknown helpers.
 */
export function renderTemplate(template: string, view: { readonly input: unknown; readonly state: unknown }) {
  return engine.compile(parted(template))(wrap(view), {
    // Own members only, without the warnings that Handlebars prints otherwise.
    allowProtoPropertiesByDefault: false,
    allowProtoMethodsByDefault: false,
  });
}

const TAG =
  /\{\{\{[\s\S]*?\}\}\}|\{\{(?!\{)(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\[[^\]]*\]|[^"'[}]|\}(?!\}))*\}\}/y;

/** What Handlebars takes for `this` and the engine for no name at all. */
const DOT = /^\{\{\{?[~&\s]*\.[~\s]*\}/;

/**
 * In `{"id":{{x}}}` the engine closes the tag at the second brace, Handlebars in JavaScript fails at the third: an
 * empty comment parts them. What starts like a tag and is none stays, for Handlebars to refuse.
 */
function parted(template: string): string {
  let [text, at] = ['', 0];
  for (;;) {
    TAG.lastIndex = template.indexOf('{{', at);
    const tag = TAG.lastIndex < 0 ? null : TAG.exec(template);
    if (tag === null) return text + template.slice(at);
    if (DOT.test(tag[0])) throw new Error('invalid handlebars syntax: expected identifier');
    const end = tag.index + tag[0].length;
    text += template.slice(at, end) + (template[end] === '}' ? '{{!}}' : '');
    at = end;
  }
}

/** An object that prints as the engine prints one. */
class JsonMap {
  toString(): string {
    return '[object]';
  }
}

/** An array that prints as the engine prints one. */
class JsonList extends Array<unknown> {
  override toString(): string {
    return `[${this.map((item) => (item === null ? '' : String(item))).join(', ')}]`;
  }
}

function wrap(value: unknown): unknown {
  if (Array.isArray(value)) return JsonList.from(value, wrap);
  if (!isObject(value)) return value;
  const map = new JsonMap();
  for (const [name, member] of Object.entries(value)) {
    Object.defineProperty(map, name, { value: wrap(member), enumerable: true });
  }
  return map;
}

function createEngine(): typeof Handlebars {
  const own = Handlebars.create();
  const conditional = (wanted: boolean) =>
    function (this: unknown, value: unknown, options: Handlebars.HelperOptions): string {
      const zero = value === 0 && options.hash.includeZero === true;
      return (zero || isTruthy(value)) === wanted ? options.fn(this) : options.inverse(this);
    };
  own.registerHelper({
    if: conditional(true),
    unless: conditional(false),
    eq: question((left, right) => sameJson(left, right)),
    ne: question((left, right) => !sameJson(left, right)),
    gt: question((left, right) => order(left, right) > 0),
    gte: question((left, right) => order(left, right) >= 0),
    lt: question((left, right) => order(left, right) < 0),
    lte: question((left, right) => order(left, right) <= 0),
    and: question((...values) => values.every(isTruthy)),
    or: question((...values) => values.some(isTruthy)),
    not: question((value) => !isTruthy(value)),
    len: (value: unknown) => sizeOf(value),
    // The one that comes with Handlebars writes into the program's output.
    log: () => '',
    blockHelperMissing: (_context: unknown, options: Handlebars.HelperOptions) => {
      throw new Error(`Helper not found ${String(Object(options).name)}`);
    },
  });
  return own;
}

/** A helper that says yes or no, also as a block. */
function question(answer: (...values: readonly unknown[]) => boolean) {
  return function (this: unknown, ...given: readonly unknown[]): unknown {
    const yes = answer(...given.slice(0, -1));
    const { fn, inverse } = Object(given.at(-1));
    if (fn === undefined) return yes;
    return yes ? fn(this) : inverse(this);
  };
}

function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** A missing value is null. */
function sameJson(left: unknown, right: unknown): boolean {
  return JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
}

/** NaN, which no comparison passes, unless both are texts, both are booleans, or both can be read as numbers. */
function order(left: unknown, right: unknown): number {
  if (typeof left === 'string' && typeof right === 'string') {
    return left === right ? 0 : left < right ? -1 : 1;
  }
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  return numberOf(left) - numberOf(right);
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\S+$/.test(value) ? Number(value) : Number.NaN;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return isObject(value) ? Object.keys(value).length : Array.isArray(value) ? value.length : 0;
}
