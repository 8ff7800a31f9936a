import { describe, expect, it } from 'vitest';
import {
  AS_OF_MS,
  accountOf,
  BTC,
  breakdown,
  breakout,
  calmMarket,
  candlesTo,
  configOf,
  DOGE,
  ETH,
  positionOf,
  SLOT_MS,
  SOL,
  snapshotOf,
  symbolOf,
  T,
  workingOf,
} from '../../../test/core/world.ts';
import type { SymbolSnapshot } from '../market/snapshot.ts';
import { price, toText, usd } from '../money/fixed.ts';
import type { StrategyModules } from '../strategies/bind.ts';
import { strategyModules } from '../strategies/registry.ts';
import type { StrategyView } from '../strategies/strategy.ts';
import { applyChanges } from './apply-changes.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';

const rising = symbolOf(BTC, { closes: breakout() });
const others = calmMarket().filter(({ productId }) => productId !== BTC);

function reasons(decision: Decision): Readonly<Record<string, string>> {
  return Object.fromEntries(decision.reasons.map(({ symbol, reason }) => [symbol, reason]));
}

function market(...changed: readonly SymbolSnapshot[]) {
  const ids = new Set(changed.map(({ productId }) => productId));
  return snapshotOf([...changed, ...calmMarket().filter(({ productId }) => !ids.has(productId))]);
}

describe('a healthy cycle', () => {
  it('[I12] orders what breaks out and says why everything else is left alone', () => {
    const decision = decide(market(rising), accountOf(), configOf());

    expect(reasons(decision)).toEqual({
      [BTC]: 'entry',
      [ETH]: 'no_signal',
      [SOL]: 'no_signal',
      [DOGE]: 'no_signal',
    });
    expect(decision.orders).toHaveLength(1);
    expect(decision.breaches).toEqual([]);
    expect(decision.gates).toEqual([]);
  });

  it('[REQ-X1] names, sizes, prices, protects and dates the order', () => {
    const [order] = decide(market(rising), accountOf(), configOf()).orders;

    // 5 % of $10,000 at most, fee of 1.2 % included; ask 100.01 plus 20 bps on the grid; stop 4 %, target 8 % off the ask.
    expect(order?.client_order_id).toBe(`test-BTC-USD-${SLOT_MS / 1000}-e1`);
    expect(toText(order?.limit_price ?? price('0'))).toBe('100.21');
    expect(order && order.reserved <= usd('500') && order.reserved > usd('499.99')).toBe(true);
    expect(toText(order?.stop_price ?? price('0'))).toBe('96');
    expect(toText(order?.take_profit_price ?? price('0'))).toBe('108.02');
    expect(order?.not_after_ms).toBe(AS_OF_MS + 30_000);
    expect(order?.strategy).toBe('donchian-breakout');
  });

  it('[I12] gives exactly one reason to a held symbol that no tier names', () => {
    const account = accountOf({ positions: { [BTC]: positionOf('1') } });
    const config = configOf({ universe: { tiers: { T1: { symbols: ['ETH-USD'] } }, themes: { MAJORS: ['ETH-USD'] } } });
    const decision = decide(market(), account, config);

    expect(decision.reasons.map(({ symbol }) => symbol)).toEqual([BTC, DOGE, ETH, SOL]);
    expect(reasons(decision)[BTC]).toBe('holding');
  });

  it('says that nothing runs when every strategy is switched off [REQ-STR2]', () => {
    const decision = decide(
      market(rising),
      accountOf(),
      configOf({ signals: { strategy: { 'donchian-breakout': { enabled: false } } } }),
    );

    expect(decision.strategies.map(({ status }) => status)).toEqual(['skipped (disabled)', 'skipped (disabled)']);
    expect(reasons(decision)[BTC]).toBe('no_strategy');
    expect(decision.proposals_count).toBe(0);
  });

  it('raises the high-water mark and never lowers it', () => {
    const raised = decide(market(), accountOf({ high_water_mark: usd('9999') }), configOf());
    const kept = decide(market(), accountOf({ high_water_mark: usd('10001') }), configOf());

    expect(raised.account_changes.high_water_mark).toBe('10000');
    expect(kept.account_changes.high_water_mark).toBe('10001');
  });

  it('refuses to decide on bars of another interval than the configured one', () => {
    expect(() => decide(market(), accountOf(), configOf({ signals: { interval: '1h' } }))).toThrow(/1m bars.*1h bars/);
  });

  it('cannot be changed by whoever receives it', () => {
    const decision = decide(market(rising), accountOf(), configOf());

    expect(Object.isFrozen(decision.orders[0])).toBe(true);
    expect(Object.isFrozen(decision.account_changes.strategy_state)).toBe(true);
  });
});

