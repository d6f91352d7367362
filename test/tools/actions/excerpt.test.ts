import { expect, test } from 'vitest';
import { cutJson, cutText } from '../../../src/tools/actions/excerpt.js';

test('a text within the limit stays as it is', () => {
  expect(cutText('abc', 3)).toBe('abc');
});

test('a longer one says how much is missing', () => {
  expect(cutText('abcdef', 2)).toBe('ab… [4 more characters]');
});

test('a cut never leaves half a character', () => {
  expect(cutText('a😀b', 2)).toBe('a… [3 more characters]');
});

test('texts inside a value are cut, other values stay', () => {
  expect(cutJson({ a: 'abcdef', b: [1, null, true, 'xyz'] }, 2)).toEqual({
    a: 'ab… [4 more characters]',
    b: [1, null, true, 'xy… [1 more characters]'],
  });
});

test('a list shows fifty entries and counts the rest', () => {
  const cut = cutJson(
    Array.from({ length: 60 }, (_, index) => index),
    10,
  );
  expect(cut).toHaveLength(51);
  expect(cut).toContain('… [10 more entries]');
});

test('an object shows fifty keys and counts the rest', () => {
  const wide = Object.fromEntries(Array.from({ length: 52 }, (_, index) => [`k${index}`, index]));
  expect(cutJson(wide, 10)).toMatchObject({ k0: 0, k49: 49, '…': '[2 more entries]' });
  expect(cutJson(wide, 10)).not.toHaveProperty('k50');
});

test('below six levels a value is shown as cut JSON', () => {
  const deep = { a: { b: { c: { d: { e: { f: { g: 'far down' } } } } } } };
  expect(cutJson(deep, 12)).toEqual({
    a: { b: { c: { d: { e: { f: '{"g":"far do… [4 more characters]' } } } } },
  });
});
