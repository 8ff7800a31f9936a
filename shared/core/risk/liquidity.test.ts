import { describe, expect, it } from 'vitest';
import { entry, viewOf } from '../../../test/core/risk-world.ts';
import { BTC, configOf, symbolOf } from '../../../test/core/world.ts';
import type { Quote } from '../market/quote.ts';
import { price, quantity, usd } from '../money/fixed.ts';
import { assess } from './assess.ts';
import { riskRules } from './rules.ts';

const judged = (
  rule: string,
  dollars: string,
  {
    quote,
    quoteVolume24h = usd('50000000'),
    ...liquidity
  }: {
    readonly quote?: Partial<Quote>;
    readonly quoteVolume24h?: ReturnType<typeof usd>;
    readonly max_volume_share_pct?: number;
    readonly max_touch_multiple?: number;
  },
) => {
  const symbols = [
    symbolOf(BTC, {
      quote: { bid: price('99.9'), ask: price('100'), ...quote },
      product: { priceIncrement: price('1'), baseIncrement: quantity('0.0001'), quoteVolume24h },
    }),
  ];
  const view = viewOf({ symbols, config: configOf({ policy: { liquidity } }) });
  return assess(entry(dollars), view, riskRules, 'id').records.find((record) => record.rule === rule);
};

describe('the room that liquidity leaves', () => {
  it('is rounded down, for the volume', () => {
    const given = { quoteVolume24h: usd('1000000.000000000001'), max_volume_share_pct: 1 };

    expect(judged('volume_share', '20000', given)?.detail).toBe('$20000 of $10000 that volume allows');
  });

  it('is rounded down, for what the touch is worth and for its multiple', () => {
    const odd = { quote: { ask: price('100.5'), askSize: quantity('0.500000000001') }, max_touch_multiple: 1 };
    const part = { quote: { askSize: quantity('0.500000000001') }, max_touch_multiple: 0.123 };

    expect(judged('touch_size', '100', odd)?.detail).toMatch(/ of \$50\.2500000001 that touch allows$/);
    expect(judged('touch_size', '100', part)?.detail).toBe('$100 of $6.150000000012 that touch allows');
  });

  it.each([
    ['volume_share', { quoteVolume24h: usd('0') }, 'volume', 100],
    ['touch_size', { quote: { askSize: quantity('0') } }, 'touch', 100_000],
  ])('of nothing is none, and no percentage of it: %s', (rule, given, cap_type, limit_pct) => {
    expect(judged(rule, '100', given)).toEqual({
      rule,
      verdict: 'deny',
      risk_reason: 'liquidity',
      cap_type,
      current_pct: null,
      proposed_pct: null,
      limit_pct,
      detail: `$100 of $0 that ${cap_type} allows`,
    });
  });
});