describe('gates', () => {
  const stopped = accountOf({ positions: { [ETH]: positionOf('1', { stop_price: price('101') }) } });

  it.each([
    ['[REQ-K1] the kill switch', { killed: 'operator' }, 'killed', 'KILL_SWITCH'],
    ['[REQ-TIME1] an untrusted clock', { clockRefusal: 'drift 180 ms' }, 'clock', 'CLOCK'],
    ['[REQ-EX1] an exchange that is down', { exchangeDown: 'maintenance' }, 'exchange_down', 'EXCHANGE'],
  ] as const)('%s stops proposals, entries and exits in the same cycle', (_, conditions, reason, kind) => {
    const decision = decide(
      { ...market(rising), ...snapshotOf(market(rising).symbols, { conditions }) },
      stopped,
      configOf(),
    );

    expect(decision.orders).toEqual([]);
    expect(decision.strategies[0]?.status).toBe('skipped (halted)');
    expect(new Set(Object.values(reasons(decision)))).toEqual(new Set([reason]));
    expect(decision.breaches.map((breach) => breach.kind)).toEqual([kind]);
  });

  it('[REQ-ST1] data that is old everywhere stops everything and says STALENESS', () => {
    const late = snapshotOf(market(rising).symbols, { asOfMs: SLOT_MS + 600_000 });
    const decision = decide(late, stopped, configOf());

    expect(decision.orders).toEqual([]);
    expect(decision.gates).toEqual([{ gate: 'staleness', reason: 'no symbol has fresh data' }]);
    expect(decision.breaches.map(({ kind, subject }) => `${kind} ${subject}`)).toContain('STALENESS account');
  });

  it('[I7] a broken ledger freezes entries and lets a stop through', () => {
    const decision = decide(
      snapshotOf(market(rising).symbols, { conditions: { ledgerBreak: 'cash' } }),
      stopped,
      configOf(),
    );

    expect(reasons(decision)).toMatchObject({ [BTC]: 'ledger', [ETH]: 'exit_stop' });
    expect(decision.breaches).toEqual([{ kind: 'LEDGER', subject: 'account', detail: 'cash' }]);
  });

  it.each([
    ['one tick above the limit', '11111.111111111111', true],
    ['exactly at the limit', '11111.111111111112', false],
  ])('[REQ-DD1] drawdown %s', (_, mark, mayEnter) => {
    // 10,000 of 11,111.11... is 10 % down to the last digit that money has.
    const decision = decide(market(rising), accountOf({ high_water_mark: usd(mark) }), configOf());

    expect(decision.orders.length > 0).toBe(mayEnter);
    expect(decision.breaches.some(({ kind }) => kind === 'DRAWDOWN')).toBe(!mayEnter);
    expect(reasons(decision)[SOL]).toBe(mayEnter ? 'no_signal' : 'drawdown');
  });

  it('[REQ-DD1] proposes no entry in a drawdown and still takes a strategy out of its position', () => {
    const account = accountOf({ high_water_mark: usd('20000'), positions: { [ETH]: positionOf('1') } });
    const decision = decide(market(rising, symbolOf(ETH, { closes: breakdown() })), account, configOf());

    expect(decision.proposals_count).toBe(1);
    expect(reasons(decision)).toMatchObject({ [BTC]: 'drawdown', [ETH]: 'exit_signal' });
  });

  it('a frozen product is left alone in both directions and reported', () => {
    const account = accountOf({ ...stopped, frozen: { [ETH]: 'ledger differs', [BTC]: 'ledger differs' } });
    const decision = decide(market(rising), account, configOf());

    expect(reasons(decision)).toMatchObject({ [BTC]: 'frozen', [ETH]: 'frozen' });
    expect(decision.breaches.map(({ subject }) => subject)).toEqual([BTC, ETH]);
  });
});

