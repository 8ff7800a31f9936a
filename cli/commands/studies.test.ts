import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { admissionSchema } from '../research/admission/admission-schema.ts';
import { montecarloSchema } from '../research/montecarlo/montecarlo-schema.ts';
import { sensitivitySchema } from '../research/sensitivity/sensitivity-schema.ts';
import { sensitivityText } from '../research/sensitivity/sensitivity-view.ts';
import { studyJsonSchemas } from '../research/study/report-schemas.ts';
import { EASY, writeHourlyMarket } from '../research/study/testing/hourly-market.ts';
import { printedBy } from '../research/study/testing/printed.ts';
import { admissionCommand } from './admission.ts';
import { backtestCommand } from './backtest.ts';
import { montecarloCommand } from './montecarlo.ts';
import { sensitivityCommand } from './sensitivity.ts';
import { sweepCommand } from './sweep.ts';
import { walkforwardCommand } from './walkforward.ts';

let dir = '';
const at = (name: string) => join(dir, name);
const GIVEN = () => [
  '--data',
  at('bars'),
  '--stage',
  'local',
  '--fees',
  '10/20',
  ...EASY,
  '--from',
  '2025-01-09',
  '--to',
  '2025-01-24',
];
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'studies-'));
  writeHourlyMarket(at('bars'));
  await printedBy(backtestCommand(), [...GIVEN(), '--interval', '1h', '--out', at('report.json')]);
});
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(() => {
  process.exitCode = undefined;
});

interface Named {
  readonly strategy: string;
  readonly round_trips: number;
}

