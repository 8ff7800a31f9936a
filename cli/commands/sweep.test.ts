import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EASY, writeHourlyMarket } from '../research/study/testing/hourly-market.ts';
import { printedBy } from '../research/study/testing/printed.ts';
import { type SweepReport, sweepSchema } from '../research/sweep/sweep-schema.ts';
import { sweepCommand } from './sweep.ts';

let dir = '';
const at = (name: string) => join(dir, name);
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sweep-'));
  writeHourlyMarket(at('bars'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const PARAMS = 'signals.strategy.time-series-momentum.params';
const GRID = ['--grid', `${PARAMS}.lookback_bars=20,40`, '--grid', `${PARAMS}.stop_loss_pct=2,4`];
const GIVEN = () => [
  '--data',
  at('bars'),
  '--stage',
  'local',
  '--strategies',
  'time-series-momentum',
  '--fees',
  '10/20',
];
const printed = (...args: readonly string[]) =>
  printedBy(sweepCommand(), [...GIVEN(), ...EASY, '--to', '2025-01-20', '--draws', '100', ...args]);

describe('[REQ-BT1] [REQ-BT2] trader sweep', () => {
  it('gives the same bytes however many threads it has, and after being stopped halfway, and reports the whole grid', async () => {
    const one = ['--results', at('one.jsonl'), '--workers', '1', '--out', at('one.json')];
    await printed(...GRID, ...one, '--html', at('one.html'));
    const bytes = readFileSync(at('one.json'), 'utf8');
    const kept = readFileSync(at('one.jsonl'), 'utf8');
    // As Ctrl-C leaves it: two points whole, the third torn.
    const lines = kept.split('\n');
    writeFileSync(at('two.jsonl'), `${lines.slice(0, 2).join('\n')}\n${lines[2]?.slice(0, 400)}`);
    await printed(...GRID, '--results', at('two.jsonl'), '--workers', '3', '--out', at('two.json'));
    const resumed = readFileSync(at('two.jsonl'), 'utf8');
    await printed(...GRID, '--results', at('two.jsonl'), '--out', at('three.json'));

    expect(readFileSync(at('two.json'), 'utf8')).toBe(bytes);
    expect(readFileSync(at('three.json'), 'utf8')).toBe(bytes);
    expect(resumed.startsWith(`${lines.slice(0, 2).join('\n')}\n`)).toBe(true);
    // Nothing was left to run for the third.
    expect(readFileSync(at('two.jsonl'), 'utf8')).toBe(resumed);

    const report = sweepSchema.parse(JSON.parse(bytes));
    expect(report.points.map(({ params }) => Object.values(params))).toEqual([
      [20, 2],
      [20, 4],
      [40, 2],
      [40, 4],
    ]);
    checkRanks(report);
    expect(report.points.every(({ metrics }) => metrics.round_trips > 10)).toBe(true);
    expect(report.run.adaptations.join()).not.toContain('lookback_bars');
    expect(report.deflation.trials).toBe(4);

    const page = readFileSync(at('one.html'), 'utf8');
    expect(page).not.toMatch(/(?:src|href)=|url\(|@import|https?:/);
    expect(page).toContain('lookback_bars down, stop_loss_pct across');
  });

  it('takes a grid from a file, chooses by what it is asked to, and only what traded enough', async () => {
    writeFileSync(at('grid.yaml'), `${PARAMS}.lookback_bars: [20, 40]\n`);
    const args = ['--grid-file', at('grid.yaml'), '--results', at('file.jsonl'), '--json'];
    const report = sweepSchema.parse(JSON.parse(await printed(...args, '--criterion', 'max_drawdown_pct')));
    const none = sweepSchema.parse(JSON.parse(await printed(...args, '--min-trips', '5000')));

    const depths = report.points.map(({ metrics }) => metrics.max_drawdown_pct);
    expect(report.best?.point).toBe(depths.indexOf(Math.min(...depths)));
    expect(none.best).toBeNull();
    expect(none.worth).toBeNull();
    expect(await printed(...args.slice(0, -1), '--min-trips', '5000')).toContain('none is chosen');
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['no grid', [], /nothing to sweep: give --grid/],
    ['a path that the config does not have', ['--grid', 'policy.exits.hope=1,2'], /hope/],
    ['a value that the config refuses', ['--grid', 'policy.risk.max_drawdown_pct=20,-1'], /max_drawdown_pct/],
    ['an unknown strategy', [...GRID, '--strategies', 'hope'], /signals.yaml has no hope/],
    ['bars that are not there', [...GRID, '--data', '/nowhere'], /\/nowhere: there is no such folder/],
    ['a place that cannot be written', [...GRID, '--html', join(import.meta.filename, 'x')], /cannot be written/],
    ['a span without bars', [...GRID, '--from', '2030-01-01', '--to', '2031-01-01'], /nothing between --from and --to/],
    [
      'too few bars for what strategies look back on',
      [...GRID, '--to', '2025-01-08'],
      /look back [2-9] days before the first/,
    ],
    ['no workers', [...GRID, '--workers', '0'], /whole number from 1/],
  ])('says what is wrong with %s', async (_, args, message) => {
    await expect(printed(...args, '--results', at('wrong.jsonl'))).rejects.toThrow(message);
  });
});

function checkRanks({ points, best, worth }: SweepReport): void {
  const sharpes = points.map(({ metrics }) => metrics.sharpe as number);
  const highest = Math.max(...sharpes);
  expect(best?.point).toBe(sharpes.indexOf(highest));
  expect(worth?.sharpe).toBeCloseTo(highest, 3);
  const byRank = [...points].sort((a, b) => a.rank - b.rank).map(({ metrics }) => metrics.sharpe);
  expect(byRank).toEqual(sharpes.toSorted((a, b) => b - a));
}
