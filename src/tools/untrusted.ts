/**
 * Cleans text that agents, logs, files or users wrote, before it is shown to a model or a person: characters
 * that are invisible, or that reorder what is seen, can hide instructions.
 */

/** Code points removed everywhere, as inclusive ranges. */
const REMOVED: readonly (readonly [number, number])[] = [
  [0x00, 0x08], // C0 controls; tab (09) and line feed (0A) stay
  [0x0b, 0x0c],
  [0x0e, 0x1f], // carriage return (0D) becomes a line feed before
  [0x7f, 0x9f], // DEL and C1 controls
  [0xad, 0xad], // soft hyphen
  [0x34f, 0x34f], // combining grapheme joiner
  [0x61c, 0x61c], // Arabic letter mark
  [0x115f, 0x1160], // Hangul fillers
  [0x17b4, 0x17b5], // Khmer inherent vowels
  [0x180b, 0x180f], // Mongolian variation selectors and vowel separator
  [0x200b, 0x200b], // zero width space
  [0x200e, 0x200f], // left-to-right and right-to-left marks
  [0x2028, 0x202e], // line and paragraph separators, bidirectional embeddings and overrides
  [0x2060, 0x206f], // word joiner, invisible operators, bidirectional isolates
  [0x3164, 0x3164], // Hangul filler
  [0xd800, 0xdfff], // halves of surrogate pairs: there is no UTF-8 for them, and strict JSON readers stop there
  [0xfe00, 0xfe0e], // variation selectors, except the emoji one (FE0F)
  [0xfeff, 0xfeff], // byte order mark
  [0xffa0, 0xffa0], // half-width Hangul filler
  [0xfff0, 0xfffb], // interlinear annotation and unassigned specials
  [0x1bca0, 0x1bca3], // shorthand format controls
  [0x1d173, 0x1d17a], // musical format controls
  [0xe0000, 0xe0fff], // tags and supplementary variation selectors
];

const hex = (code: number): string => `\\u{${code.toString(16)}}`;
const removed = new RegExp(`[${REMOVED.map(([from, to]) => `${hex(from)}-${hex(to)}`).join('')}]`, 'gu');

/** Terminal control sequences (ECMA-48 CSI, and OSC up to its terminator), removed whole. */
const terminal = new RegExp(
  `${hex(0x1b)}\\[[0-?]*[ -/]*[@-~]|${hex(0x1b)}\\][^${hex(0x07)}${hex(0x1b)}]*(?:${hex(0x07)}|${hex(0x1b)}\\\\)`,
  'gu',
);

/** What a zero width joiner or non-joiner may stand between: letters beyond ASCII, marks, emoji. */
const JOINABLE =
  `(?![${hex(0)}-${hex(0x7f)}])` +
  `[\\p{L}\\p{M}\\p{Extended_Pictographic}${hex(0xfe0f)}${hex(0x1f3fb)}-${hex(0x1f3ff)}]`;
const JOINER = `[${hex(0x200c)}${hex(0x200d)}]`;
const stray = new RegExp(`(?<!${JOINABLE})${JOINER}|${JOINER}(?!${JOINABLE})`, 'gu');

/**
 * Text without invisible and bidirectional control characters and without terminal sequences. Newlines and
 * tabs stay, CR LF becomes LF, and the joiners that Persian, Indic scripts and emoji need stay where they join.
 */
export function cleanText(text: string): string {
  return text.replace(terminal, '').replace(/\r\n?/g, '\n').replace(removed, '').replace(stray, '');
}

/** A JSON value with every text in it, keys included, cleaned by {@link cleanText}. */
export function cleanJson(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanJson(inner)]));
}
