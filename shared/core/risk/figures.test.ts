import { describe, expect, it } from 'vitest';
import { entry, viewOf } from '../../../test/core/risk-world.ts';
import { BTC, configOf, ETH, SLOT_MS, SOL, symbolOf, workingOf } from '../../../test/core/world.ts';
import type { Candidate } from '../integrator/candidate.ts';
import { price, quantity, ratio, usd } from '../money/fixed.ts';
import { assess } from './assess.ts';
import { riskRules } from './rules.ts';
import type { RiskView } from './view.ts';

/** The verdict of one rule alone, whatever the others say of the same order. */
const recordOf = (rule: string, candidate: Candidate, view: RiskView) =>
  assess(candidate, view, riskRules, 'id').records.find((record) => record.rule === rule);

describe('the figures of a verdict', () => {
  const flat = (ask: string) =>
    viewOf({
      config: configOf({ policy: { risk: { price_collar_pct: 5 } } }),
      symbols: [
        symbolOf(BTC, {
          closes: Array.from({ length: 60 }, () => 100),
          quote: { bid: price(ask), ask: price(ask) },
          product: { priceIncrement: price('1') },
        }),
      ],
    });

  it.each([
    ['allow', '102', 2, null],
    ['deny', '110', 10, 'limit 110 against 110 and 100'],
  ])('the collar stands in percent of the reference: %s', (verdict, ask, proposed_pct, detail) => {
    expect(recordOf('price_collar', entry('300'), flat(ask))).toEqual({
      rule: 'price_collar',
      verdict,
      risk_reason: verdict === 'deny' ? 'price_collar' : null,
      cap_type: 'price',
      current_pct: null,
      proposed_pct,
      limit_pct: 5,
      detail,
    });
  });

  it.each([
    ['allow', '250', 2.5, null],
    ['cap', '300', 3, '$300 of $250 an order'],
  ])('the most one order may cost stands in percent of equity: %s', (verdict, dollars, proposed_pct, detail) => {
    const view = viewOf({ config: configOf({ policy: { risk: { max_order_notional_usd: '250' } } }) });

    expect(recordOf('max_order_notional', entry(dollars), view)).toEqual({
      rule: 'max_order_notional',
      verdict,
      risk_reason: verdict === 'cap' ? 'max_order_notional' : null,
      cap_type: 'order',
      current_pct: null,
      proposed_pct,
      limit_pct: 2.5,
      detail,
    });
  });

  it('slippage stands in percent, of the part that the touch does not offer', () => {
    const view = viewOf({
      config: configOf({ policy: { execution: { max_slippage_bps: { T1: 100 }, slippage_budget_bps: { T1: 40 } } } }),
      symbols: [
        symbolOf(BTC, {
          quote: { bid: price('99.9'), ask: price('100'), askSize: quantity('0.5') },
          product: { priceIncrement: price('1'), baseIncrement: quantity('0.0001') },
        }),
      ],
    });

    expect(recordOf('slippage_budget', entry('101'), view)).toMatchObject({
      verdict: 'deny',
      risk_reason: 'slippage_budget',
      cap_type: 'slippage',
      proposed_pct: 0.5,
      limit_pct: 0.4,
      detail: '50.00 bps expected of 40 bps allowed',
    });
  });

  it.each([
    ['at what is asked', 280, { verdict: 'allow', proposed_pct: 2.8, limit_pct: 2.8 }],
    [
      'below it',
      279,
      {
        verdict: 'deny',
        proposed_pct: 2.79,
        detail: '279.00 bps expected, 2 x 140.00 bps of fees, spread and slippage asked',
      },
    ],
  ])('an edge %s', (_, edge_bps, expected) => {
    const view = viewOf({
      config: configOf({
        policy: { risk: { min_edge_multiple: 2 }, execution: { slippage_budget_bps: { T1: 10 } } },
        signals: { strategy: { 'donchian-breakout': { edge_bps } } },
      }),
      snapshot: { fees: { maker: ratio('0.004'), taker: ratio('0.006'), source: 'account' } },
      symbols: [symbolOf(BTC, { quote: { bid: price('100'), ask: price('100') } })],
    });

    expect(recordOf('fee_edge', entry('100'), view)).toMatchObject({ cap_type: 'edge', ...expected });
  });

  it.each([
    ['position_cap', 'position', 5],
    ['theme_cap', 'theme', 10],
    ['tier_allocation', 'tier', 15],
    ['total_cap', 'total', 15],
  ])('%s stands in percent of equity', (rule, cap_type, limit_pct) => {
    const account = { working: { a: workingOf(BTC, { reserved: usd('200') }) } };

    expect(recordOf(rule, entry('2000'), viewOf({ account }))).toMatchObject({
      verdict: 'deny',
      risk_reason: rule,
      cap_type,
      current_pct: 2,
      proposed_pct: 22,
      limit_pct,
      detail: `$2200 at worst of $${limit_pct * 100}`,
    });
  });
});

describe('what counts against the orders and positions allowed', () => {
  it('is the orders of this cycle, not those of cycles before', () => {
    const before = { slot_ms: SLOT_MS - 60_000, side: 'SELL' } as const;
    const account = {
      working: { a: workingOf(ETH, before), b: workingOf(SOL, before), c: workingOf(ETH, { slot_ms: SLOT_MS }) },
    };
    const view = viewOf({ account, config: configOf({ policy: { risk: { max_orders_per_cycle: 2 } } }) });

    expect(recordOf('max_orders_per_cycle', entry('100'), view)?.verdict).toBe('allow');
  });

  it('is no symbol of which only a sale is on its way', () => {
    const account = { working: { a: workingOf(SOL, { side: 'SELL' }) } };
    const view = viewOf({ account, config: configOf({ policy: { risk: { max_open_positions: 1 } } }) });

    expect(recordOf('max_open_positions', entry('100'), view)?.verdict).toBe('allow');
  });
});
