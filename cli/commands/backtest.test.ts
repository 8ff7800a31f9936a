import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { mergeProductDays } from '../../shared/adapters/candles/product-days.ts';
import { reportSchema } from '../../shared/core/backtest/report-schema.ts';
import { walkOf } from '../../shared/core/backtest/testing/bar-world.ts';
import { productId } from '../../shared/core/market/product.ts';
import { productOf } from '../../shared/core/market/testing/product.ts';
import { usd } from '../../shared/core/money/fixed.ts';
import { reportJsonSchema } from '../research/backtest/report-json-schema.ts';
import { candleFilesIn } from '../research/candle-inputs.ts';
import { importCandles } from '../research/import-candles.ts';
import { backtestCommand } from './backtest.ts';

let dir = '';
const out = (name: string) => join(dir, 'out', name);
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'backtest-'));
  mkdirSync(join(dir, 'bars'));
  for (const id of ['BTC-USDT', 'ETH-USDT']) {
    const rows = walkOf(productId(id), 1_200, 3).map(({ index, open, high, low, close, volume }) =>
      [index * 60, open, high, low, close, volume].join(','),
    );
    writeFileSync(join(dir, 'bars', `${id}_1m.csv`), ['time,open,high,low,close,volume', ...rows, ''].join('\n'));
  }
});
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

async function printed(...args: readonly string[]): Promise<string> {
  const parts: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void parts.push(line));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => parts.push(String(text)) > 0);
  const command = backtestCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  const given = ['--data', join(dir, 'bars'), '--stage', 'local', '--fees', '10/20', ...args];
  await command.parseAsync(given, { from: 'user' });
  return parts.join('\n');
}

/** As the shipped local config trades a quiet two-coin market: lower floors, no wait for old listings. */
const EASY = [
  'universe.tiers.T1.min_24h_volume_usd="1"',
  'universe.min_listing_age_days=0',
  'policy.data.outlier_sigma=50',
].flatMap((each) => ['--set', each]);