const SELF_CONTAINED = /(?:src|href)=|url\(|@import|https?:/;

describe('[REQ-BT2] trader montecarlo', () => {
  const printed = (...args: readonly string[]) =>
    printedBy(montecarloCommand(), [at('report.json'), '--draws', '300', ...args]);

  it('redraws days and round trips around what really happened, the same bytes with the same seed', async () => {
    const bytes = await printed('--json', '--html', at('mc.html'));
    const report = montecarloSchema.parse(JSON.parse(bytes));
    const source = JSON.parse(readFileSync(at('report.json'), 'utf8'));

    expect(report.observed.total_return_pct).toBeCloseTo(source.metrics.total_return_pct, 3);
    expect(report.observed.sharpe).toBeCloseTo(source.metrics.sharpe, 2);
    expect(report.trades?.returns).toBe(source.metrics.round_trips);
    for (const { total_return_pct: spread, return_histogram, drawdown_histogram } of [
      report.days,
      report.trades ?? report.days,
    ]) {
      expect(spread.p5).toBeLessThan(report.observed.total_return_pct);
      expect(spread.p95).toBeGreaterThan(report.observed.total_return_pct);
      for (const { counts } of [return_histogram, drawdown_histogram])
        expect(counts.reduce((sum, each) => sum + each, 0)).toBe(300);
    }
    expect(report.fan[0]).toEqual({ day: 0, p5: 1, p25: 1, p50: 1, p75: 1, p95: 1 });
    expect(report.fan.at(-1)?.p50).toBeCloseTo(1 + report.days.total_return_pct.p50 / 100, 5);
    expect(readFileSync(at('mc.html'), 'utf8')).not.toMatch(SELF_CONTAINED);
    expect(await printed('--json')).toBe(bytes);
    expect(await printed('--json', '--seed', '2')).not.toBe(bytes);
    expect(await printed('--json', '--method', 'circular')).not.toBe(bytes);
  });

  it('names what is wrong with a report', async () => {
    writeFileSync(at('other.json'), '{"format": 1}');
    await expect(printedBy(montecarloCommand(), [at('other.json')])).rejects.toThrow(
      /other\.json: .*trader backtest --out/,
    );
    await expect(printedBy(montecarloCommand(), ['/nowhere.json'])).rejects.toThrow(/\/nowhere\.json: ENOENT/);
  });
});

describe('[REQ-BT2] trader sensitivity', () => {
  const printed = (...args: readonly string[]) =>
    printedBy(sensitivityCommand(), [
      ...GIVEN(),
      '--draws',
      '100',
      '--results',
      at('s.jsonl'),
      '--fee-factors',
      '0,1',
      '--cost-factors',
      '0,2',
      ...args,
    ]);

  it('takes a cost away where its factor is 0, and finds where the return is gone', async () => {
    const report = sensitivitySchema.parse(JSON.parse(await printed('--json', '--html', at('s.html'))));
    const point = (fee: number, cost: number) =>
      report.points.find((each) => each.fee_factor === fee && each.cost_factor === cost);

    expect(report.points.length).toBe(4);
    expect(point(0, 0)?.edge.cost.fees_bps).toBe(0);
    // What is left is prices rounded to their increments, on the dear side.
    expect(Math.abs(point(0, 0)?.edge.cost.slippage_bps ?? 1)).toBeLessThan(0.5);
    expect(point(0, 0)?.metrics.fees_paid_usd).toBe(0);
    expect(Math.abs(point(1, 0)?.edge.cost.slippage_bps ?? 1)).toBeLessThan(0.5);
    // A taker's fee of 20 bps both ways, less what waited at the maker's 10.
    expect(point(1, 0)?.edge.cost.fees_bps).toBeGreaterThan(29);
    expect(point(1, 0)?.edge.cost.fees_bps).toBeLessThan(42);
    expect(point(0, 2)?.edge.cost.slippage_bps).toBeGreaterThan(1);
    const returns = [point(0, 0), point(1, 0), point(1, 2)].map((each) => each?.metrics.total_return_pct as number);
    expect(returns).toEqual(returns.toSorted((a, b) => b - a));
    expect(report.edge_dies.map(({ cost_factor }) => cost_factor)).toEqual([0, 2]);
    expect(readFileSync(at('s.html'), 'utf8')).not.toMatch(SELF_CONTAINED);
  });

  it('says where the return is gone because nothing is traded there, which says nothing of the edge', async () => {
    const report = sensitivitySchema.parse(JSON.parse(await printed('--json')));
    const points = report.points.map((each) =>
      each.fee_factor === 1 ? { ...each, metrics: { ...each.metrics, fills: 0 } } : each,
    );
    const idle = { ...report, points, edge_dies: [{ cost_factor: 0, fee_factor: 1 }] };

    expect(sensitivityText(idle)).toContain('the return is gone at fees x 1.00, where it no longer trades');
    expect(sensitivityText({ ...idle, points: report.points })).toContain('the return is gone at fees x 1.00.');
  });

  it('refuses factors that are none', async () => {
    await expect(printed('--fee-factors', '1,1')).rejects.toThrow(/different factors/);
    await expect(printed('--cost-factors=-1')).rejects.toThrow(/different factors/);
  });
});

describe('[REQ-BT2] trader admission', () => {
  const printed = (...args: readonly string[]) =>
    printedBy(admissionCommand(), ['--draws', '200', '--results', at('a.jsonl'), ...args]);

  it('holds every strategy against its own round trips, alone, and fails a check that one does not clear', async () => {
    const args = [...GIVEN(), '--strategies', 'time-series-momentum,donchian-breakout'];
    const report = admissionSchema.parse(
      JSON.parse(await printed(...args, '--json', '--check', '--html', at('a.html'))),
    );

    expect(process.exitCode).toBe(1);
    expect(report.is_alone).toBe(true);
    expect(report.strategies.map(({ strategy }) => strategy)).toEqual(['time-series-momentum', 'donchian-breakout']);
    for (const { edge, cost, net } of report.strategies) {
      expect(net.mean_bps).toBeCloseTo((edge.mean_bps ?? Number.NaN) - (cost.mean_bps ?? Number.NaN), 3);
      expect(cost.mean_bps).toBeGreaterThan(30);
    }
    expect(report.strategies.some(({ verdict }) => verdict === 'does_not_clear')).toBe(true);
    expect(readFileSync(at('a.html'), 'utf8')).not.toMatch(SELF_CONTAINED);
    await printed(...args);
    expect(process.exitCode).toBe(1);
  });

  it('takes the round trips of a report, and nets them as its own table of strategies does', async () => {
    const report = admissionSchema.parse(JSON.parse(await printed('--report', at('report.json'), '--json')));
    const source = JSON.parse(readFileSync(at('report.json'), 'utf8'));

    expect(report.is_alone).toBe(false);
    const own = source.strategies.filter(({ strategy }: Named) => source.run.strategies.includes(strategy));
    expect(own.length).toBeGreaterThan(1);
    expect(report.strategies.map(({ strategy, round_trips }) => [strategy, round_trips])).toEqual(
      own.map(({ strategy, round_trips }: Named) => [strategy, round_trips]),
    );
  });

  it.each<readonly [string, () => readonly string[], RegExp]>([
    ['neither bars nor a report', () => [], /give --data with candles, or --report/],
    ['both', () => [...GIVEN(), '--report', at('report.json')], /give --data to run the strategies, or --report/],
    [
      'a strategy that the report does not have',
      () => ['--report', at('report.json'), '--strategies', 'hope'],
      /has no hope; there are: /,
    ],
  ])('says what is wrong with %s', async (_, args, message) => {
    await expect(printed(...args())).rejects.toThrow(message);
  });
});

const COMMANDS = [admissionCommand, montecarloCommand, sensitivityCommand, sweepCommand, walkforwardCommand];

it.each(COMMANDS.map((command) => [command().name(), command()] as const))(
  'the examples of trader %s use only what it knows',
  (name, command) => {
    const parts: string[] = [];
    command.configureOutput({ writeOut: (text) => void parts.push(text) }).outputHelp();
    const examples = parts.join('').split('Examples:')[1] ?? '';
    const flags = [...examples.matchAll(/ (--[a-z-]+)/g)].map(([, flag]) => flag);

    expect(examples.split(`trader ${name} `).length).toBeGreaterThan(2);
    expect(flags.length).toBeGreaterThan(3);
    for (const flag of flags) expect(command.options.map(({ long }) => long)).toContain(flag);
  },
);

it('docs/*-report.schema.json say what studies write: npm run research:schema writes them anew', () => {
  for (const [name, text] of studyJsonSchemas()) {
    expect(readFileSync(join(import.meta.dirname, '..', '..', 'docs', name), 'utf8')).toBe(text);
  }
});
