import { describe, expect, it } from 'vitest';
import {
  accountOf,
  BTC,
  calmMarket,
  configOf,
  DOGE,
  ETH,
  positionOf,
  SOL,
  snapshotOf,
  workingOf,
} from '../../../test/core/world.ts';
import type { DecisionConfig } from '../cycle/decision-config.ts';
import { type Quantity, quantity, ratio, toText, usd } from '../money/fixed.ts';
import type { Account } from '../portfolio/account.ts';
import { marksAt } from '../portfolio/marks.ts';
import { equityOf } from '../portfolio/valuation.ts';
import { exposureOf } from '../risk/exposure.ts';
import type { RiskView } from '../risk/view.ts';
import type { TradeProposal } from '../strategies/strategy.ts';
import type { Candidate } from './candidate.ts';
import { integrate } from './integrate.ts';

const FIRST = 'donchian-breakout';
const SECOND = 'time-series-momentum';

function viewOf(patch: Partial<Account> = {}, config: DecisionConfig = configOf(), multiplier = '1'): RiskView {
  const account = accountOf(patch);
  const snapshot = snapshotOf(calmMarket());
  const symbols = new Map(snapshot.symbols.map((symbol) => [symbol.productId, symbol]));
  const equity = equityOf(account, snapshot, config.policy.data);
  const exposure = exposureOf(account, snapshot, symbols, config);
  return {
    config,
    snapshot,
    symbols,
    universe: new Map(),
    gates: [],
    regime: { name: 'chop', multiplier: ratio(multiplier), source: 'override', figures: null },
    multiplier: ratio(multiplier),
    equity,
    marks: marksAt(account, equity, snapshot.slotMs, 30),
    account,
    exposure,
  };
}

function proposal(patch: Partial<TradeProposal> = {}): TradeProposal {
  return {
    symbol: BTC,
    side: 'BUY',
    notional_pct: 3,
    stop_loss_pct: 3,
    take_profit_pct: 6,
    conviction: 0.5,
    strategy: FIRST,
    reason: 'breakout',
    trigger: {},
    ...patch,
  };
}

function outcome(proposals: readonly TradeProposal[], view = viewOf(), exits: readonly Candidate[] = []) {
  const { candidates, dropped } = integrate(proposals, exits, view);
  return {
    taken: candidates.map(({ symbol, strategy }) => `${symbol} ${strategy}`),
    dropped: dropped.map(({ proposal: { symbol, strategy }, record }) => `${symbol} ${strategy} ${record.risk_reason}`),
  };
}

describe('order', () => {
  it('is priority, then conviction, then symbol, with exits in front', () => {
    const given = [
      proposal({ symbol: DOGE, strategy: SECOND, conviction: 1 }),
      proposal({ symbol: SOL, conviction: 0.4 }),
      proposal({ symbol: ETH, conviction: 0.9 }),
      proposal({ symbol: BTC, conviction: 0.4 }),
    ];

    expect(outcome(given).taken).toEqual([
      `${ETH} ${FIRST}`,
      `${BTC} ${FIRST}`,
      `${SOL} ${FIRST}`,
      `${DOGE} ${SECOND}`,
    ]);
    expect(outcome(given.toReversed()).taken).toEqual(outcome(given).taken);
  });

  it('gives each symbol to one: an exit, else the strategy with priority', () => {
    const exit: Candidate = {
      ...(integrate([proposal({ symbol: SOL })], [], viewOf()).candidates[0] as Candidate),
      side: 'SELL',
      purpose: 'exit',
    };
    const given = [proposal({ strategy: SECOND, conviction: 1 }), proposal(), proposal({ symbol: SOL })];

    expect(outcome(given, viewOf(), [exit])).toEqual({
      taken: [`${SOL} ${FIRST}`, `${BTC} ${FIRST}`],
      dropped: [`${SOL} ${FIRST} symbol_taken`, `${BTC} ${SECOND} symbol_taken`],
    });
  });

  it('is settled by the strategy name where all else is equal', () => {
    const config = configOf({ signals: { strategy: { [SECOND]: { priority: 10 } } } });

    expect(outcome([proposal({ strategy: SECOND }), proposal()], viewOf({}, config)).taken).toEqual([
      `${BTC} ${FIRST}`,
    ]);
  });

  it('has exits in front of the very first strategy, however sure that is', () => {
    const config = configOf({ signals: { strategy: { [FIRST]: { priority: 1 } } } });
    const view = viewOf({ positions: { [SOL]: positionOf('1') } }, config);
    const given = [proposal({ conviction: 1 }), proposal({ symbol: SOL, side: 'SELL', conviction: 0 })];

    expect(outcome(given, view).taken).toEqual([`${SOL} ${FIRST}`, `${BTC} ${FIRST}`]);
  });

  it('is impossible for a strategy that nobody configured', () => {
    expect(() => outcome([proposal({ strategy: 'stray' })])).toThrow(/stray/);
  });
});

