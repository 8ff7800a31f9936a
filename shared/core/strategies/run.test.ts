import { describe, expect, it } from 'vitest';
import { BTC, candlesTo, configOf, ETH, SLOT_MS, SOL, T } from '../../../test/core/world.ts';
import { strategyModules } from '../strategies/registry.ts';
import { type BoundStrategy, bindStrategies } from './bind.ts';
import { runStrategies } from './run.ts';
import type { StrategyOutput, StrategyView, TradeProposal } from './strategy.ts';

const settings = {
  enabled: true,
  shadow: false,
  interval: '1m',
  priority: 1,
  max_strategy_at_risk_pct: 10,
  max_trades_per_cycle_per_strategy: 5,
  max_triggers_per_cycle: 2,
  params: {},
} as const;

const AGE_MS = 15 * 60_000;

const view: StrategyView = {
  slotMs: SLOT_MS,
  interval: '1m',
  symbols: [BTC, ETH, SOL].map((productId) => ({
    productId,
    baseSizePct: 3,
    candles: candlesTo(T, [1, 2, 3]),
    isHeld: false,
  })),
  holdings: [],
};

function proposal(patch: Partial<TradeProposal> = {}): TradeProposal {
  return {
    symbol: BTC,
    side: 'BUY',
    notional_pct: 2,
    stop_loss_pct: 3,
    take_profit_pct: 6,
    conviction: 0.5,
    strategy: 'mine',
    reason: 'breakout',
    trigger: { close: 3 },
    ...patch,
  };
}

function strategy(name: string, answer: (view: StrategyView, state: unknown) => unknown): BoundStrategy {
  const generateProposals = (given: StrategyView, state: unknown) => answer(given, state) as StrategyOutput;
  return { kind: 'ready', name, settings, strategy: { name, warmupBars: 1, generateProposals } };
}

const run = (...bound: readonly BoundStrategy[]) =>
  runStrategies(bound, () => view, { mine: { count: 1 }, other: 'kept' }, AGE_MS);

function unreadable(): never {
  throw new TypeError('not to be read');
}

describe('isolation', () => {
  it('a strategy that throws fails alone and keeps its old state', () => {
    const result = run(
      strategy('bad', () => {
        throw new TypeError('no such bar');
      }),
      strategy('mine', () => ({ proposals: [proposal()], state: { count: 2 } })),
    );

    expect(result.records).toEqual([
      { strategy: 'bad', status: 'failed', proposals_count: 0, detail: 'TypeError: no such bar' },
      { strategy: 'mine', status: 'ran', proposals_count: 1, detail: null },
    ]);
    expect(result.proposals).toEqual([proposal()]);
    expect(result.state).toEqual({ mine: { count: 2 }, other: 'kept' });
  });

  it('a strategy that throws something else than an error fails alone too', () => {
    const result = run(
      strategy('bad', () => {
        throw 'a word';
      }),
    );

    expect(result.records[0]?.detail).toBe('a word');
  });

  it.each([
    ['an object without a name', Object.create(null)],
    ['an error that cannot be read', Object.defineProperty(new Error(), 'message', { get: () => unreadable() })],
  ])('a strategy that throws %s fails alone too', (_, thrown) => {
    const result = run(
      strategy('bad', () => {
        throw thrown;
      }),
      strategy('mine', () => ({ proposals: [proposal()], state: null })),
    );

    expect(result.records.map(({ status }) => status)).toEqual(['failed', 'ran']);
    expect(result.records[0]?.detail).toBe('threw what cannot be read');
  });

  it('a strategy fails in a few words, however many it has: they go into records and alerts', () => {
    const bad = { ...proposal(), notional_pct: 'much', conviction: 'high' };
    const result = run(
      strategy('chatty', () => {
        throw new Error('no '.repeat(100_000));
      }),
      strategy('mine', () => ({ proposals: Array.from({ length: 5_000 }, () => bad), state: null })),
    );

    for (const { detail } of result.records) expect(detail?.length).toBeLessThanOrEqual(1_000);
    expect(result.records[0]?.detail).toMatch(/^Error: no no .*\.\.\.$/);
    expect(result.records[1]?.detail).toContain('notional_pct');
  });

  it('[REQ-STR1] nothing a strategy is given can be changed by it', () => {
    const before = { mine: { count: 1 } };
    const bound = [
      strategy('bad', (given) => {
        (given as { slotMs: number }).slotMs = 0;
      }),
      strategy('mine', (_, state) => {
        (state as { count: number }).count = 99;
      }),
    ];
    const result = runStrategies(bound, () => view, before, AGE_MS);

    expect(result.records.map(({ status }) => status)).toEqual(['failed', 'failed']);
    expect(view.slotMs).toBe(SLOT_MS);
    expect(before).toEqual({ mine: { count: 1 } });
    expect(Object.isFrozen(before.mine)).toBe(false);
  });
});