describe('exits', () => {
  it.each([
    ['stop', { stop_price: price('99.99') }],
    ['target', { take_profit_price: price('99.99') }],
    ['time', { opened_at_ms: AS_OF_MS - 72 * 3_600_000 }],
  ] as const)('closes the whole position on its %s', (reason, patch) => {
    const account = accountOf({ positions: { [SOL]: positionOf('2', patch) } });
    const [order] = decide(market(), account, configOf()).orders;

    expect(order).toMatchObject({ side: 'SELL', purpose: 'exit', reason, product_id: SOL, reserved: 0n });
    expect(toText(order?.quantity ?? usd('0'))).toBe('2');
    expect(toText(order?.limit_price ?? usd('0'))).toBe('99');
  });

  it('[I4] goes past cooldown, drawdown, regime and caps', () => {
    const account = accountOf({
      high_water_mark: usd('1000000'),
      cooldowns: { [SOL]: { until_ms: AS_OF_MS + 1, reason: 'stop' } },
      positions: { [SOL]: positionOf('50', { stop_price: price('99.99') }) },
    });
    const decision = decide(market(), account, configOf({ policy: { regime: { override: 'crash' } } }));

    expect(reasons(decision)[SOL]).toBe('exit_stop');
  });

  it('[REQ-ST1] waits while the data of its symbol is stale', () => {
    const old = symbolOf(SOL, { quote: { timeMs: AS_OF_MS - 5001 } });
    const account = accountOf({ positions: { [SOL]: positionOf('2', { stop_price: price('101') }) } });
    const decision = decide(market(old), account, configOf());

    expect(decision.orders).toEqual([]);
    expect(reasons(decision)[SOL]).toBe('stale_quote');
    expect(decision.breaches).toContainEqual(expect.objectContaining({ kind: 'STALENESS', subject: SOL }));
  });

  it('[REQ-EX1] waits while its product is taken out of trading', () => {
    const off = symbolOf(SOL, {
      product: {
        flags: { ...(symbolOf(SOL).product as NonNullable<SymbolSnapshot['product']>).flags, viewOnly: true },
      },
    });
    const account = accountOf({ positions: { [SOL]: positionOf('2', { stop_price: price('101') }) } });
    const decision = decide(market(off), account, configOf());

    expect(decision.assessments[0]?.risk_reason).toBe('product_disabled');
    expect(reasons(decision)[SOL]).toBe('product_disabled');
  });

  it('[I5] does not sell twice what is being sold', () => {
    const selling = workingOf(SOL, {
      side: 'SELL',
      purpose: 'exit',
      quantity: positionOf('2').lots[0]?.quantity as never,
    });
    const account = accountOf({
      positions: { [SOL]: positionOf('2', { stop_price: price('101') }) },
      working: { [selling.client_order_id]: selling },
    });

    expect(reasons(decide(market(), account, configOf()))[SOL]).toBe('order_working');
  });

  it('leaves a remainder that the exchange would not take, and lets its symbol be traded again', () => {
    const dust = accountOf({ positions: { [BTC]: positionOf('0.001', { stop_price: price('101') }) } });

    expect(reasons(decide(market(), dust, configOf()))[BTC]).toBe('holding');
    const roomy = configOf({ policy: { proposals: { base_position_pct: { T1: 4 } } } });
    expect(reasons(decide(market(rising), dust, roomy))[BTC]).toBe('entry');
  });

  it('prefers the stop over the strategy that wants to leave as well', () => {
    const account = accountOf({ positions: { [BTC]: positionOf('1', { stop_price: price('101') }) } });
    const decision = decide(market(symbolOf(BTC, { closes: breakdown() })), account, configOf());

    expect(decision.orders.map(({ reason }) => reason)).toEqual(['stop']);
    expect(decision.assessments.map(({ risk_reason }) => risk_reason)).toEqual([null, 'symbol_taken']);
  });
});

