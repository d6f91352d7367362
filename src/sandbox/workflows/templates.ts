/** Handlebars over the blackboard. Missing values render empty and nothing is HTML-escaped. */
import Handlebars from 'handlebars';
import { isObject } from '../json-schema.js';

/** What a template can name. Build it with {@link templateView}. */
export type TemplateView = Readonly<Record<string, unknown>>;

/** What a run lets its templates see. */
export interface ViewSource {
  readonly blackboard: Readonly<Record<string, unknown>>;
  readonly input: unknown;
  readonly intent: string | null;
  /** Rendered feedback of the transition that led into the state. */
  readonly feedback: string | null;
}

const engine = createEngine();

/**
 * Blackboard keys at the top (spec.context, overrides, `workflow`, state outputs), and beside them `input`,
 * `blackboard`, `intent` and `feedback`, as the built-in workflows use them.
 */
export function templateView(source: ViewSource): TemplateView {
  const { blackboard, input, intent, feedback } = source;
  return { intent, feedback, ...blackboard, input, blackboard };
}

/** Renders a template. Throws the Handlebars error when the template itself is malformed. */
export function renderTemplate(template: string, view: TemplateView): string {
  return engine.compile(template, { noEscape: true })(view);
}

/** Renders every value of a string map, e.g. the `env` of a state. */
export function renderValues(
  values: Readonly<Record<string, string>> | undefined,
  view: TemplateView,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([key, value]) => [key, renderTemplate(value, view)]),
  );
}

/**
 * Truth of a `custom` transition: a path (`REVIEW.response`) or a helper call (`eq REVIEW.response "ok"`).
 * An expression that cannot be evaluated is false.
 */
export function testExpression(expression: string, view: TemplateView): boolean {
  const bare = expression
    .trim()
    .replace(/^\{\{([\s\S]*)\}\}$/, '$1')
    .trim();
  const condition = bare.startsWith('(') || !/\s/.test(bare) ? bare : `(${bare})`;
  try {
    return renderTemplate(`{{#if ${condition}}}true{{/if}}`, view) === 'true';
  } catch {
    return false;
  }
}

/**
 * Renders `metadata.output_template`. A field takes the type that `metadata.output_schema` declares for it;
 * a text that does not read as that type stays a text.
 */
export function renderOutput(
  template: Readonly<Record<string, string>>,
  outputSchema: unknown,
  view: TemplateView,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(template).map(([field, source]) => {
      return [field, coerceText(renderTemplate(source, view), declaredType(outputSchema, field))];
    }),
  );
}

function declaredType(schema: unknown, field: string): unknown {
  const properties = readKey(schema, 'properties');
  return readKey(readKey(properties, field), 'type');
}

function readKey(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}

function coerceText(text: string, type: unknown): unknown {
  if (typeof type !== 'string' || type === 'string') return text;
  try {
    const value: unknown = JSON.parse(text);
    return isOfType(value, type) ? value : text;
  } catch {
    return text;
  }
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'null') return value === null;
  if (type === 'object') return isObject(value);
  return typeof value === type;
}

function createEngine(): typeof Handlebars {
  const own = Handlebars.create();
  own.registerHelper({
    length: (value: unknown) => sizeOf(value),
    upper: (value: unknown) => asText(value).toUpperCase(),
    lower: (value: unknown) => asText(value).toLowerCase(),
    trim: (value: unknown) => asText(value).trim(),
    json: (value: unknown) => JSON.stringify(value),
    first_line: (value: unknown) => (asText(value).split('\n')[0] ?? '').trim(),
    default: (value: unknown, fallback: unknown) => (asText(value) === '' ? fallback : value),
    eq: (left: unknown, right: unknown) => left === right,
    ne: (left: unknown, right: unknown) => left !== right,
    gt: (left: unknown, right: unknown) => Number(left) > Number(right),
    gte: (left: unknown, right: unknown) => Number(left) >= Number(right),
    lt: (left: unknown, right: unknown) => Number(left) < Number(right),
    lte: (left: unknown, right: unknown) => Number(left) <= Number(right),
    and: (left: unknown, right: unknown) => Boolean(left) && Boolean(right),
    or: (left: unknown, right: unknown) => Boolean(left) || Boolean(right),
    not: (value: unknown) => !value,
  });
  return own;
}

function asText(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}