it('says of one on the bench why it is not asked, and keeps its state', () => {
  const result = run({ kind: 'benched', name: 'mine' });

  expect(result.records).toEqual([
    { strategy: 'mine', status: 'skipped (benched)', proposals_count: 0, detail: 'overran its time budget' },
  ]);
  expect(result.state).toEqual({ mine: { count: 1 }, other: 'kept' });
});

describe('[REQ-R2] the shape of an answer', () => {
  const { conviction: _left, ...withoutConviction } = proposal();

  it.each([
    ['nothing', undefined, /expected object/],
    ['a proposal that is nothing', { proposals: [null], state: null }, /expected object/],
    ['a proposal that is a word', { proposals: ['BUY'], state: null }, /expected object/],
    ['a promise', Promise.resolve({ proposals: [], state: null }), /Unrecognized|expected|Invalid/],
    ['a proposal without conviction', { proposals: [withoutConviction], state: null }, /conviction/],
    ['a proposal with more than asked', { proposals: [{ ...proposal(), leverage: 3 }], state: null }, /leverage/],
    ['a size that is no number', { proposals: [proposal({ notional_pct: Number.NaN })], state: null }, /notional_pct/],
    ['a size beyond all money', { proposals: [proposal({ notional_pct: 1e30 })], state: null }, /notional_pct/],
    ['a side that is neither', { proposals: [{ ...proposal(), side: 'SHORT' }], state: null }, /side/],
    [
      'a symbol it was not shown',
      { proposals: [proposal({ symbol: 'DOGE-USD' as never })], state: null },
      /DOGE-USD is not a symbol it was shown/,
    ],
    ['what is no symbol', { proposals: [proposal({ symbol: 'btc' as never })], state: null }, /symbol/],
    ['the name of another strategy', { proposals: [proposal({ strategy: 'other' })], state: null }, /strategy/],
    [
      'a reason of many words',
      { proposals: [proposal({ reason: 'To the moon!' })], state: null },
      /one lower-case word/,
    ],
    ['two proposals for a symbol', { proposals: [proposal(), proposal()], state: null }, /more than one proposal/],
    ['a state that JSON cannot hold', { proposals: [], state: { when: () => 1 } }, /state|Invalid/],
    ['a state too large for the account', { proposals: [], state: 'x'.repeat(20_000) }, /at most 20000 characters/],
  ])('%s is refused with an explicit error', (_, answer, detail) => {
    const result = run(strategy('mine', () => answer));

    expect(result.records[0]).toMatchObject({ status: 'failed', proposals_count: 0 });
    expect(result.records[0]?.detail).toMatch(detail);
    expect(result.proposals).toEqual([]);
    expect(result.state).toEqual({ mine: { count: 1 }, other: 'kept' });
  });
});

