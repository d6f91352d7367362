/** docs/seal.md, read as data: its fenced blocks by their info string, and its tables. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync(join(import.meta.dirname, '../../docs/seal.md'), 'utf8');

/** The text of the one block that begins with this line of language and name, without the last newline. */
export function block(info: string): string {
  const found = [...page.matchAll(/^```(.*)\n([\s\S]*?)\n```$/gm)].filter((match) => match[1] === info);
  const [text, ...others] = found.map((match) => match[2] ?? '');
  if (text === undefined || others.length > 0)
    throw new Error(`docs/seal.md: ${found.length} blocks "${info}"`);
  return text;
}

/** Cells of the rows of each table with this head, without backquotes around a whole cell. */
export function tables(head: string): string[][][] {
  const found = page.split(`\n${head}\n`).slice(1);
  if (found.length === 0) throw new Error(`docs/seal.md: no table "${head}"`);
  return found.map((rest) => {
    const lines = rest.split('\n').slice(1);
    const end = lines.findIndex((line) => !line.startsWith('|'));
    return lines.slice(0, end).map(readCells);
  });
}

/** The rows of all tables with this head. */
export function rows(head: string): string[][] {
  return tables(head).flat();
}

function readCells(line: string): string[] {
  return line
    .slice(1, -1)
    .split(' | ')
    .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1'));
}
