import { describe, expect, it } from 'vitest';
import { entry, exit, viewOf } from '../../../test/core/risk-world.ts';
import { BTC, configOf, positionOf, SOL, symbolOf } from '../../../test/core/world.ts';
import type { Candidate } from '../integrator/candidate.ts';
import { price, quantity, usd } from '../money/fixed.ts';
import { assess } from './assess.ts';
import { riskRules } from './rules.ts';
import type { RiskView } from './view.ts';

/** What stands on record is what an operator decides by: names and figures, not only verdicts. */
const judged = (candidate: Candidate, view: RiskView) => assess(candidate, view, riskRules, 'id');

describe('what a rule leaves on record', () => {
  it.each([
    ['notional_pct', { notional_pct: 6 }],
    ['stop_loss_pct', { stop_loss_pct: 11 }],
    ['take_profit_pct', { take_profit_pct: 1 }],
    ['conviction', { conviction: 1.5 }],
  ] as const)('a proposal out of bounds is told which figure it was: %s', (key, patch) => {
    const { records } = judged(entry('100', BTC, patch), viewOf());

    expect(records.find(({ rule }) => rule === 'proposal_bounds')?.detail).toMatch(
      new RegExp(`^${key} \\S+ is outside`),
    );
  });

  it('the share of the day and of the touch stand in percent of each', () => {
    const symbols = [
      symbolOf(BTC, {
        quote: { bid: price('99.9'), ask: price('100'), askSize: quantity('5') },
        product: { priceIncrement: price('1'), baseIncrement: quantity('0.0001'), quoteVolume24h: usd('2000000') },
      }),
    ];
    const { records } = judged(entry('100'), viewOf({ symbols }));
    const figuresOf = (name: string) => records.find(({ rule }) => rule === name);

    expect(figuresOf('volume_share')).toMatchObject({ cap_type: 'volume', proposed_pct: 0.005, limit_pct: 100 });
    expect(figuresOf('touch_size')).toMatchObject({ cap_type: 'touch', proposed_pct: 20, limit_pct: 100_000 });
  });

  it('without a two-sided quote an entry is denied for that, whatever its size', () => {
    const { records } = judged(entry('100'), viewOf({ symbols: [symbolOf(BTC, { quote: null })] }));

    expect(records.find(({ rule }) => rule === 'touch_size')).toMatchObject({
      verdict: 'deny',
      risk_reason: 'no_quote',
    });
  });

  it('an exit is asked neither for depth nor for volume', () => {
    const config = configOf({
      policy: { liquidity: { max_volume_share_pct: 0.000001, max_touch_multiple: 0.000001 } },
    });
    const { records } = judged(exit('1'), viewOf({ config, account: { positions: { [SOL]: positionOf('1') } } }));

    for (const name of ['volume_share', 'touch_size']) {
      expect(records.find(({ rule }) => rule === name)).toMatchObject({ verdict: 'allow', cap_type: null });
    }
  });
});

describe('the protection of an order', () => {
  it('stop below and target above the ask, both rounded away from it', () => {
    const assessment = judged(entry('300', BTC, { stop_loss_pct: 4.5, take_profit_pct: 8.5 }), viewOf());

    expect(assessment).toMatchObject({
      kind: 'approved',
      order: { stop_price: price('95'), take_profit_price: price('109') },
    });
  });

  it('is rounded away from the ask to the last unit', () => {
    const symbols = [
      symbolOf(BTC, {
        quote: { bid: price('100'), ask: price('100.000000000001') },
        product: { priceIncrement: price('0.000000000001'), baseIncrement: quantity('0.0001') },
      }),
    ];

    // 4 % is 4.00000000000004 and 8 % twice that: neither may come nearer than that.
    expect(judged(entry('100'), viewOf({ symbols }))).toMatchObject({
      kind: 'approved',
      order: { stop_price: price('96'), take_profit_price: price('108.000000000002') },
    });
  });

  it('a sale has none', () => {
    const held = viewOf({ account: { positions: { [SOL]: positionOf('1') } } });
    const proposal = entry('0', SOL, { side: 'SELL' }).proposal;

    for (const candidate of [exit('1'), { ...exit('1'), proposal }]) {
      expect(judged(candidate, held)).toMatchObject({
        kind: 'approved',
        order: { stop_price: null, take_profit_price: null },
      });
    }
  });
});
