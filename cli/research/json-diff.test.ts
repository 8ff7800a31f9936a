import { describe, expect, it } from 'vitest';
import { differencesOf } from './json-diff.ts';

describe('what differs between two pieces of JSON', () => {
  it('is nothing for equal ones, however their keys are ordered', () => {
    expect(differencesOf({ a: [1, { b: null }], c: 'x' }, { c: 'x', a: [1, { b: null }] })).toEqual([]);
  });

  it('is named by its place, whether something changed, came or went', () => {
    expect(differencesOf({ a: [1, 2], gone: 1 }, { a: [1, 3, 4], come: { x: 1 } })).toEqual([
      { path: 'a.1', recorded: 2, replayed: 3 },
      { path: 'a.2', recorded: undefined, replayed: 4 },
      { path: 'gone', recorded: 1, replayed: undefined },
      { path: 'come', recorded: undefined, replayed: { x: 1 } },
    ]);
  });

  it('takes no kind of value for another', () => {
    for (const [a, b] of [
      [null, {}],
      [[], {}],
      [1, '1'],
      [0, false],
    ]) {
      expect(differencesOf(a, b)).toEqual([{ path: '', recorded: a, replayed: b }]);
    }
  });
});
