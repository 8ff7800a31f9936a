import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import config from '../../vitest.config.ts';
import { inOrder, LONGEST, LongestFirst } from './longest-first.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SHORT = Array.from({ length: 20 }, (_, i) => `/home/me/shared/core/short-${i}.test.ts`);
const LONG = LONGEST.map((path) => `/home/me/${path}`);
const orderOf = (files: readonly string[], seed: number) => inOrder(files, (file) => file, seed);

describe('the order of the test files', () => {
  it('begins with the longest, wherever they stand', () => {
    expect(orderOf([...SHORT, ...LONG.toReversed()], 1).slice(0, LONG.length)).toEqual(LONG);
    const [first = ''] = LONG;
    expect(orderOf(['C:\\me\\lib\\a.test.ts', first.replaceAll('/', '\\')], 1)[1]).toBe('C:\\me\\lib\\a.test.ts');
  });

  it('is drawn anew by each seed for all others, and is the same for the same seed', () => {
    const [one, other] = [orderOf(SHORT, 1), orderOf(SHORT, 2)];
    expect(one).not.toEqual(other);
    expect(orderOf(SHORT.toReversed(), 1)).toEqual(one);
    expect(one.toSorted()).toEqual(SHORT.toSorted());
  });

  it('is that of every run', () => {
    expect(config.test?.sequence).toEqual({ shuffle: true, sequencer: LongestFirst });
  });

  it('names files that are there', () => {
    expect(LONGEST.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
