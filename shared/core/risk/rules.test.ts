import { describe, expect, it } from 'vitest';
import { entry, exit, reasonOf, viewOf } from '../../../test/core/risk-world.ts';
import { AS_OF_MS, BTC, configOf, ETH, positionOf, SOL, symbolOf, workingOf } from '../../../test/core/world.ts';
import { productOf } from '../market/testing/product.ts';
import { price, quantity, usd } from '../money/fixed.ts';
import { assess } from './assess.ts';
import { riskRules } from './rules.ts';

describe('[I4] gates', () => {
  it.each([
    ['killed', 'killed', 'killed'],
    ['clockRefusal', 'clock', 'clock'],
    ['exchangeDown', 'exchange_down', 'exchange_down'],
    ['ledgerBreak', 'ledger', 'approved'],
  ] as const)('%s', (condition, entryReason, exitReason) => {
    const view = viewOf({
      snapshot: { conditions: { [condition]: 'why' } },
      account: { positions: { [SOL]: positionOf('1') } },
    });

    expect(reasonOf(entry('100'), view)).toBe(entryReason);
    expect(reasonOf(exit('1'), view)).toBe(exitReason);
  });

  it('[REQ-DD1] a drawdown stops entries and lets positions be closed', () => {
    const view = viewOf({ account: { high_water_mark: usd('20000'), positions: { [SOL]: positionOf('1') } } });

    expect(reasonOf(entry('100'), view)).toBe('drawdown');
    expect(reasonOf(exit('1'), view)).toBe('approved');
  });

  it('knows no drawdown of an account that never held anything', () => {
    const view = viewOf({ account: { cash: usd('0'), high_water_mark: usd('0') } });

    expect(view.gates).toEqual([]);
  });
});

describe('[I7] frozen', () => {
  it('stops both directions of that product only', () => {
    const view = viewOf({ account: { frozen: { [SOL]: 'differs' }, positions: { [SOL]: positionOf('1') } } });

    expect(reasonOf(exit('1'), view)).toBe('frozen');
    expect(reasonOf(entry('100', SOL), view)).toBe('frozen');
    expect(reasonOf(entry('100', BTC), view)).toBe('approved');
  });
});

describe('product, data and quote', () => {
  const held = { positions: { [SOL]: positionOf('1') } };
  const view = (patch: Parameters<typeof symbolOf>[1]) =>
    viewOf({ account: held, symbols: [symbolOf(BTC), symbolOf(SOL, patch)] });

  it('[REQ-EX1] rejects both directions of a product taken out of trading', () => {
    const off = view({ product: productOf(SOL, { tradingDisabled: true }) });

    expect(reasonOf(entry('100', SOL), off)).toBe('product_disabled');
    expect(reasonOf(exit('1'), off)).toBe('product_disabled');
  });

  it('[REQ-ST1] rejects both directions on old data', () => {
    const old = view({ quote: { timeMs: AS_OF_MS - 5001 } });

    expect(reasonOf(entry('100', SOL), old)).toBe('stale_quote');
    expect(reasonOf(exit('1'), old)).toBe('stale_quote');
    expect(reasonOf(exit('1'), view({ quote: { timeMs: AS_OF_MS - 5000 } }))).toBe('approved');
  });

  it.each([
    ['a symbol that was not fetched', viewOf({ account: held, symbols: [] }), 'not_listed', 'not_listed'],
    ['a product the exchange does not list', view({ product: null }), 'not_listed', 'not_listed'],
    ['an empty book', view({ quote: null }), 'no_quote', 'no_quote'],
  ])('rejects %s', (_, given, entryReason, exitReason) => {
    expect(reasonOf(entry('100', SOL), given)).toBe(entryReason);
    expect(reasonOf(exit('1'), given)).toBe(exitReason);
  });

  it.each([
    ['at the limit', '99.8', '100.2', 'approved'],
    ['one tick outside', '99.79', '100.21', 'wide_spread'],
  ])('judges the spread of an entry only: %s', (_, bid, ask, reason) => {
    const given = view({ quote: { bid: price(bid), ask: price(ask) } });

    const free = { ...given, account: { ...given.account, positions: {} } };

    expect(reasonOf(entry('100', SOL), free)).toBe(reason);
    expect(reasonOf(exit('1'), given)).toBe('approved');
  });

  it('[REQ-U1] enters only what the universe lets in', () => {
    const thin = view({ product: { quoteVolume24h: usd('1') } });
    const unknown = viewOf({ config: configOf({ universe: { tiers: { T2: { symbols: [] } } } }) });

    expect(reasonOf(entry('100', SOL), thin)).toBe('low_volume');
    expect(reasonOf(exit('1'), thin)).toBe('approved');
    expect(
      assess(entry('100', SOL), unknown, riskRules, 'id').records.find(({ rule }) => rule === 'eligibility')
        ?.risk_reason,
    ).toBe('not_in_universe');
  });
});

