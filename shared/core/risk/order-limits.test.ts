import { describe, expect, it } from 'vitest';
import { entry, exit, reasonOf, viewOf } from '../../../test/core/risk-world.ts';
import { BTC, configOf, ETH, positionOf, SLOT_MS, SOL, symbolOf, workingOf } from '../../../test/core/world.ts';
import { price, ratio, toText } from '../money/fixed.ts';
import { assess } from './assess.ts';
import { riskRules } from './rules.ts';

const recordOf = (rule: string, given: Parameters<typeof assess>[0], view: Parameters<typeof assess>[1]) =>
  assess(given, view, riskRules, 'id').records.find((record) => record.rule === rule);

describe('fee-aware admission', () => {
  // Fees 2 x 60 bps, spread 10.005 bps, slippage budget 2 x 10 bps: 150.005 bps there and back.
  const view = (min_edge_multiple: number, edge_bps?: number) =>
    viewOf({
      config: configOf({
        policy: { risk: { min_edge_multiple }, execution: { slippage_budget_bps: { T1: 10 } } },
        ...(edge_bps === undefined ? {} : { signals: { strategy: { 'donchian-breakout': { edge_bps } } } }),
      }),
      snapshot: { fees: { maker: ratio('0.004'), taker: ratio('0.006'), source: 'account' } },
      symbols: [
        symbolOf(BTC, {
          quote: { bid: price('99.9'), ask: price('100') },
          product: { priceIncrement: price('0.01') },
        }),
      ],
    });

  it.each([
    ['a target that pays it twice', 3.0002, 'approved'],
    ['a target a tick short of it', 3.0, 'fee_edge'],
  ])('asks for a multiple of the round trip: %s', (_, take_profit_pct, reason) => {
    expect(reasonOf(entry('100', BTC, { take_profit_pct }), view(2))).toBe(reason);
  });

  it.each([
    ['enough', 301, 'approved'],
    ['too little', 300, 'fee_edge'],
  ])('takes the measured edge before what the target promises: %s', (_, edge, reason) => {
    expect(reasonOf(entry('100', BTC, { take_profit_pct: 25 }), view(2, edge))).toBe(reason);
  });

  it('puts the expected move and what it needs on record', () => {
    expect(recordOf('fee_edge', entry('100', BTC, { take_profit_pct: 2.5 }), view(2))).toMatchObject({
      verdict: 'deny',
      risk_reason: 'fee_edge',
      cap_type: 'edge',
      proposed_pct: 2.5,
      limit_pct: 3.0001,
    });
  });

  it('asks nothing of an exit', () => {
    const held = viewOf({
      config: configOf({ policy: { risk: { min_edge_multiple: 20 } } }),
      account: { positions: { [SOL]: positionOf('1') } },
    });

    expect(reasonOf(exit('1'), held)).toBe('approved');
  });
});

describe('order sanity', () => {
  const at = (bid: string, ask: string) =>
    viewOf({
      config: configOf({
        policy: { risk: { price_collar_pct: 5 } },
        universe: { tiers: { T1: { max_spread_bps: 5000 }, T2: { max_spread_bps: 5000 } } },
      }),
      account: { positions: { [SOL]: positionOf('1') } },
      symbols: [BTC, SOL].map((id) =>
        symbolOf(id, {
          closes: Array.from({ length: 60 }, () => 100),
          quote: { bid: price(bid), ask: price(ask) },
          product: { priceIncrement: price('1') },
        }),
      ),
    });

  it.each([
    ['at the collar above the last close', '105', '105', 'allow'],
    ['a tick above it', '106', '106', 'deny'],
    ['at the collar below it', '95', '95', 'allow'],
    ['a tick below it', '94', '94', 'deny'],
    ['far from the middle of a torn quote', '80', '104', 'deny'],
  ])('the limit of an entry %s', (_, bid, ask, verdict) => {
    expect(recordOf('price_collar', entry('300'), at(bid, ask))?.verdict).toBe(verdict);
  });

  it('a close of nothing is no price to compare with: the middle of the quote is', () => {
    const quoted = (bid: string) =>
      viewOf({
        config: at('1', '1').config,
        symbols: [symbolOf(BTC, { closes: [100, 0], quote: { bid: price(bid), ask: price('100') } })],
      });
    const verdicts = ['99', '80'].map((bid) => recordOf('price_collar', entry('300'), quoted(bid))?.verdict);

    expect(verdicts).toEqual(['allow', 'deny']);
  });

  it('an exit follows the price wherever it went, but not beyond the quote', () => {
    expect(recordOf('price_collar', exit('1'), at('50', '51'))?.verdict).toBe('allow');
    expect(recordOf('price_collar', exit('1'), at('50', '60'))?.verdict).toBe('deny');
  });

  it.each([
    ['at the most one order may cost', '250', '250'],
    ['a hair over it', '250.01', '250'],
  ])('an entry %s is cut to it', (_, wanted, spent) => {
    const view = viewOf({ config: configOf({ policy: { risk: { max_order_notional_usd: '250' } } }) });
    const assessment = assess(entry(wanted), view, riskRules, 'id');

    expect(assessment.kind === 'approved' && toText(assessment.order.reserved)).toBe(spent);
  });

  it.each([
    ['one below the limit', 2, 'approved'],
    ['at the limit', 1, 'max_orders_per_cycle'],
  ])('counts the orders of the cycle, exits among them: %s', (_, max_orders_per_cycle, reason) => {
    const sale = workingOf(SOL, { side: 'SELL', slot_ms: SLOT_MS });
    const old = workingOf(ETH, { slot_ms: SLOT_MS - 60_000 });
    const view = viewOf({
      config: configOf({ policy: { risk: { max_orders_per_cycle } } }),
      account: { positions: { [SOL]: positionOf('1') }, working: { sale, old } },
    });

    expect(reasonOf(entry('100'), view)).toBe(reason);
  });
});
