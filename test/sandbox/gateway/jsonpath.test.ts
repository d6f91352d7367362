import { describe, expect, it } from 'vitest';
import { JsonPathError, selectAll } from '../../../src/sandbox/gateway/jsonpath/index.js';

const store = {
  store: {
    book: [
      { category: 'reference', author: 'Rees', title: 'Sayings', price: 8.95 },
      { category: 'fiction', author: 'Waugh', title: 'Sword', price: 12.99 },
      { category: 'fiction', author: 'Melville', title: 'Moby Dick', isbn: '0-553-21311-3', price: 8.99 },
      { category: 'fiction', author: 'Tolkien', title: 'Lord', isbn: '0-395-19395-8', price: 22.99 },
    ],
    bicycle: { color: 'red', price: 19.95 },
  },
  limit: 10,
};

describe('a JSONPath selects', () => {
  it.each([
    ['$', [store]],
    ['$.store.book[*].author', ['Rees', 'Waugh', 'Melville', 'Tolkien']],
    ['$..author', ['Rees', 'Waugh', 'Melville', 'Tolkien']],
    ['$.store..price', [8.95, 12.99, 8.99, 22.99, 19.95]],
    ['$..book[2].title', ['Moby Dick']],
    ['$..book[-1].title', ['Lord']],
    ['$..book[0,1].title', ['Sayings', 'Sword']],
    ['$..book[:2].title', ['Sayings', 'Sword']],
    ['$..book[1:3].title', ['Sword', 'Moby Dick']],
    ['$..book[-2:].title', ['Moby Dick', 'Lord']],
    ['$..book[::2].title', ['Sayings', 'Moby Dick']],
    ['$..book[?(@.isbn)].title', ['Moby Dick', 'Lord']],
    ['$..book[?(@.price < 10)].title', ['Sayings', 'Moby Dick']],
    ['$..book[?(@.price<$.limit)].title', ['Sayings', 'Moby Dick']],
    ["$..book[?(@.category == 'fiction' && @.price > 12.99)].title", ['Lord']],
    ["$..book[?(@.author == 'Rees' || (@.price >= 22.99))].title", ['Sayings', 'Lord']],
    ["$..book[?(@.category != 'fiction')].title", ['Sayings']],
    ["$['store']['bicycle']['color']", ['red']],
    ['$["store"]["bicycle"]["color","price"]', ['red', 19.95]],
    ['$.store.*.color', ['red']],
    ['$.store.book[9]', []],
    ['$.store.book.author', []],
    ['$.nothing.at.all', []],
    ['$.limit.more', []],
    ['$.toString', []],
    ['$..book[::0]', []],
    ['$.store.book.[0].author', ['Rees']],
    ['$.store.book[-9].author', ['Rees']],
    ['$..book[-9].author', ['Rees']],
    ['$.store[1].author', ['Waugh']],
    ['$..[?(@.color)].price', [19.95]],
    ['$.store.bicycle[?(@.price > 19)].color', ['red']],
    ['$.store.bicycle[?(@.price > 20)].color', []],
    ['$.store[?(@.color)]', []],
  ])('%s', (path, matches) => {
    expect(selectAll(path, store)).toEqual(matches);
  });

  it('members whose names need quotes, and a quote within a quote', () => {
    const odd = { 'a.b': 1, "it's": 2, '': 3, __proto__x: 4 };
    expect(selectAll("$['a.b']", odd)).toEqual([1]);
    expect(selectAll("$['it\\'s']", odd)).toEqual([2]);
    expect(selectAll("$['']", odd)).toEqual([3]);
  });

  it('null and false like any value', () => {
    expect(selectAll('$.a', { a: null })).toEqual([null]);
    expect(
      selectAll('$[?(@.on == false)].id', [
        { id: 1, on: false },
        { id: 2, on: true },
      ]),
    ).toEqual([1]);
  });

  it('nothing by comparing an element itself, as the library of the server compares members only', () => {
    expect(selectAll('$.n[?(@ > 1)]', { n: [1, 2] })).toEqual([]);
    expect(selectAll("$[?(@ == 'a')]", ['a', 'b'])).toEqual([]);
  });

  it('what lies ten thousand levels deep', () => {
    let deep: unknown = { end: 1 };
    for (let level = 0; level < 10_000; level += 1) deep = [deep];
    expect(selectAll('$..end', deep)).toEqual([1]);
  });
});

it('that multiplies nodes without end is given up', () => {
  let nested: unknown = 1;
  for (let level = 0; level < 120; level += 1) nested = { a: nested };
  expect(() => selectAll('$..*..*..*..*..*', nested)).toThrow('selects more than 250000 nodes');
});

describe('no JSONPath is', () => {
  it.each([
    '',
    'store',
    '.store',
    '@.store',
    '$.',
    '$store',
    '$[',
    '$[]',
    '$[a]',
    '$[1.5]',
    '$..',
    "$['open",
    '$[?(@.a]',
    '$[?(@.a ==)]',
    '$[?(1)]',
    '$[?(@.a = 1)]',
    '$[?@.a]',
    '$.a b',
    '$ $',
    '$[?(@.a == yes)]',
    '$[?(@.a == null)]',
    '$!',
    `$${'[?('.repeat(2_000)}`,
  ])('%s', (path) => {
    expect(() => selectAll(path, store)).toThrow(JsonPathError);
  });
});
