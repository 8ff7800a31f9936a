import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EASY, writeHourlyMarket } from '../research/study/testing/hourly-market.ts';
import { printedBy } from '../research/study/testing/printed.ts';
import { walkforwardSchema } from '../research/walkforward/walkforward-schema.ts';
import { backtestCommand } from './backtest.ts';
import { walkforwardCommand } from './walkforward.ts';

let dir = '';
const at = (name: string) => join(dir, name);
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'walkforward-'));
  writeHourlyMarket(at('bars'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const PATH = 'signals.strategy.time-series-momentum.params.lookback_bars';
const GIVEN = () => [
  '--data',
  at('bars'),
  '--stage',
  'local',
  '--strategies',
  'time-series-momentum',
  '--fees',
  '10/20',
  ...EASY,
];
const SPAN = ['--from', '2025-01-10', '--to', '2025-01-27', '--train', '6d', '--test', '5d'];
const printed = (...args: readonly string[]) =>
  printedBy(walkforwardCommand(), [...GIVEN(), ...SPAN, '--draws', '100', '--results', at('points.jsonl'), ...args]);

describe('[REQ-BT1] [REQ-BT2] trader walkforward', () => {
  it('tests on every window what was the best of its training, and the curve is that of the tests', async () => {
    const bytes = await printed('--grid', `${PATH}=20,40`, '--json', '--html', at('w.html'));
    const report = walkforwardSchema.parse(JSON.parse(bytes));
    const { windows, equity } = report;

    expect(
      windows.map(({ train, test }) => [train?.from, train?.to, test.from, test.to].map((time) => time?.slice(5, 10))),
    ).toEqual([
      ['01-10', '01-16', '01-17', '01-22'],
      ['01-15', '01-21', '01-22', '01-27'],
    ]);
    expect(windows.every(({ train }) => train?.is_chosen && [20, 40].includes(Number(train.params[PATH])))).toBe(true);
    expect(windows.every(({ test }) => test.metrics.round_trips > 0)).toBe(true);
    const compounded = windows.reduce((value, { test }) => value * (1 + test.return_pct / 100), 1);
    expect(report.out_of_sample.total_return_pct).toBeCloseTo((compounded - 1) * 100, 4);
    expect(equity.at(-1)?.equity).toBeCloseTo(compounded, 6);
    expect(report.benchmark).not.toBeNull();
    expect(report.trials).toBe(2);
    expect(readFileSync(at('w.html'), 'utf8')).not.toMatch(/(?:src|href)=|url\(|@import|https?:/);
    expect(await printed('--grid', `${PATH}=20,40`, '--json', '--workers', '1')).toBe(bytes);
  });

  it('[I9] tests exactly what a backtest of those days makes with the chosen parameters, earlier bars being history', async () => {
    const report = walkforwardSchema.parse(JSON.parse(await printed('--grid', `${PATH}=20,40`, '--json')));
    const [, window] = report.windows;
    const args = ['--interval', '1h', '--from', '2025-01-22', '--to', '2025-01-27', '--json'];
    const alone = JSON.parse(
      await printedBy(backtestCommand(), [...GIVEN(), ...args, '--set', `${PATH}=${window?.train?.params[PATH]}`]),
    );
    expect(window?.test.metrics).toEqual(alone.metrics);
  });

  it('names the coins and bars of all tests: also a coin that was listed after the first one', async () => {
    writeHourlyMarket(at('late'));
    const file = join(at('late'), 'SOL-USD_1h.csv');
    const [header = '', ...rows] = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, [header, ...rows.slice(17 * 24)].join('\n'));
    const { run } = walkforwardSchema.parse(
      JSON.parse(await printed('--no-fit', '--json', '--data', at('late'), '--results', at('late.jsonl'))),
    );

    expect(run.symbols).toEqual(['BTC-USD', 'ETH-USD', 'SOL-USD']);
    expect(run.adaptations.filter((text) => /no bars of.*SOL-USD/.test(text))).toEqual([]);
  });

  it('loses no bar between two tests where --from lies within one', async () => {
    const from = (time: string) => printed('--no-fit', '--json', '--to', '2025-01-28', '--from', `2025-01-10T${time}`);
    const { out_of_sample, windows } = walkforwardSchema.parse(JSON.parse(await from('00:30')));

    expect(windows.map(({ test }) => test.from.slice(5, 16))).toEqual(['01-17T01:00', '01-22T01:00']);
    expect(out_of_sample).toEqual(walkforwardSchema.parse(JSON.parse(await from('01:00'))).out_of_sample);
  });

  it('counts no day between two tests as a year in which nothing was earned', async () => {
    const args = ['--no-fit', '--step', '7d', '--to', '2025-01-29', '--json'];
    const { windows, out_of_sample, benchmark } = walkforwardSchema.parse(JSON.parse(await printed(...args)));

    expect(windows.map(({ test }) => test.from.slice(5, 10))).toEqual(['01-17', '01-24']);
    for (const figures of [out_of_sample, benchmark]) {
      const growth = 1 + (figures?.total_return_pct ?? Number.NaN) / 100;
      expect(figures?.cagr_pct).toBeCloseTo((growth ** (365 / 10) - 1) * 100, 1);
    }
  });

  it('tests what is shipped over the same windows where nothing is fitted', async () => {
    const report = walkforwardSchema.parse(JSON.parse(await printed('--no-fit', '--json')));

    expect(report.mode).toBe('no_fit');
    expect(report.windows.map(({ train, test }) => [train, test.from.slice(5, 10)])).toEqual([
      [null, '01-17'],
      [null, '01-22'],
    ]);
    expect(report.trials).toBe(1);
    expect(report.haircut.p_holm).toBe(report.haircut.p);
  });

  it('keeps to the shipped parameters where no point qualifies, and says so', async () => {
    const args = ['--grid', `${PATH}=20,40`, '--min-trips', '5000'];
    const report = walkforwardSchema.parse(JSON.parse(await printed(...args, '--json', '--mode', 'anchored')));

    expect(report.windows.map(({ train }) => [train?.is_chosen, train?.params])).toEqual([
      [false, {}],
      [false, {}],
    ]);
    expect(report.windows.map(({ train }) => train?.from.slice(5, 10))).toEqual(['01-10', '01-10']);
    expect(await printed(...args)).toContain('as shipped');
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['nothing to choose from', [], /nothing to fit: give --grid/],
    ['a grid that nothing is chosen from', ['--no-fit', '--grid', `${PATH}=1,2`], /--no-fit takes no --grid/],
    ['windows longer than the data', ['--no-fit', '--train', '52w'], /do not hold --train 364 days/],
    ['a duration in no unit', ['--no-fit', '--test', '5'], /hours, days or weeks/],
    ['tests that lie over each other', ['--no-fit', '--step', '2d'], /--step must not be shorter/],
    ['a test shorter than a day', ['--no-fit', '--test', '12h'], /--test must be at least 1d/],
  ])('says what is wrong with %s', async (_, args, message) => {
    await expect(printed(...args)).rejects.toThrow(message);
  });
});
