/** Line differences as hunks of a unified diff. */

type Kind = ' ' | '-' | '+';

interface Line {
  readonly kind: Kind;
  /** With its line end, where it has one. */
  readonly text: string;
}

const CONTEXT = 3;
/** Cells of the comparison table beyond which a changed region is shown as replaced whole. */
const MAX_CELLS = 4_000_000;

/** The hunks that turn one text into the other, as `diff -u` writes them; empty for equal texts. */
export function hunks(before: string, after: string): string {
  const lines = compare(linesOf(before), linesOf(after));
  return regions(lines)
    .map(([start, end]) => hunk(lines, start, end))
    .join('');
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function compare(before: readonly string[], after: readonly string[]): Line[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const same = (texts: readonly string[]) => texts.map((text) => ({ kind: ' ', text }) as const);
  const middle = compareMiddle(
    before.slice(head, before.length - tail),
    after.slice(head, after.length - tail),
  );
  return [...same(before.slice(0, head)), ...middle, ...same(before.slice(before.length - tail))];
}

/** By the longest common subsequence; removals come before additions. */
function compareMiddle(before: readonly string[], after: readonly string[]): Line[] {
  const removed = before.map((text) => ({ kind: '-', text }) as const);
  const added = after.map((text) => ({ kind: '+', text }) as const);
  if (before.length * after.length > MAX_CELLS) return [...removed, ...added];
  const width = after.length + 1;
  const common = commonLengths(before, after);
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [gone, come] = [removed[row], added[column]];
    const down = common[(row + 1) * width + column] ?? -1;
    const right = common[row * width + column + 1] ?? -1;
    if (gone && come && gone.text === come.text) {
      lines.push({ kind: ' ', text: gone.text });
      row += 1;
      column += 1;
    } else if (gone && (!come || down >= right)) {
      lines.push(gone);
      row += 1;
    } else if (come) {
      lines.push(come);
      column += 1;
    }
  }
  return lines;
}

/** At `row * (after.length + 1) + column`: how many lines the rests from there have in common, in order. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint16Array {
  const width = after.length + 1;
  const table = new Uint16Array((before.length + 1) * width);
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const at = row * width + column;
      const longest = Math.max(table[at + 1] ?? 0, table[at + width] ?? 0);
      table[at] = before[row] === after[column] ? (table[at + width + 1] ?? 0) + 1 : longest;
    }
  }
  return table;
}

/** Index ranges of changes with their context; those that touch are one. */
function regions(lines: readonly Line[]): [number, number][] {
  const found: [number, number][] = [];
  lines.forEach(({ kind }, index) => {
    if (kind === ' ') return;
    const [start, end] = [Math.max(0, index - CONTEXT), Math.min(lines.length, index + CONTEXT + 1)];
    const last = found.at(-1);
    if (last && start <= last[1]) last[1] = end;
    else found.push([start, end]);
  });
  return found;
}

function hunk(lines: readonly Line[], start: number, end: number): string {
  const count = (kind: Kind, from: number, to: number) =>
    lines.slice(from, to).filter((line) => line.kind === ' ' || line.kind === kind).length;
  const range = (kind: Kind) => {
    const size = count(kind, start, end);
    const first = count(kind, 0, start) + (size === 0 ? 0 : 1);
    return size === 1 ? `${first}` : `${first},${size}`;
  };
  const body = lines.slice(start, end).map(({ kind, text }) => `${kind}${ended(text)}`);
  return `@@ -${range('-')} +${range('+')} @@\n${body.join('')}`;
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n\\ No newline at end of file\n`;
}
