import { describe, expect, it } from 'vitest';
import { entry, even, exit, reasonOf, viewOf } from '../../../test/core/risk-world.ts';
import { BTC, configOf, DOGE, ETH, positionOf, SOL, symbolOf, workingOf } from '../../../test/core/world.ts';
import type { Product } from '../market/product.ts';
import { quantity, ratio, toText, usd } from '../money/fixed.ts';
import { assess } from './assess.ts';
import { riskRules } from './rules.ts';

describe('[REQ-E1] [REQ-U2] [I3] caps', () => {
  // $10,000 of equity: 5 % position, 10 % theme, 5 % MEME, 15 % T1, 10 % T2, 15 % total.
  it.each([
    ['position at the cap', entry('500'), {}, 'approved'],
    ['position a hair over', entry('500.01'), {}, 'position_cap'],
    [
      'position under its cap after a working order',
      entry('100'),
      { working: { a: workingOf(BTC, { reserved: usd('400') }) } },
      'approved',
    ],
    [
      '[REQ-E2] position over its cap after a working order',
      entry('100.01'),
      { working: { a: workingOf(BTC, { reserved: usd('400') }) } },
      'position_cap',
    ],
    [
      '[REQ-E2] position over its cap by the smallest amount there is',
      entry('100'),
      { working: { a: workingOf(BTC, { reserved: usd('400.000000000001') }) } },
      'position_cap',
    ],
    [
      '[REQ-E2] position over its cap after an UNKNOWN order',
      entry('100.01'),
      { working: { a: workingOf(BTC, { reserved: usd('400'), status: 'UNKNOWN' }) } },
      'position_cap',
    ],
    [
      '[REQ-E2] position with half of its order filled and booked',
      entry('300'),
      { working: { a: workingOf(BTC, { reserved: usd('400'), filled: quantity('0.5') }) } },
      'approved',
    ],
    ['theme at the cap', entry('400'), { working: { a: workingOf(ETH, { reserved: usd('600') }) } }, 'approved'],
    ['theme a hair over', entry('400.01'), { working: { a: workingOf(ETH, { reserved: usd('600') }) } }, 'theme_cap'],
    ['a theme with a line of its own at its cap', entry('500', DOGE), {}, 'approved'],
    [
      'a theme with a line of its own over it',
      entry('450.01', DOGE),
      { working: { a: workingOf(DOGE, { reserved: usd('50') }) } },
      'theme_cap',
    ],
    ['no theme at all', entry('500', SOL), { working: { a: workingOf(ETH, { reserved: usd('900') }) } }, 'approved'],
    ['total at the cap', entry('300', SOL), { working: { a: workingOf(ETH, { reserved: usd('1200') }) } }, 'approved'],
    [
      'total a hair over',
      entry('300.01', SOL),
      { working: { a: workingOf(ETH, { reserved: usd('1200') }) } },
      'total_cap',
    ],
  ] as const)('%s', (_, candidate, account, reason) => {
    const config =
      candidate.symbol === DOGE
        ? configOf({ policy: { proposals: { base_position_pct: { T3: 5 } }, risk: { max_position_size_pct: 10 } } })
        : configOf();

    expect(reasonOf(candidate, viewOf({ account, config }))).toBe(reason);
  });

  it.each([
    ['at the cap', '500', 'approved'],
    ['a hair over', '500.01', 'tier_allocation'],
  ])('tier allocation %s', (_, dollars, reason) => {
    const config = configOf({
      universe: { tiers: { T2: { max_allocation_pct: 5 } } },
      policy: { risk: { max_position_size_pct: 10 } },
    });

    expect(reasonOf(entry(dollars, SOL), viewOf({ config }))).toBe(reason);
  });

  it('counts a position at its ask, the price at which it would be bought again', () => {
    // 10 ETH at the ask are $1,000 of $10,999 equity at the bid; the theme takes 10 % of that.
    const account = { positions: { [ETH]: positionOf('10') } };

    expect(reasonOf(entry('99.9', BTC), viewOf({ account }))).toBe('approved');
    expect(reasonOf(entry('100', BTC), viewOf({ account }))).toBe('theme_cap');
  });

  it('[REQ-E1] leaves a record with cap, current, proposed and limit in percent of equity', () => {
    const account = { working: { a: workingOf(ETH, { reserved: usd('600') }) } };
    const { records } = assess(entry('450'), viewOf({ account }), riskRules, 'id');

    expect(records.find(({ rule }) => rule === 'theme_cap')).toEqual({
      rule: 'theme_cap',
      verdict: 'deny',
      risk_reason: 'theme_cap',
      cap_type: 'theme',
      current_pct: 6,
      proposed_pct: 10.5,
      limit_pct: 10,
      detail: '$1050 at worst of $1000',
    });
    expect(records.find(({ rule }) => rule === 'total_cap')).toMatchObject({
      verdict: 'allow',
      cap_type: 'total',
      current_pct: 6,
    });
  });

  it('leaves no percentages where there is no equity', () => {
    const { records } = assess(
      entry('100'),
      viewOf({ account: { cash: usd('0'), high_water_mark: usd('0') } }),
      riskRules,
      'id',
    );

    expect(records.find(({ rule }) => rule === 'total_cap')).toMatchObject({
      verdict: 'deny',
      current_pct: null,
      limit_pct: null,
    });
  });
});