describe('[REQ-STR3] the budget of a strategy', () => {
  // $10,000 of equity at 3 % each: $300 an order.
  const capped = (pct: number) => configOf({ signals: { strategy: { [FIRST]: { max_strategy_at_risk_pct: pct } } } });
  const amounts = (view: RiskView, ...given: readonly TradeProposal[]) =>
    integrate(given, [], view).candidates.map(({ budget }) => toText(budget));

  it('lets pass what just fits', () => {
    const { candidates } = integrate([proposal(), proposal({ symbol: ETH })], [], viewOf({}, capped(6)));

    expect(candidates.map(({ budget }) => toText(budget))).toEqual(['300', '300']);
    // What was not cut says nothing of a cut.
    expect(candidates.map(({ records }) => records)).toEqual([[], []]);
  });

  it('is money rounded down, never a fraction more than the percentage', () => {
    // 3 % of it are 299.99999999999997, and seven tenths of that what is rounded down 209.9999999999993.
    const view = viewOf({ cash: usd('9999.999999999999') }, configOf(), '0.7');

    expect(amounts(view, proposal())).toEqual(['209.999999999999']);
  });

  it('cuts down what fits in part, with a record that says so', () => {
    const { candidates } = integrate([proposal(), proposal({ symbol: ETH })], [], viewOf({}, capped(4)));

    expect(candidates.map(({ budget }) => toText(budget))).toEqual(['300', '100']);
    expect(candidates[1]?.records).toEqual([
      {
        rule: 'integrator',
        verdict: 'cap',
        risk_reason: 'strategy_cap',
        cap_type: 'strategy',
        current_pct: 3,
        proposed_pct: 6,
        limit_pct: 4,
        detail: "$300 wanted, $100 left of the strategy's own budget",
      },
    ]);
  });

  it.each([
    ['$10 left, the smallest order', 3.1, ['300', '10']],
    ['$9.99 left', 3.0999, ['300']],
    ['nothing left', 3, ['300']],
  ])('drops what is not worth it: %s', (_, pct, left) => {
    const view = viewOf({}, capped(pct));

    expect(amounts(view, proposal(), proposal({ symbol: ETH }))).toEqual(left);
    expect(integrate([proposal(), proposal({ symbol: ETH })], [], view).dropped).toMatchObject(
      left.length === 2
        ? []
        : [{ proposal: { symbol: ETH }, record: { verdict: 'deny', risk_reason: 'strategy_cap' } }],
    );
  });

  it("counts its positions and orders on their way, and nobody else's", () => {
    const held = viewOf({ positions: { [SOL]: positionOf('1') }, working: { a: workingOf(DOGE) } }, capped(5));
    const foreign = viewOf({ positions: { [SOL]: positionOf('1', { strategy: SECOND }) } }, capped(5));

    // 5 % of $10,099.99, less $100.01 and $101.20.
    expect(amounts(held, proposal({ notional_pct: 5 }))).toEqual(['303.7895']);
    expect(amounts(foreign, proposal({ notional_pct: 5 }))).toEqual(['504.9995']);
  });

  it('grows and shrinks with the regime', () => {
    expect(amounts(viewOf({}, capped(3), '0.6'), proposal(), proposal({ symbol: ETH }))).toEqual(['180']);
    expect(amounts(viewOf({}, capped(3), '1.2'), proposal())).toEqual(['360']);
  });

  it('leaves it to risk to say that the regime allows nothing, or that the size is negative', () => {
    expect(amounts(viewOf({}, capped(3), '0'), proposal())).toEqual(['0']);
    expect(amounts(viewOf({}, capped(3)), proposal({ notional_pct: -1 }))).toEqual(['-100']);
    // Also where the budget is taken already: the cap is not what stops it.
    const held = { positions: { [SOL]: positionOf('1') } };
    expect(amounts(viewOf(held, capped(3), '0'), proposal())).toEqual(['0']);
    expect(amounts(viewOf(held, capped(0.5)), proposal({ notional_pct: -1 }))).toHaveLength(1);
  });

  it('is not made wider by a proposal of a negative size', () => {
    const given = [proposal({ symbol: BTC, notional_pct: -50, conviction: 1 }), proposal({ symbol: ETH })];

    expect(amounts(viewOf({}, capped(2)), ...given)).toEqual(['-5000', '200']);
  });

  it('ends with its trades per cycle, exits not counted', () => {
    const config = configOf({ signals: { strategy: { [FIRST]: { max_trades_per_cycle_per_strategy: 2 } } } });
    const view = viewOf({ positions: { [SOL]: positionOf('1') } }, config);
    const entries = [proposal(), proposal({ symbol: DOGE }), proposal({ symbol: ETH })];

    expect(outcome([proposal({ symbol: SOL, side: 'SELL' }), ...entries], view)).toEqual({
      taken: [`${SOL} ${FIRST}`, `${BTC} ${FIRST}`, `${DOGE} ${FIRST}`],
      dropped: [`${ETH} ${FIRST} strategy_cap`],
    });
  });
});

