import { expect, it } from 'vitest';
import { loadedFrom, shippedTexts } from '../../shared/config/testing/shipped.ts';
import type { RiskRecord } from '../../shared/core/cycle/decision.ts';
import { candlesFrom } from '../../shared/core/market/candles.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import { coarsened } from './coarsen.ts';
import { fatesOf, totalOf } from './fate.ts';
import { type FunnelRow, funnelOf } from './funnel.ts';
import { marketIn } from './market.ts';
import { funnelTable } from './table.ts';

const shelf = process.env['TRADER_DATA_DIR'] ?? '../shared/data';
/** Years of hours, read from the file once. */
const market = marketIn(shelf, { name: '1h', base: '1h' });

it.skipIf(market === null).each(Object.keys(strategyModules))(
  '[REQ-S1] %s proposes on real candles and never throws (skipped when TRADER_DATA_DIR is absent)',
  { timeout: 120_000 },
  (strategy) => {
    const { decision } = loadedFrom(shippedTexts('local'), 'local');
    const row = funnelOf(market as NonNullable<typeof market>, decision, strategy, 60);

    expect(row.failures).toEqual([]);
    expect(row.symbol_bars).toBeGreaterThan(0);
    const proposed = row.proposals.buy + row.proposals.sell;
    expect(proposed).toBeGreaterThan(0);
    // Every proposal ends somewhere, and in one place.
    const { approved, below_conviction, dropped, denied } = row;
    expect(approved + below_conviction + totalOf(dropped) + totalOf(denied)).toBe(proposed);
  },
);

it('[REQ-STR2] sorts proposals by where they ended: the first denial names it', () => {
  const record = (rule: string, verdict: RiskRecord['verdict'] = 'deny'): RiskRecord => ({
    rule,
    verdict,
    risk_reason: verdict === 'allow' ? null : `${rule}_reason`,
    cap_type: null,
    current_pct: null,
    proposed_pct: null,
    limit_pct: null,
    detail: null,
  });
  const rejected = (...records: readonly RiskRecord[]) => {
    const risk_reason = records.find(({ verdict }) => verdict === 'deny')?.risk_reason ?? null;
    return { outcome: 'rejected' as const, risk_reason, records };
  };

  expect(
    fatesOf([
      { outcome: 'approved', risk_reason: null, records: [record('integrator', 'cap'), record('cash', 'allow')] },
      rejected(record('integrator')),
      rejected(record('integrator')),
      rejected(record('max_triggers_per_cycle')),
      rejected(record('integrator', 'cap'), record('spread', 'allow'), record('conviction'), record('cash')),
      rejected(record('gates', 'allow'), record('cash'), record('conviction')),
      rejected(record('cash', 'allow'), record('sizing')),
    ]),
  ).toEqual({
    approved: 1,
    below_conviction: 1,
    dropped: { integrator_reason: 2, max_triggers_per_cycle_reason: 1 },
    denied: { cash: 1, sizing: 1 },
  });
});

it('shows each strategy on a line of its own, with the reasons', () => {
  const row = (patch: Partial<FunnelRow>): FunnelRow => ({
    data: '1h',
    strategy: 'quiet',
    interval: '1h',
    slots: 9,
    symbol_bars: 90,
    triggers: 3,
    proposals: { buy: 0, sell: 0 },
    approved: 0,
    below_conviction: 0,
    dropped: {},
    denied: {},
    failures: [],
    ...patch,
  });
  const busy = row({
    strategy: 'busy',
    proposals: { buy: 7, sell: 2 },
    approved: 2,
    below_conviction: 1,
    dropped: { strategy_cap: 3, max_triggers: 1 },
    denied: { cash: 2 },
  });

  expect(funnelTable([busy, row({})]).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    'data strategy bars slots symbol-bars triggers proposed buy/sell low conviction dropped denied approved why',
    '1h busy 1h 9 90 3 9 7/2 1 4 2 2 dropped strategy_cap 3, max_triggers 1; denied by cash 2',
    '1h quiet 1h 9 90 3 0 0/0 0 0 0 0',
  ]);
});

it('adds minutes up to whole longer bars and leaves the unfinished ones out', () => {
  const minutes = candlesFrom(
    Array.from({ length: 13 }, (_, i) => ({ index: 4 + i, open: i, high: i + 2, low: i - 1, close: i + 1, volume: 1 })),
  );
  const fives = coarsened(minutes, '1m', '5m');

  expect([...fives.index]).toEqual([1, 2]);
  expect([fives.open[0], fives.high[0], fives.low[0], fives.close[0], fives.volume[0]]).toEqual([1, 7, 0, 6, 5]);
});
