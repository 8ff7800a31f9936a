import { describe, expect, it } from 'vitest';
import {
  AS_OF_MS,
  accountOf,
  BTC,
  calmMarket,
  configOf,
  DOGE,
  ETH,
  positionOf,
  productOf,
  SOL,
  snapshotOf,
  symbolOf,
  workingOf,
} from '../../../test/core/world.ts';
import type { DecisionConfig } from '../cycle/decision-config.ts';
import type { Candidate } from '../integrator/candidate.ts';
import type { ProductId } from '../market/product.ts';
import type { SymbolSnapshot } from '../market/snapshot.ts';
import { price, quantity, ratio, toText, usd, ZERO_QUANTITY, ZERO_USD } from '../money/fixed.ts';
import type { Account } from '../portfolio/account.ts';
import { equityOf } from '../portfolio/valuation.ts';
import type { TradeProposal } from '../strategies/strategy.ts';
import { buildUniverse } from '../universe/universe.ts';
import { assess } from './assess.ts';
import { exposureOf } from './exposure.ts';
import { gatesOf } from './gates.ts';
import { allow, deny, type RiskRule } from './rule.ts';
import { riskRules } from './rules.ts';
import { type RiskView, withApproved } from './view.ts';

/** Round figures: bid 99, ask 100, no slippage worth a tick, no fee. */
const market = calmMarket().map((symbol) => even(symbol));

function even(symbol: SymbolSnapshot, patch: Partial<SymbolSnapshot> = {}): SymbolSnapshot {
  return {
    ...symbolOf(symbol.productId, {
      quote: { bid: price('99.9'), ask: price('100') },
      product: { priceIncrement: price('1'), baseIncrement: quantity('0.0001') },
    }),
    ...patch,
  };
}

function viewOf(
  patch: {
    readonly account?: Partial<Account>;
    readonly config?: DecisionConfig;
    readonly symbols?: readonly SymbolSnapshot[];
    readonly snapshot?: Parameters<typeof snapshotOf>[1];
  } = {},
): RiskView {
  const config = patch.config ?? configOf();
  const account = accountOf(patch.account);
  const snapshot = snapshotOf(patch.symbols ?? market, {
    fees: { maker: ratio('0'), taker: ratio('0'), source: 'account' },
    ...patch.snapshot,
  });
  const symbols = new Map(snapshot.symbols.map((symbol) => [symbol.productId, symbol]));
  const equity = equityOf(account, snapshot);
  return {
    config,
    snapshot,
    symbols,
    universe: new Map(buildUniverse(snapshot, config, [20]).map((record) => [record.symbol, record])),
    gates: gatesOf(snapshot, config, equity, account.high_water_mark),
    multiplier: ratio(config.policy.regime.multipliers[config.policy.regime.override].toFixed(8)),
    equity,
    account,
    exposure: exposureOf(account, snapshot, symbols, config.universe),
  };
}

function entry(dollars: string, symbol: ProductId = BTC, patch: Partial<TradeProposal> = {}): Candidate {
  const proposal: TradeProposal = {
    symbol,
    side: 'BUY',
    notional_pct: 1,
    stop_loss_pct: 4,
    take_profit_pct: 8,
    conviction: 0.5,
    strategy: 'donchian-breakout',
    reason: 'breakout',
    trigger: {},
    ...patch,
  };
  const { strategy, reason } = proposal;
  return {
    symbol,
    side: 'BUY',
    purpose: 'entry',
    strategy,
    reason,
    proposal,
    budget: usd(dollars),
    quantity: ZERO_QUANTITY,
    records: [],
  };
}

function exit(size: string, symbol: ProductId = SOL): Candidate {
  return {
    symbol,
    side: 'SELL',
    purpose: 'exit',
    strategy: 'donchian-breakout',
    reason: 'stop',
    proposal: null,
    budget: ZERO_USD,
    quantity: quantity(size),
    records: [],
  };
}

function reasonOf(candidate: Candidate, view: RiskView): string {
  const assessment = assess(candidate, view, riskRules, 'id');
  return assessment.kind === 'approved' ? 'approved' : assessment.riskReason;
}

