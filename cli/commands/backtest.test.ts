import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { reportSchema } from '../../shared/core/backtest/report-schema.ts';
import { walkOf } from '../../shared/core/backtest/testing/bar-world.ts';
import { productId } from '../../shared/core/market/product.ts';
import { reportJsonSchema } from '../research/backtest/report-json-schema.ts';
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

    expect(page).not.toMatch(/(?:src|href)=|url\(|@import|https?:/);
    for (const title of ['Equity', 'Drawdown', 'Exposure', 'Returns by month', 'Strategies', 'Round trips']) {
      expect(page).toContain(`<h2>${title}</h2>`);
    }
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
    ['a value that the config refuses', ['--set', 'policy.risk.max_drawdown_pct=-1'], /max_drawdown_pct/],
    ['fees in no known form', ['--fees', '60'], /maker\/taker in basis points/],
    ['a place that cannot be written', ['--out', join(import.meta.filename, 'report.json')], /cannot be written/],
  ])('says what is wrong with %s', async (_, args, message) => {
    await expect(printed(...args)).rejects.toThrow(message);
  });
});

it('docs/backtest-report.schema.json says what is written: npm run backtest:schema writes it anew', () => {
  const documented = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'backtest-report.schema.json'), 'utf8');

  expect(documented).toBe(reportJsonSchema());
});
