import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { canonicalJson } from '../../shared/core/cycle/canonical-json.ts';
import { encodeInputs } from '../../shared/core/cycle/encode.ts';
import { price, quantity, ratio, usd } from '../../shared/core/money/fixed.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import { accountOf, BTC, calmMarket, configOf, SLOT_MS, snapshotOf } from '../../test/core/world.ts';
import type { PackReport } from '../render/pack-view.ts';
import { strategiesCommand } from './strategies.ts';

async function output(...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  await strategiesCommand().exitOverride().parseAsync(args, { from: 'user' });
  return lines.join('\n');
}

const report = async (...args: readonly string[]): Promise<PackReport> => JSON.parse(await output(...args, '--json'));

test('[REQ-STR2] lists every strategy of the registry with its state, and a README that exists', async () => {
  const { strategies } = await report('--stage', 'local');

  expect(strategies.map(({ strategy }) => strategy)).toEqual(Object.keys(strategyModules).sort());
  expect(strategies.find(({ strategy }) => strategy === 'donchian-breakout')?.state).toBe('enabled');
  for (const { readme, warmup_bars } of strategies) {
    expect(existsSync(join(import.meta.dirname, '..', '..', readme))).toBe(true);
    expect(warmup_bars).toBeGreaterThan(0);
  }
  const { strategies: live } = await report('--stage', 'live');
  expect(new Set(live.map(({ state }) => state))).toEqual(new Set(['disabled']));
});

test('the needed edge is a multiple of two fees, the widest spread and two slippages', async () => {
  const { hurdles, fees, min_edge_multiple, strategies } = await report('--stage', 'live');

  for (const { tier, round_trip_bps, needed_edge_bps } of hurdles) {
    expect(round_trip_bps).toBeGreaterThan(2 * fees.taker_bps);
    expect(needed_edge_bps).toBeCloseTo(round_trip_bps * min_edge_multiple, 9);
    for (const { offered_edge_bps, clears } of strategies) {
      expect(clears.includes(tier)).toBe(offered_edge_bps !== null && offered_edge_bps >= needed_edge_bps);
    }
  }
});

test('a strategy offers its target, and one with a target for each of its rules the least of them', async () => {
  const { strategies } = await report('--stage', 'live');
  const offered = Object.fromEntries(strategies.map((line) => [line.strategy, line.offered_edge_bps]));

  expect(offered).toMatchObject({ 'rsi-bollinger-reversion': 800, 'classic-rules': 1200 });
});

test('takes the fees of the account from an archived cycle', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'strategies-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const fees = { maker: ratio('0.001'), taker: ratio('0.002'), source: 'account' as const };
  await writeFile(join(dir, 'cycle.json'), canonicalJson(snapshotOf(calmMarket(), { fees })));

  const cheap = await report('--snapshot', join(dir, 'cycle.json'));
  const configured = await report();

  expect(cheap.fees).toEqual({ taker_bps: 20, source: 'account' });
  expect(cheap.hurdles[0]?.round_trip_bps).toBeCloseTo(
    (configured.hurdles[0]?.round_trip_bps ?? 0) - 2 * (configured.fees.taker_bps - 20),
    9,
  );
});

test('[REQ-STR2] shows what the shadow strategies of an archived cycle have made on paper', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'strategies-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const book = {
    since_ms: SLOT_MS,
    // Bid 99.99 and a fee of 1.2 %: 98.79012 for what has cost 99.
    open: {
      [BTC]: {
        quantity: quantity('1'),
        cost: usd('99'),
        fee: usd('1'),
        opened_at_ms: SLOT_MS,
        stop_price: price('90'),
        take_profit_price: price('110'),
      },
    },
    closed: 3,
    wins: 2,
    notional: usd('1000'),
    cost: usd('1012'),
    proceeds: usd('1016.56'),
    fees: usd('24'),
    unscored: 1,
  };
  const account = accountOf({ shadow: { 'time-series-momentum': book } });
  const file = join(dir, 'cycle.json');
  await writeFile(file, encodeInputs(snapshotOf(calmMarket()), account, configOf()));

  expect((await report('--snapshot', file)).shadow_scores).toEqual([
    {
      strategy: 'time-series-momentum',
      since: '2026-01-05T12:00:00.000Z',
      open: 1,
      open_pnl_usd: '-0.20988',
      closed: 3,
      wins: 2,
      net_pnl_usd: '4.56',
      net_pnl_bps: 45.6,
      fees_usd: '24',
      unscored: 1,
    },
  ]);
  expect(await output('--snapshot', file)).toMatch(
    /^time-series-momentum +2026-01-05 12:00 +3 +2 +\$4\.56 +45\.6 +\$24\.00 +1 +-\$0\.21 +1$/m,
  );
  expect((await report()).shadow_scores).toBeNull();
});

test('prints a table for a person', async () => {
  const text = await output('--stage', 'local');

  expect(text).toMatch(/^strategy +state +bars +warm-up +priority +at risk +trades +triggers +offers bps +by +clears/m);
  expect(text).toMatch(/^donchian-breakout +enabled +1m +20 /m);
  expect(text).toMatch(/^T1 +\d+\.\d +\d+\.\d$/m);
  expect(text).toMatch(/^ {2}donchian-breakout: entry_lookback_bars 20, /m);
});