describe('trader backtest', () => {
  it('[REQ-BT1] [REQ-BT2] writes a report that its schema knows, the same bytes every time, and nothing half', async () => {
    const text = await printed(...EASY, '--out', out('a.json'), '--html', out('a.html'));
    await printed(...EASY, '--out', out('b.json'));
    const report = reportSchema.parse(JSON.parse(readFileSync(out('a.json'), 'utf8')));

    expect(report.trades.length).toBeGreaterThan(3);
    expect(report.run).toMatchObject({
      symbols: ['BTC-USD', 'ETH-USD'],
      maker_fee_bps: 10,
      taker_fee_bps: 20,
      stage: 'local',
    });
    expect(report.run.adaptations).toContain('changed by hand: policy.data.outlier_sigma=50');
    expect(readFileSync(out('b.json'), 'utf8')).toBe(readFileSync(out('a.json'), 'utf8'));
    // Other tests write beside it: what must not be there is a half-written file.
    const finished = ['a.html', 'a.json', 'b.json'];
    expect(readdirSync(join(dir, 'out'))).toEqual(expect.arrayContaining(finished));
    expect(readdirSync(join(dir, 'out')).filter((name) => !/^\w+\.(json|html)$/.test(name))).toEqual([]);
    expect(text).toMatch(/max drawdown .*%/);
    expect(text).toMatch(/bars\/s/);
  });

  it('writes a page that asks nothing of the network', async () => {
    await printed(...EASY, '--html', out('page.html'));
    const page = readFileSync(out('page.html'), 'utf8');

    // The library of the chart names its licence and links its maker's page from its logo: neither is fetched.
    const own = page.replace(/<script id="lightweight-charts">.*?<\/script>/s, '');
    expect(page.length - own.length).toBeGreaterThan(100_000);
    expect(own).not.toMatch(/(?:src|href)=|url\(|@import|https?:/);
    expect(page).not.toMatch(/<(?:link|img|iframe|script src)|@import|\bfetch\(|XMLHttpRequest|WebSocket/);
    expect(page).toContain('TradingView Lightweight Charts');
    for (const title of [
      'Equity',
      'Trades on price',
      'Drawdown',
      'Exposure',
      'Returns by month',
      'Strategies',
      'Round trips',
    ]) {
      expect(page).toContain(`<h2>${title}</h2>`);
    }
  });

  it('[REQ-BT2] has every trade on the chart of its symbol, and a bounded number of bars', async () => {
    const text = await printed(...EASY, '--html', out('chart.html'), '--json');
    const report = reportSchema.parse(JSON.parse(text));
    const page = readFileSync(out('chart.html'), 'utf8');
    const data = /<script type="application\/json" id="prices">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    const charts = JSON.parse(data) as readonly {
      readonly symbol: string;
      readonly bars: readonly (readonly number[])[];
      readonly marks: readonly (readonly [number, string, number, number, number, string])[];
    }[];

    expect(charts.map(({ symbol }) => symbol)).toEqual([...new Set(report.trades.map((row) => row.symbol))].sort());
    for (const { symbol, bars, marks } of charts) {
      const trades = report.trades.filter((row) => row.symbol === symbol);
      const times = bars.map(([openS]) => openS);
      expect(marks.reduce((sum, [, , count]) => sum + count, 0)).toBe(trades.length);
      expect(marks.every(([openS]) => times.includes(openS))).toBe(true);
      expect(bars.length).toBeLessThanOrEqual(2_000);
    }
  });

  it('[REQ-BT1] reads CSV files and the store of trader data alike: the same report, byte for byte', async () => {
    const store = join(dir, 'store');
    const files = candleFilesIn([join(dir, 'bars')]);
    await importCandles(
      files,
      { out: store, quote: undefined, replaces: false },
      { at: () => undefined, end: () => undefined },
    );
    const fromCsv = await printed(...EASY, '--json');
    const fromStore = await printed(...EASY, '--json', '--data', store);

    expect(readdirSync(store)).toEqual(['BTC-USDT_1m.bars', 'ETH-USDT_1m.bars']);
    expect(fromStore).toBe(fromCsv);
  });

  it('sends orders as many bars after their signal as it is told, and says so', async () => {
    const run = async (...args: readonly string[]) =>
      reportSchema.parse(JSON.parse(await printed(...EASY, '--json', ...args)));
    const [next, later] = [await run(), await run('--latency-bars', '3')];

    expect(next.run.fill_model.latency_bars).toBe(1);
    expect(later.run.fill_model.latency_bars).toBe(3);
    const firstTaken = ({ trades }: typeof next) =>
      Date.parse(trades.find(({ liquidity }) => liquidity === 'TAKER')?.time ?? '');
    expect(firstTaken(later)).toBeGreaterThan(firstTaken(next));
    await expect(run('--latency-bars', '0')).rejects.toThrow(/bars from 1 to 99/);
  });

  it('[REQ-BT1] uses the products of the day where they are known, and names the days on which they are not', async () => {
    const folder = join(dir, 'with-products');
    cpSync(join(dir, 'bars'), folder, { recursive: true });
    const run = async () => reportSchema.parse(JSON.parse(await printed(...EASY, '--json', '--data', folder)));
    const without = await run();
    const first = Date.parse(without.run.from) + 5 * 3_600_000;
    const btc = { ...productOf(productId('BTC-USD')), quoteMinSize: usd('1000000') };
    mergeProductDays(folder, [
      { takenAtMs: first, products: new Map([[btc.id, btc]]), absent: new Set([productId('ETH-USD')]) },
    ]);
    const known = await run();

    expect(without.run.adaptations.at(-1)).toMatch(/no list of products for 1 day \(2025-06-01\)/);
    expect(known.run.data_hash).not.toBe(without.run.data_hash);
    const bought = ({ trades }: typeof known) =>
      trades.filter(({ side, time }) => side === 'BUY' && Date.parse(time) > first + 600_000);
    expect(bought(without).length).toBeGreaterThan(0);
    expect(bought(known)).toEqual([]);
    expect(known.run.adaptations.join()).not.toMatch(/no list of products/);
  });

  it('[REQ-BT1] names the coins whose bars end before the run does: what is held of them was sold to nobody', async () => {
    const folder = join(dir, 'delisted');
    mkdirSync(folder);
    const write = (id: string, count: number) => {
      const rows = walkOf(productId(id), 3_000, 3).slice(0, count);
      const lines = rows.map(({ index, open, high, low, close, volume }) =>
        [index * 60, open, high, low, close, volume].join(','),
      );
      writeFileSync(join(folder, `${id}_1m.csv`), ['time,open,high,low,close,volume', ...lines, ''].join('\n'));
    };
    write('BTC-USDT', 3_000);
    write('ETH-USDT', 1_500);
    const { run } = reportSchema.parse(JSON.parse(await printed(...EASY, '--json', '--data', folder)));

    expect(run.adaptations.filter((note) => /bars of .* end on/.test(note))).toEqual([
      'bars of ETH-USD end on 2025-06-02: what is held of it then counts at its last close',
    ]);
  });

  it('explains itself, examples and defaults included', () => {
    const parts: string[] = [];
    backtestCommand()
      .configureOutput({ writeOut: (text) => void parts.push(text) })
      .outputHelp();

    expect(parts.join('')).toMatch(/--capital <usd> .*\(default: 10000\)/);
    expect(parts.join('')).toContain('Examples:');
  });

  it('prints the report with --json, and keeps to the span that is asked for', async () => {
    const from = '2025-06-01T05:00Z';
    const to = '2025-06-01T12:00Z';
    const report = reportSchema.parse(
      JSON.parse(await printed('--json', '--from', from, '--to', to, '--symbols', 'BTC-USD')),
    );

    expect(report.run).toMatchObject({
      from: '2025-06-01T05:00:00.000Z',
      to: '2025-06-01T12:00:00.000Z',
      symbols: ['BTC-USD'],
      slots: 421,
    });
  });

  it('begins when the first bar has closed, so that holding the reference has a price to begin with', async () => {
    for (const asked of [[], ['--from', '2025-06-01']]) {
      const report = reportSchema.parse(JSON.parse(await printed('--json', ...asked)));

      expect(report.run.from).toBe('2025-06-01T00:01:00.000Z');
      expect(report.equity[0]?.benchmark_usd).toBe(10_000);
      expect(report.metrics.benchmark_return_pct).not.toBeNull();
    }
  });

  it('knows by its hashes whether config or data were others', async () => {
    const run = async (...args: readonly string[]) =>
      reportSchema.parse(JSON.parse(await printed('--json', ...args))).run;
    const plain = await run();
    const changed = await run('--set', 'policy.exits.max_hold_hours=2');
    const shorter = await run('--to', '2025-06-01T12:00Z');

    expect(changed.config_hash).not.toBe(plain.config_hash);
    expect(changed.data_hash).toBe(plain.data_hash);
    expect(shorter.data_hash).not.toBe(plain.data_hash);
    expect(shorter.config_hash).toBe(plain.config_hash);
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['a folder that is not there', ['--data', '/nowhere/bars'], /--data \/nowhere\/bars: there is no such folder/],
    ['a symbol without bars', ['--symbols', 'XYZ-USD'], /no 1m bars of XYZ; there are: BTC, ETH/],
    ['an unknown strategy', ['--strategies', 'hope'], /signals.yaml has no hope; there are: .*donchian-breakout/],
    ['a span without bars', ['--from', '2030-01-01'], /has bars from .*: nothing between --from and --to/],
    ['a span that ends before it begins', ['--from', '2025-06-02', '--to', '2025-06-01'], /--from must be before --to/],
    ['a stage in which nothing is enabled', ['--stage', 'live'], /no strategy is enabled in this stage/],
    ['a change that is no value', ['--set', 'policy'], /use path=value/],
    [
      'a change that is no YAML',
      ['--set', 'policy.risk.max_drawdown_pct=['],
      /--set policy\.risk\.max_drawdown_pct=\[: /,
    ],
    ['a value that the config refuses', ['--set', 'policy.risk.max_drawdown_pct=-1'], /max_drawdown_pct/],
    ['fees in no known form', ['--fees', '60'], /maker\/taker in basis points/],
    [
      'a place that cannot be written',
      ['--out', join(import.meta.filename, 'report.json')],
      /cannot be written: .*; something else has that name/,
    ],
  ])('says what is wrong with %s', async (_, args, message) => {
    await expect(printed(...args)).rejects.toThrow(message);
  });
});

it('docs/backtest-report.schema.json says what is written: npm run backtest:schema writes it anew', () => {
  const documented = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'backtest-report.schema.json'), 'utf8');

  expect(documented).toBe(reportJsonSchema());
});