describe('open positions', () => {
  const config = configOf({ policy: { risk: { max_open_positions: 2 } } });
  const one = { positions: { [ETH]: positionOf('1') } };

  it.each([
    ['one below the limit', one, 'approved'],
    ['at the limit', { positions: { ...one.positions, [SOL]: positionOf('1') } }, 'max_open_positions'],
    [
      'at the limit with an order on its way',
      { ...one, working: { a: workingOf(SOL, { reserved: usd('10') }) } },
      'max_open_positions',
    ],
    [
      'at the limit with an order on its way for the same symbol',
      { ...one, working: { a: workingOf(BTC, { reserved: usd('10') }) } },
      'approved',
    ],
    [
      'below the limit when a remainder cannot be sold',
      { positions: { ...one.positions, [SOL]: positionOf('0.001') } },
      'approved',
    ],
    [
      'below the limit when an order on its way sells',
      { ...one, working: { a: workingOf(ETH, { side: 'SELL' }) } },
      'approved',
    ],
  ] as const)('%s', (_, account, reason) => {
    expect(reasonOf(entry('100'), viewOf({ account, config }))).toBe(reason);
  });
});

describe('[REQ-X3] minima', () => {
  const small = (patch: Partial<Product>) =>
    viewOf({
      symbols: [BTC, SOL].map((id) => {
        const symbol = even(symbolOf(id));
        return { ...symbol, product: symbol.product && { ...symbol.product, ...patch } };
      }),
      account: { positions: { [SOL]: positionOf('0.5') } },
    });

  it.each([
    ['the least that is worth it', '10', {}, 'approved'],
    ['an increment less', '9.99', {}, 'min_notional'],
    ['the least size the exchange takes', '50', { baseMinSize: quantity('0.5') }, 'approved'],
    ['an increment less than that size', '49.99', { baseMinSize: quantity('0.5') }, 'min_notional'],
    ['the least value the exchange takes', '50', { quoteMinSize: usd('50') }, 'approved'],
    ['an increment less than that value', '49.99', { quoteMinSize: usd('50') }, 'min_notional'],
  ] as const)('of an entry: %s', (_, dollars, patch, reason) => {
    expect(reasonOf(entry(dollars), small(patch))).toBe(reason);
  });

  it('of an entry counts the fee, exactly as it is sized', () => {
    const withFee = viewOf({ snapshot: { fees: { maker: ratio('0'), taker: ratio('0.01'), source: 'account' } } });

    // $10.10 buy 0.1 coins at 100 and pay $0.10: worth it. $10.09 buy 0.0999 coins, with the fee $10.0899: worth it too.
    expect(reasonOf(entry('10.1'), withFee)).toBe('approved');
    expect(reasonOf(entry('10.09'), withFee)).toBe('approved');
    expect(reasonOf(entry('10'), withFee)).toBe('min_notional');
  });

  it.each([
    ['at it', '0.5', { baseMinSize: quantity('0.5') }, 'approved'],
    ['below the size', '0.4999', { baseMinSize: quantity('0.5') }, 'min_notional'],
    ['below what an entry must be worth', '0.02', {}, 'approved'],
    ['below the value', '0.02', { quoteMinSize: usd('5') }, 'min_notional'],
  ] as const)("of an exit are the exchange's alone: %s", (_, size, patch, reason) => {
    expect(reasonOf(exit(size), small(patch))).toBe(reason);
  });
});

describe('cash', () => {
  // Nearly everything is in a position that no cap counts against BTC: $9,990 in SOL, and room for it.
  const config = configOf({
    policy: {
      regime: { override: 'bull' },
      risk: { max_total_at_risk_pct: 100, max_position_size_pct: 100, max_theme_exposure_pct: 100 },
    },
    universe: { tiers: { T1: { max_allocation_pct: 100 }, T2: { max_allocation_pct: 100 } } },
  });
  const rich = { positions: { [SOL]: positionOf('100') }, high_water_mark: usd('0') };

  it.each([
    ['as much as wanted', '200', '200'],
    ['less than wanted', '150', '150'],
  ])('buys for %s', (_, dollars, spent) => {
    const assessment = assess(
      entry('200'),
      viewOf({ account: { ...rich, cash: usd(dollars) }, config }),
      riskRules,
      'id',
    );

    expect(assessment.kind === 'approved' && toText(assessment.order.reserved)).toBe(spent);
  });

  it.each([
    ['too little for the smallest order', '9.99', 'min_notional'],
    ['nothing', '0', 'cash'],
    ['less than nothing', '-1', 'cash'],
  ])('refuses with %s', (_, dollars, reason) => {
    expect(reasonOf(entry('200'), viewOf({ account: { ...rich, cash: usd(dollars) }, config }))).toBe(reason);
  });

  it('leaves alone what orders on their way may still need', () => {
    const working = { a: workingOf(ETH, { reserved: usd('120') }) };
    const assessment = assess(
      entry('200'),
      viewOf({ account: { ...rich, cash: usd('250'), working }, config }),
      riskRules,
      'id',
    );

    expect(assessment.kind === 'approved' && toText(assessment.order.reserved)).toBe('130');
    expect(assessment.records.find(({ rule }) => rule === 'cash')).toMatchObject({
      verdict: 'cap',
      risk_reason: 'cash',
      detail: '$130 is free',
    });
  });
});