describe('positions without a price', () => {
  it('values a position without a quote at its last close, then at cost, and says so', () => {
    const account = accountOf({ positions: { [SOL]: positionOf('1') } });
    const noQuote = decide(market(symbolOf(SOL, { quote: null, closes: [200] })), account, configOf());
    const nothing = decide(
      market(symbolOf(SOL, { quote: null, candles: {}, lastTradedBarIndex: null })),
      account,
      configOf(),
    );

    expect(noQuote.equity).toBe('10200');
    expect(nothing.equity).toBe('10100');
    expect(noQuote.breaches).toContainEqual(expect.objectContaining({ kind: 'VALUATION', subject: SOL }));
    expect(nothing.breaches).toContainEqual({
      kind: 'VALUATION',
      subject: SOL,
      detail: 'no price is known: valued at cost',
    });
  });

  it('watches the data of a position that no tier names any more', () => {
    const config = configOf({ universe: { tiers: { T2: { symbols: [] } } } });
    const account = accountOf({ positions: { [SOL]: positionOf('1') } });
    const decision = decide(market(symbolOf(SOL, { lastTradedBarIndex: T - 10 })), account, config);

    expect(decision.breaches).toEqual([{ kind: 'STALENESS', subject: SOL, detail: 'stale_bars' }]);
  });
});

describe('a strategy that fails', () => {
  const broken: StrategyModules = {
    ...strategyModules,
    'time-series-momentum': {
      name: 'time-series-momentum',
      params: (strategyModules['time-series-momentum'] as (typeof strategyModules)[string]).params,
      bind: () => ({
        name: 'time-series-momentum',
        warmupBars: 5,
        generateProposals: () => {
          throw new Error('division by a mood');
        },
      }),
    },
  };

  it('is reported and does not disturb the others', () => {
    const config = configOf({ signals: { strategy: { 'time-series-momentum': { enabled: true } } } });
    const decision = decide(market(rising), accountOf(), config, broken);

    expect(decision.strategies.map(({ status }) => status)).toEqual(['ran', 'failed']);
    expect(reasons(decision)[BTC]).toBe('entry');
    expect(decision.breaches).toEqual([
      { kind: 'STRATEGY_FAILED', subject: 'time-series-momentum', detail: 'Error: division by a mood' },
    ]);
  });
});

it('[REQ-STR1] shows a strategy what it may enter and what it holds, ascending, with its own closed bars', () => {
  const seen: StrategyView[] = [];
  const name = 'donchian-breakout';
  const watching: StrategyModules = {
    [name]: {
      name,
      params: (strategyModules[name] as (typeof strategyModules)[string]).params,
      bind: () => ({
        name,
        warmupBars: 5,
        generateProposals(view, state) {
          seen.push(view);
          return { proposals: [], state };
        },
      }),
    },
  };
  const account = accountOf({ positions: { [ETH]: positionOf('1'), [SOL]: positionOf('1', { strategy: 'other' }) } });
  const { symbols, ...rest } = market(symbolOf(DOGE, { product: { quoteVolume24h: null } }));
  decide({ ...rest, symbols: symbols.toReversed() }, account, configOf(), watching);

  expect(seen[0]?.symbols.map(({ productId, isHeld, baseSizePct }) => [productId, isHeld, baseSizePct])).toEqual([
    [BTC, false, 5],
    [ETH, true, 5],
    [SOL, false, 3],
  ]);
  expect(seen[0]?.symbols[0]?.candles.index.at(-1)).toBe(T);
});

