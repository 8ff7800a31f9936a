import { expect, test } from 'vitest';
import { tableLines } from './table.ts';

test('columns are as wide as their widest cell, figures stand right, empty columns are left out', () => {
  const lines = tableLines(
    [
      { title: 'symbol', cell: ([name]: readonly string[]) => name ?? '' },
      { title: 'note', cell: () => '' },
      { title: 'size', align: 'right', cell: ([, size]: readonly string[]) => size ?? '' },
    ],
    [
      ['BTC-USD', '1'],
      ['A-USD', '12.50'],
    ],
  );
  expect(lines).toEqual(['symbol    size', 'BTC-USD      1', 'A-USD    12.50']);
});

test('a table without rows is a header at most', () => {
  expect(tableLines([{ title: 'symbol', cell: String }], [])).toEqual(['']);
});
