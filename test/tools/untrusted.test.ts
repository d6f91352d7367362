import { expect, test } from 'vitest';
import { cleanJson, cleanText } from '../../src/tools/untrusted.js';

const of = (...codes: number[]): string => String.fromCodePoint(...codes);

test('newlines, tabs and ordinary text in any script stay', () => {
  const text = `line 1\n\tline 2 — Grüße, 日本語, שלום, नमस्ते`;
  expect(cleanText(text)).toBe(text);
});

test.each([
  ['zero width space', of(0x200b)],
  ['right-to-left override', of(0x202e)],
  ['left-to-right isolate', of(0x2066)],
  ['word joiner', of(0x2060)],
  ['byte order mark', of(0xfeff)],
  ['soft hyphen', of(0xad)],
  ['tag letters', of(0xe0069, 0xe0067, 0xe006e)],
  ['supplementary variation selectors', of(0xe0101, 0xe01ef)],
  ['variation selector 1', of(0xfe00)],
  ['null and backspace', of(0, 8)],
  ['C1 control', of(0x9b)],
  ['a joiner between ASCII letters', of(0x200d)],
  ['a run of joiners', of(0x200c, 0x200d, 0x200c)],
])('%s is removed', (_name, hidden) => {
  expect(cleanText(`a${hidden}b`)).toBe('ab');
});

test('terminal colours and links are removed whole', () => {
  const esc = of(0x1b);
  expect(cleanText(`${esc}[31mred${esc}[0m ${esc}]8;;https://x.test${of(7)}link${esc}]8;;${of(7)}`)).toBe(
    'red link',
  );
});

test('joiners that emoji and Persian need stay', () => {
  const family = of(0x1f468, 0x200d, 0x1f469, 0x200d, 0x1f467);
  const burning = of(0x2764, 0xfe0f, 0x200d, 0x1f525);
  const persian = of(0x645, 0x6cc, 0x200c, 0x62e, 0x648, 0x627, 0x647, 0x645);
  expect(cleanText(`${family} ${burning} ${persian}`)).toBe(`${family} ${burning} ${persian}`);
});

test('carriage returns become newlines, so nothing is overwritten on a terminal', () => {
  expect(cleanText('safe\r\nsafe\revil')).toBe('safe\nsafe\nevil');
});

test('every text of a JSON value is cleaned, keys too', () => {
  expect(cleanJson({ [`k${of(0x200b)}`]: [`v${of(0x202e)}`, 1, null, { x: true }] })).toEqual({
    k: ['v', 1, null, { x: true }],
  });
});