describe('[REQ-STR3] a strategy with so many places', () => {
  const name = 'cross-sectional-rotation';
  const settings = { ...configOf().signals.strategy['donchian-breakout'], enabled: true, shadow: false } as never;
  const params = {
    lookback_bars: 10,
    volatility_lookback_bars: 10,
    hold_count: 1,
    exit_rank: 3,
    min_return_pct: 0.1,
    min_score: 0,
    target_score: 0.1,
    stop_loss_pct: 4,
    take_profit_pct: 8,
  };
  const alone = { 'donchian-breakout': { enabled: false }, [name]: { ...(settings as object), params } };
  const config = configOf({ signals: { strategy: alone as never } });
  const bought = (account: Parameters<typeof accountOf>[0], ...changed: readonly SymbolSnapshot[]) =>
    decide(market(rising, ...changed), accountOf(account), config)
      .orders.filter(({ side }) => side === 'BUY')
      .map(({ product_id }) => product_id);
  const held = { positions: { [ETH]: positionOf('1', { strategy: name }) } };

  it('buys while one is free, and not while all are taken', () => {
    expect(bought({})).toEqual([BTC]);
    expect(bought(held)).toEqual([]);
    expect(bought({ positions: { [ETH]: positionOf('1') } })).toEqual([BTC]);
  });

  it.each([
    ['its bars are too old', symbolOf(ETH, { lastTradedBarIndex: T - 5 })],
    ['its price has jumped', symbolOf(ETH, { quote: { bid: price('150'), ask: price('150.02') } })],
    ['its bars are still to be read', symbolOf(ETH, { candles: { '1m': candlesTo(T - 1, [100]) } })],
  ])('has no place free for what it cannot judge now, as when %s', (_, unseen) => {
    expect(bought(held, unseen)).toEqual([]);
  });

  it('has no place free while it waits for one to be bought', () => {
    expect(bought({ working: { a: workingOf(ETH, { strategy: name }) } })).toEqual([]);
    expect(bought({ working: { a: workingOf(ETH) } })).toEqual([BTC]);
  });

  it('counts what its paper book holds where it has no authority', () => {
    const shadow = configOf({
      signals: { strategy: { ...alone, [name]: { ...(settings as object), shadow: true, params } } as never },
    });
    const first = decide(market(symbolOf(ETH, { closes: breakout() })), accountOf(), shadow);
    const account = applyChanges(accountOf(), first.account_changes);
    const proposed = (given: Parameters<typeof accountOf>[0]) =>
      decide(market(rising, symbolOf(ETH, { lastTradedBarIndex: T - 5 })), accountOf(given), shadow).shadow_proposals;

    expect(first.shadow_proposals).toMatchObject([{ symbol: ETH, side: 'BUY' }]);
    expect(proposed(held)).toMatchObject([{ symbol: BTC, side: 'BUY' }]);
    expect(proposed({ shadow: account.shadow })).toEqual([]);
  });
});

describe('regime', () => {
  it('[REQ-U3] scales the size of an entry at once and closes entries in a crash', () => {
    const spent = (override: 'bull' | 'chop' | 'bear' | 'crash') =>
      decide(market(rising), accountOf(), configOf({ policy: { regime: { override } } }));

    const [bull, chop, bear] = (['bull', 'chop', 'bear'] as const).map((name) =>
      Math.round(Number(toText(spent(name).orders[0]?.reserved ?? usd('0')))),
    );
    expect([bull, chop, bear]).toEqual([600, 500, 300]);
    expect(spent('bull').regime_multiplier).toBe(1.2);
    expect(reasons(spent('crash'))[BTC]).toBe('regime');
    expect(others).toHaveLength(3);
  });

  it('[REQ-U3] tells when no daily close says what the regime is, and takes it for chop', () => {
    const decision = decide(market(rising), accountOf(), configOf({ policy: { regime: { override: 'none' } } }));

    expect(decision).toMatchObject({ regime: 'chop', regime_source: 'no_bars', regime_figures: null });
    expect(decision.breaches).toContainEqual(expect.objectContaining({ kind: 'DATA_MISSING', subject: BTC }));
  });
});
