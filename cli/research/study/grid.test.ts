import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axisIn, changesOf, paramsText, pointsOf, readGrid } from './grid.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'grid-'));
});
afterAll(() => rmSync(dir, { recursive: true }));
const fileOf = (name: string, text: string) => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

describe('a grid', () => {
  it('is every combination, the last path turning fastest, and is written as --set takes it', () => {
    const points = pointsOf([axisIn('a.b=1,2'), axisIn('c="x",y,[20, 40]')]);

    expect(points).toEqual([
      { 'a.b': 1, c: 'x' },
      { 'a.b': 1, c: 'y' },
      { 'a.b': 1, c: [20, 40] },
      { 'a.b': 2, c: 'x' },
      { 'a.b': 2, c: 'y' },
      { 'a.b': 2, c: [20, 40] },
    ]);
    expect(changesOf(points[2] ?? {})).toEqual(['a.b=1', 'c=[20,40]']);
    expect(paramsText(points[2] ?? {})).toBe('b 1, c 20/40');
    expect(pointsOf([])).toEqual([{}]);
  });

  it('is the same from YAML, from JSON and from the command line', () => {
    const yaml = readGrid(fileOf('grid.yaml', 'policy.exits.max_hold_hours: [24, 48]\na.list: [[1, 2], [3]]\n'));
    const json = readGrid(fileOf('grid.json', '{"policy.exits.max_hold_hours": [24, 48], "a.list": [[1, 2], [3]]}'));

    expect(json).toEqual(yaml);
    expect([axisIn('policy.exits.max_hold_hours=24,48'), axisIn('a.list=[1, 2],[3]')]).toEqual(yaml);
  });

  it.each<readonly [string, () => unknown, RegExp]>([
    ['no values', () => axisIn('a.b'), /--grid a\.b: use path=value,value/],
    ['a value twice', () => axisIn('a.b=1,2,1'), /a\.b lists 1 twice/],
    ['values that are no values', () => axisIn('a.b={x: 1}'), /a\.b wants a list of values/],
    ['broken brackets', () => axisIn('a.b=[1'), /--grid a\.b: /],
    ['a path twice', () => pointsOf([axisIn('a=1'), axisIn('a=2')]), /a is given twice/],
    [
      'more points than anybody means',
      () => pointsOf(['a', 'b', 'c'].map((path) => ({ path, values: Array.from({ length: 100 }, (_, i) => i) }))),
      /a grid of 1000000 points: at most 20000/,
    ],
    ['a file that is not there', () => readGrid('/nowhere/grid.yaml'), /\/nowhere\/grid\.yaml: ENOENT/],
    [
      'a file of one value',
      () => readGrid(fileOf('one.yaml', 'a.b: 3\n')),
      /one\.yaml: a\.b: .*write one line for each/,
    ],
    ['a file that is a list', () => readGrid(fileOf('list.yaml', '- a\n')), /list\.yaml: .*write one line for each/],
  ])('says what is wrong with %s', (_, read, message) => {
    expect(read).toThrow(message);
  });
});
