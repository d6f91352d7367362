import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineReader } from '../../src/transport/line-reader.js';

function read(chunks: readonly Buffer[], maxBytes: number): string[] {
  const seen: string[] = [];
  const reader = new LineReader(maxBytes, {
    line: (text) => seen.push(`line ${text}`),
    overlong: () => seen.push('overlong'),
  });
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return seen;
}

describe('LineReader', () => {
  it('gives the same lines however the bytes are cut', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replaceAll('\n', ''));
    const cuts = fc.array(fc.nat({ max: 60 }), { maxLength: 6 });
    const property = fc.property(fc.array(line, { minLength: 1 }), cuts, (lines, positions) => {
      const bytes = Buffer.from(`${lines.join('\n')}\n`);
      const ends = [...positions.filter((position) => position < bytes.length), bytes.length].sort(
        (a, b) => a - b,
      );
      const chunks = ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
      expect(read(chunks, 1_000)).toEqual(lines.map((text) => `line ${text}`));
    });
    fc.assert(property);
  });

  it('drops a line over the bound, says so once and goes on', () => {
    const chunks = ['abcd\nab', 'cd', 'ef', 'gh\nabcd\n', 'abcde\n'].map((text) => Buffer.from(text));
    expect(read(chunks, 4)).toEqual(['line abcd', 'overlong', 'line abcd', 'overlong']);
  });

  it('counts bytes, not characters', () => {
    expect(read([Buffer.from('éé\nééé\n')], 4)).toEqual(['line éé', 'overlong']);
  });

  it('gives what follows the last line feed at the end', () => {
    expect(read([Buffer.from('a\nb')], 4)).toEqual(['line a', 'line b']);
  });

  it('does not give the rest of a dropped line at the end', () => {
    expect(read([Buffer.from('abc'), Buffer.from('def')], 4)).toEqual(['overlong']);
  });
});