describe('[REQ-R1] shorting', () => {
  it.each([
    ['all that is held', '5', 'approved'],
    ['an increment more than is held', '5.0001', 'shorting_disallowed'],
    ['nothing', '0', 'below_increment'],
  ])('selling %s', (_, size, reason) => {
    expect(reasonOf(exit(size), viewOf({ account: { positions: { [SOL]: positionOf('5') } } }))).toBe(reason);
  });

  it('[I5] more than is held is refused as asked, even where the exchange would take less of it', () => {
    const symbols = [symbolOf(SOL, { product: { baseMaxSize: quantity('5') } })];
    const view = viewOf({ symbols, account: { positions: { [SOL]: positionOf('5') } } });

    expect(reasonOf(exit('5'), view)).toBe('approved');
    expect(reasonOf(exit('6'), view)).toBe('shorting_disallowed');
  });

  it('[I5] what is being sold is not there to be sold again', () => {
    const selling = workingOf(SOL, { side: 'SELL', quantity: quantity('2') });
    const view = viewOf({ account: { positions: { [SOL]: positionOf('5') }, working: { a: selling } } });

    expect(reasonOf(exit('3'), view)).toBe('approved');
    expect(reasonOf(exit('3.0001'), view)).toBe('shorting_disallowed');
  });

  it('a sale without a holding and a purchase of less than nothing are both shorts', () => {
    expect(reasonOf(exit('1'), viewOf())).toBe('shorting_disallowed');
    expect(reasonOf(entry('-100', BTC, { notional_pct: -1 }), viewOf())).toBe('shorting_disallowed');
  });
});

describe('[REQ-R2] bounds of a proposal', () => {
  it.each([
    ['the base size of the tier', { notional_pct: 5 }, 'approved'],
    ['a hair above the base size', { notional_pct: 5.000001 }, 'proposal_bounds'],
    ['no size', { notional_pct: 0 }, 'proposal_bounds'],
    ['the nearest stop', { stop_loss_pct: 1 }, 'approved'],
    ['a stop nearer than that', { stop_loss_pct: 0.99 }, 'proposal_bounds'],
    ['the farthest stop', { stop_loss_pct: 10 }, 'approved'],
    ['a stop farther than that', { stop_loss_pct: 10.01 }, 'proposal_bounds'],
    ['the nearest target', { take_profit_pct: 2 }, 'approved'],
    ['a target nearer than that', { take_profit_pct: 1.99 }, 'proposal_bounds'],
    ['the farthest target', { take_profit_pct: 25 }, 'approved'],
    ['a target farther than that', { take_profit_pct: 25.01 }, 'proposal_bounds'],
    ['conviction beyond one', { conviction: 1.01 }, 'proposal_bounds'],
    ['the least conviction', { conviction: 0.3 }, 'approved'],
    ['less than the least conviction', { conviction: 0.2999 }, 'conviction'],
  ] as const)('%s', (_, patch, reason) => {
    expect(reasonOf(entry('100', BTC, patch), viewOf())).toBe(reason);
  });

  it('no entry without a proposal', () => {
    expect(reasonOf({ ...entry('100'), proposal: null }, viewOf())).toBe('proposal_bounds');
    expect(assess({ ...entry('100'), proposal: null }, viewOf(), riskRules, 'id').records).toContainEqual(
      expect.objectContaining({ risk_reason: 'conviction' }),
    );
  });
});

describe('[REQ-U3] regime', () => {
  const inRegime = (override: 'bull' | 'bear' | 'crash') =>
    viewOf({ config: configOf({ policy: { regime: { override } } }) });

  it('a multiplier of nothing stops every entry', () => {
    expect(reasonOf(entry('100'), inRegime('crash'))).toBe('regime');
  });

  it.each([
    ['bull', '600', '600.01'],
    ['bear', '300', '300.01'],
  ] as const)('%s moves the caps', (override, inside, outside) => {
    expect(reasonOf(entry(inside), inRegime(override))).toBe('approved');
    expect(reasonOf(entry(outside), inRegime(override))).toBe('position_cap');
  });
});

describe('[REQ-CD1] cooldown', () => {
  it.each([
    ['one ms left', 1, 'cooldown'],
    ['just over', 0, 'approved'],
  ])('%s', (_, left, reason) => {
    const cooldowns = { [BTC]: { until_ms: AS_OF_MS + left, reason: 'stop' as const } };

    expect(reasonOf(entry('100'), viewOf({ account: { cooldowns } }))).toBe(reason);
    expect(reasonOf(entry('100', ETH), viewOf({ account: { cooldowns } }))).toBe('approved');
  });
});
