/** The words in which the fields of a manifest are described. The tables are data; `check-shape` reads them. */

export type Shape =
  | AnyShape
  | TextShape
  | NumberShape
  | FlagShape
  | ListShape
  | MapShape
  | ObjectShape
  | ChoiceShape;

interface AnyShape {
  readonly kind: 'any';
}

/** A rule for text that is not a closed list. */
export interface Format {
  readonly test: RegExp;
  /** Completes "must be …". */
  readonly says: string;
}

export interface TextOptions {
  /** The only values allowed. */
  readonly oneOf?: readonly string[];
  /** Values that work; others are accepted at deploy, so they are a warning. */
  readonly usually?: readonly string[];
  readonly format?: Format;
  readonly maxLength?: number;
  /** What to write instead of values people often try. */
  readonly instead?: Readonly<Record<string, string>>;
}

export interface TextShape extends TextOptions {
  readonly kind: 'text';
  readonly blank: boolean;
}

export interface NumberShape {
  readonly kind: 'number';
  readonly whole: boolean;
  readonly min?: number;
  readonly max?: number;
}

interface FlagShape {
  readonly kind: 'flag';
}

export interface ListShape {
  readonly kind: 'list';
  readonly item: Shape;
  readonly min: number;
  /** Shown when something else stands in its place. */
  readonly example?: string;
}

export interface MapShape {
  readonly kind: 'map';
  readonly value: Shape;
  readonly min: number;
}

export interface Field {
  readonly shape: Shape;
  readonly required: boolean;
}

export type Fields = Readonly<Record<string, Field>>;

export interface ObjectOptions {
  /** Keys that are published but that the server drops: key to reason. */
  readonly ignored?: Readonly<Record<string, string>>;
  /** The server refuses unknown keys here, so they are errors always. */
  readonly closed?: boolean;
}

export interface ObjectShape extends ObjectOptions {
  readonly kind: 'object';
  readonly fields: Fields;
}

/** An object whose keys depend on the value of one of them. */
export interface ChoiceShape extends ObjectOptions {
  readonly kind: 'choice';
  readonly tag: string;
  readonly common: Fields;
  readonly cases: Readonly<Record<string, Fields>>;
  readonly instead: Readonly<Record<string, string>>;
}

/** Any JSON. */
export const anything: Shape = { kind: 'any' };
export const flag: Shape = { kind: 'flag' };
/** Text that may be empty. */
export const freeText: Shape = { kind: 'text', blank: true };

/** Text that usually has one of these values; the server itself stores an empty one where none was given. */
export function freeTextOf(usually: readonly string[]): Shape {
  return { kind: 'text', blank: true, usually };
}

/** Text that may not be blank. */
export function text(options: TextOptions = {}): Shape {
  return { kind: 'text', blank: false, ...options };
}

/** A whole number, 0 and above unless said otherwise. */
export function whole(min = 0, max?: number): Shape {
  return { kind: 'number', whole: true, min, ...(max === undefined ? {} : { max }) };
}

export function decimal(min?: number, max?: number): Shape {
  return {
    kind: 'number',
    whole: false,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

export function listOf(item: Shape, min = 0, example?: string): Shape {
  return { kind: 'list', item, min, ...(example === undefined ? {} : { example }) };
}

export function mapOf(value: Shape, min = 0): Shape {
  return { kind: 'map', value, min };
}

export function object(fields: Fields, options: ObjectOptions = {}): Shape {
  return { kind: 'object', fields, ...options };
}

export function choice(
  tag: string,
  cases: Readonly<Record<string, Fields>>,
  options: ObjectOptions & {
    readonly common?: Fields;
    readonly instead?: Readonly<Record<string, string>>;
  } = {},
): Shape {
  return {
    kind: 'choice',
    tag,
    cases,
    ...options,
    common: options.common ?? {},
    instead: options.instead ?? {},
  };
}

export function required(shape: Shape): Field {
  return { shape, required: true };
}

export function optional(shape: Shape): Field {
  return { shape, required: false };
}