describe('[REQ-S1] triggers per cycle', () => {
  it('keeps the strongest, by symbol where they are equal, and every exit', () => {
    const given = [
      proposal({ symbol: ETH, conviction: 0.5 }),
      proposal({ symbol: BTC, conviction: 0.5 }),
      proposal({ symbol: SOL, conviction: 0.9 }),
    ];
    const result = run(strategy('mine', () => ({ proposals: given, state: null })));

    expect(result.proposals.map(({ symbol }) => symbol)).toEqual([SOL, BTC]);
    expect(result.dropped.map(({ proposal: { symbol }, record }) => [symbol, record.risk_reason])).toEqual([
      [ETH, 'max_triggers'],
    ]);
    expect(result.records[0]?.proposals_count).toBe(3);
  });

  it('does not count exits', () => {
    const given = [BTC, ETH, SOL].map((symbol) => proposal({ symbol, side: 'SELL' }));
    const result = run(strategy('mine', () => ({ proposals: given, state: null })));

    expect(result.proposals).toHaveLength(3);
  });
});

describe('the age of a signal', () => {
  const hourly = (minutes: number) =>
    runStrategies(
      [
        strategy('mine', () => ({
          proposals: [proposal(), proposal({ symbol: ETH, side: 'SELL' })],
          state: null,
        })),
      ],
      () => ({ ...view, slotMs: SLOT_MS + minutes * 60_000, interval: '1h' }),
      {},
      AGE_MS,
    );

  it.each([
    [0, ['BUY', 'SELL']],
    [14, ['BUY', 'SELL']],
    [15, ['SELL']],
    [59, ['SELL']],
  ])('%i min after the close of its bar a strategy may %s', (minutes, sides) => {
    expect(
      hourly(minutes)
        .proposals.map(({ side }) => side)
        .sort(),
    ).toEqual(sides);
  });

  it('is told where it was too high', () => {
    expect(hourly(15).dropped).toMatchObject([
      { proposal: { symbol: BTC }, record: { rule: 'max_signal_age', verdict: 'deny', risk_reason: 'stale_signal' } },
    ]);
    expect(hourly(14).dropped).toEqual([]);
  });

  it('never matters to bars that close more often', () => {
    const late = { ...view, slotMs: SLOT_MS + 7 * 60_000, interval: '5m' } as const;
    const given = strategy('mine', () => ({ proposals: [proposal()], state: null }));

    expect(runStrategies([given], () => late, {}, AGE_MS).proposals).toHaveLength(1);
  });
});

describe('[REQ-STR2] binding', () => {
  it('does not even look at a strategy that is switched off', () => {
    const signals = {
      interval: '1m',
      max_signal_age_minutes: 15,
      strategy: { unheard_of: { ...settings, enabled: false } },
    } as const;
    const bound = bindStrategies(signals, strategyModules);

    expect(bound).toEqual([{ kind: 'disabled', name: 'unheard_of' }]);
    expect(run(...bound).records).toEqual([
      { strategy: 'unheard_of', status: 'skipped (disabled)', proposals_count: 0, detail: null },
    ]);
  });

  it.each(['unheard_of', 'constructor', 'toString'])(
    'a strategy by the name of %s fails, saying which there are',
    (name) => {
      const result = run(
        ...bindStrategies(
          { interval: '1m', max_signal_age_minutes: 15, strategy: { [name]: settings } },
          strategyModules,
        ),
      );

      expect(result.records[0]).toMatchObject({ status: 'failed' });
      expect(result.records[0]?.detail).toMatch(/donchian-breakout, .*time-series-momentum/);
    },
  );

  it('a strategy with unusable parameters fails, saying what is wrong', () => {
    const given = configOf().signals.strategy['donchian-breakout'] as typeof settings;
    const signals = {
      interval: '1m',
      max_signal_age_minutes: 15,
      strategy: { 'donchian-breakout': { ...given, params: { entry_lookback_bars: 1 } } },
    } as const;

    expect(run(...bindStrategies(signals, strategyModules)).records[0]?.detail).toMatch(/entry_lookback_bars/);
  });

  it('binds by name, in order', () => {
    expect(bindStrategies(configOf().signals, strategyModules).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'donchian-breakout ready',
      'time-series-momentum disabled',
    ]);
  });
});
