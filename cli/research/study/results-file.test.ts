import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BacktestMetrics } from '../../../shared/core/backtest/report-schema.ts';
import { metricsSchema } from '../../../shared/core/backtest/report-schema.ts';
import { FACTS } from '../../../shared/core/backtest/testing/bar-world.ts';
import type { PointRecord } from './point-record.ts';
import { openResults } from './results-file.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'results-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const metrics = Object.fromEntries(Object.keys(metricsSchema.shape).map((key) => [key, 1])) as BacktestMetrics;
const recordOf = (digit: string): PointRecord => ({
  key: digit.repeat(64),
  run: { ...FACTS, slots: 1, symbol_bars: 1 },
  metrics,
  daily: [[0, 1, null]],
  open_value_usd: 0,
  trips: null,
});

describe('a results file', () => {
  it('gives back what was added, whoever opens it next', () => {
    const file = join(dir, 'below', 'a.jsonl');
    const results = openResults(file);
    results.add(recordOf('1'));
    results.add(recordOf('2'));

    expect([...openResults(file).finished.values()]).toEqual([recordOf('1'), recordOf('2')]);
    expect(openResults(join(dir, 'none.jsonl')).finished.size).toBe(0);
  });

  it('survives being cut at any byte: whole lines count, and the next one begins on a line of its own', () => {
    const file = join(dir, 'cut.jsonl');
    openResults(file).add(recordOf('1'));
    const first = readFileSync(file, 'utf8').length;
    openResults(file).add(recordOf('2'));
    const whole = readFileSync(file, 'utf8');

    for (const length of [0, 1, 7, 20, first - 1, first, first + 1, first + 9, first + 300, whole.length - 2]) {
      writeFileSync(file, whole.slice(0, length));
      const before = openResults(file);
      expect(before.finished.size).toBe(length < first - 1 ? 0 : 1);
      before.add(recordOf('3'));
      expect([...openResults(file).finished.keys()].at(-1)).toBe('3'.repeat(64));
      expect(openResults(file).finished.size).toBe(length < first - 1 ? 1 : 2);
    }
  });

  it.each([
    ['another format', '{"hello": 1}\n'],
    ['no JSON at all', 'time,open,high\n'],
  ])('refuses %s, and names the line', (_, text) => {
    const file = join(dir, 'foreign.jsonl');
    writeFileSync(file, `${JSON.stringify(recordOf('1'))}\n${text}`);
    expect(() => openResults(file)).toThrow(/foreign\.jsonl:2: this is no result of a study/);
  });
});