describe('[I1] the only maker of approved orders', () => {
  it('approves nothing when no rules are configured', () => {
    expect(assess(entry('100'), viewOf(), [], 'id')).toMatchObject({ kind: 'rejected', riskReason: 'no_rules' });
  });

  it('takes a rule that throws for a denial', () => {
    const broken = (thrown: unknown): RiskRule => ({
      name: 'broken',
      appliesTo: 'all',
      judge: () => {
        throw thrown;
      },
    });

    expect(assess(entry('100'), viewOf(), [broken(new Error('oops'))], 'id')).toMatchObject({
      riskReason: 'rule_failed',
      records: [
        { rule: 'broken', verdict: 'deny', detail: 'oops' },
        { rule: 'sizing', verdict: 'allow' },
      ],
    });
    expect(assess(entry('100'), viewOf(), [broken('oops')], 'id')).toMatchObject({ records: [{ detail: 'oops' }, {}] });
  });

  it('asks every rule, also after a denial, and names the first', () => {
    const view = viewOf({ account: { cooldowns: { [BTC]: { until_ms: AS_OF_MS + 1, reason: 'fill' } } } });
    const assessment = assess(entry('5000', BTC, { conviction: 0 }), view, riskRules, 'id');

    expect(assessment.records.map(({ rule }) => rule)).toEqual([...riskRules.map(({ name }) => name), 'sizing']);
    expect(
      assessment.records.filter(({ verdict }) => verdict === 'deny').map(({ risk_reason }) => risk_reason),
    ).toEqual(['conviction', 'cooldown', 'position_cap', 'theme_cap', 'tier_allocation', 'total_cap']);
    expect(assessment).toMatchObject({ kind: 'rejected', riskReason: 'conviction' });
  });

  it('makes no order of nothing even when every rule would allow it', () => {
    const yes: RiskRule = { name: 'yes', appliesTo: 'all', judge: () => allow };

    expect(assess(entry('0'), viewOf(), [yes], 'id')).toMatchObject({
      kind: 'rejected',
      riskReason: 'nothing_to_spend',
    });
  });

  it('cuts to the smallest cap and judges the cut order again', () => {
    const cap = (dollars: string): RiskRule => ({
      name: `cap_${dollars}`,
      appliesTo: 'all',
      judge: ({ sized }) =>
        sized.reserved > usd(dollars)
          ? { kind: 'cap', reason: 'little', budget: usd(dollars), detail: dollars }
          : allow,
    });
    const atLeast = (dollars: string): RiskRule => ({
      name: 'least',
      appliesTo: 'all',
      judge: ({ sized }) => (sized.reserved < usd(dollars) ? deny('too_little', dollars) : allow),
    });

    const cut = assess(entry('400'), viewOf(), [cap('300'), cap('200'), atLeast('200')], 'id');
    expect(cut.kind === 'approved' && toText(cut.order.reserved)).toBe('200');
    expect(cut.records.map(({ verdict }) => verdict)).toEqual(['cap', 'cap', 'allow', 'allow']);

    const refused = assess(entry('400'), viewOf(), [cap('200'), atLeast('201')], 'id');
    expect(refused).toMatchObject({ kind: 'rejected', riskReason: 'too_little' });
  });

  it('refuses a cut that the same rule would cut again', () => {
    const greedy: RiskRule = {
      name: 'greedy',
      appliesTo: 'all',
      judge: () => ({ kind: 'cap', reason: 'never_enough', budget: usd('200'), detail: '' }),
    };

    expect(assess(entry('400'), viewOf(), [greedy], 'id')).toMatchObject({
      kind: 'rejected',
      riskReason: 'never_enough',
    });
  });

  it('[REQ-E2] counts what it approved before against what comes next', () => {
    const view = viewOf();
    const first = assess(entry('500', BTC), view, riskRules, 'first');
    expect(first.kind).toBe('approved');
    if (first.kind !== 'approved') return;
    const after = withApproved(view, first.order);

    expect(reasonOf(entry('500', ETH), after)).toBe('approved');
    expect(reasonOf(entry('500.01', ETH), after)).toBe('position_cap');
    expect(reasonOf(entry('100', BTC), after)).toBe('position_cap');
    expect(view.account.working).toEqual({});
  });
});

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

    expect(reasonOf(entry('100', SOL), given)).toBe(reason);
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
  const small = (
    patch: Parameters<typeof productOf>[0] extends never ? never : Partial<ReturnType<typeof productOf>>,
  ) =>
    viewOf({
      symbols: [even(symbolOf(BTC)), even(symbolOf(SOL))].map((symbol) => ({
        ...symbol,
        product: {
          ...productOf(symbol.productId),
          priceIncrement: price('1'),
          baseIncrement: quantity('0.0001'),
          ...patch,
        },
      })),
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