it('[REQ-STR3] what a budget leaves no room for is no trade of this cycle', () => {
  const strategy = { [FIRST]: { max_strategy_at_risk_pct: 1, max_trades_per_cycle_per_strategy: 1 } };
  const view = viewOf({ positions: { [SOL]: positionOf('0.95') } }, configOf({ signals: { strategy } }));
  const given = [proposal({ conviction: 1 }), proposal({ symbol: ETH, notional_pct: 0.04 })];

  expect(outcome(given, view)).toEqual({
    taken: [`${ETH} ${FIRST}`],
    dropped: [`${BTC} ${FIRST} strategy_cap`],
  });
});

describe('what is held or on its way', () => {
  it.each([
    ['an order on its way', { working: { a: workingOf(BTC) } }, 'order_working'],
    ['a position of its own', { positions: { [BTC]: positionOf('1') } }, 'already_held'],
    [
      'a position of another strategy',
      { positions: { [BTC]: positionOf('1', { strategy: SECOND }) } },
      'held_by_other',
    ],
  ])('is not added to: %s', (_, account, reason) => {
    expect(outcome([proposal()], viewOf(account)).dropped).toEqual([`${BTC} ${FIRST} ${reason}`]);
  });

  it('is no order on its way where it only rests to protect', () => {
    const protection = workingOf(BTC, { side: 'SELL', purpose: 'protect', quantity: quantity('1') });
    const held = { positions: { [BTC]: positionOf('1') }, working: { a: protection } };

    expect(outcome([proposal()], viewOf(held)).dropped).toEqual([`${BTC} ${FIRST} already_held`]);
  });

  it.each([FIRST, SECOND])('does not count where it is too little to sell, whoever left it there: %s', (strategy) => {
    const rest = { positions: { [BTC]: positionOf('0.001', { strategy }) } };

    expect(outcome([proposal()], viewOf(rest)).taken).toEqual([`${BTC} ${FIRST}`]);
  });
});

describe('a strategy that wants to leave', () => {
  const leave = proposal({ side: 'SELL' });

  it('sells all that is free of its own position', () => {
    const selling = workingOf(BTC, { side: 'SELL', quantity: quantity('1') });
    const view = viewOf({ positions: { [BTC]: positionOf('3') }, working: { a: selling } });

    expect(toText(integrate([leave], [], view).candidates[0]?.quantity as Quantity)).toBe('2');
  });

  it.each([
    ['another strategy owns it', { positions: { [BTC]: positionOf('1', { strategy: SECOND }) } }, 'not_owner'],
    [
      'all of it is being sold',
      { positions: { [BTC]: positionOf('1') }, working: { a: workingOf(BTC, { side: 'SELL' }) } },
      'exit_working',
    ],
  ])('may not when %s', (_, account, reason) => {
    expect(outcome([leave], viewOf(account)).dropped).toEqual([`${BTC} ${FIRST} ${reason}`]);
  });

  it('[REQ-R1] and has nothing goes on to risk, which calls it by its name', () => {
    expect(integrate([leave], [], viewOf()).candidates).toMatchObject([
      { side: 'SELL', purpose: 'exit', quantity: 0n, budget: usd('0') },
    ]);
  });
});
