import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../cycle/canonical-json.ts';
import { decide } from '../cycle/decide.ts';
import type { Bar } from '../market/candles.ts';
import type { ProductId } from '../market/product.ts';
import { price, quantity, usd } from '../money/fixed.ts';
import type { Account } from '../portfolio/account.ts';
import { type BacktestEvents, type BacktestInput, openBacktest } from './engine.ts';
import { Journal } from './journal.ts';
import { noiseAt, textKey } from './noise.ts';
import { reportOf } from './report.ts';
import { barsAt, FACTS, FIRST, IDS, inputOf, NO_FEES, tradingConfig, walkOf } from './testing/bar-world.ts';
import { alternating, heldFrom } from './testing/bench-strategies.ts';

const BARS = 1_900;
const DAY_MS = 86_400_000;

/** The market of a seed; `thin`: so many bars in a hundred are missing; one symbol comes late and another one ends early. */
function marketOf(seed: number, thin = 2): Map<ProductId, readonly Bar[]> {
  return new Map(
    IDS.map((id, k) => {
      const bars = walkOf(id, BARS, seed).filter(
        (bar, i) => i === 0 || noiseAt(seed, textKey(`thin ${id}`), bar.index) * 100 > thin,
      );
      const [from, to] = k === 2 ? [500, BARS] : [0, k === 3 ? 1_000 : BARS];
      return [id, bars.filter(({ index }) => index >= FIRST + from && index < FIRST + to)];
    }),
  );
}

/** The same walk in bars of four hours: three hundred days. */
function monthsOf(seed: number): Map<ProductId, readonly Bar[]> {
  const first = FIRST / 240;
  return new Map(
    [...marketOf(seed)].map(([id, bars]) => [id, bars.map((bar) => ({ ...bar, index: bar.index - FIRST + first }))]),
  );
}

function silentReference(bars: Map<ProductId, readonly Bar[]>): Map<ProductId, readonly Bar[]> {
  const [reference] = IDS as [ProductId];
  return bars.set(reference, (bars.get(reference) ?? []).slice(0, 900));
}

/** A bar takes two to four coins. */
function shallow(bars: Map<ProductId, readonly Bar[]>): Map<ProductId, readonly Bar[]> {
  return new Map([...bars].map(([id, own]) => [id, own.map((bar) => ({ ...bar, volume: bar.volume / 50 }))]));
}

/** The second symbol stands still, falls through every bid in its bar 1,000 and is heard of no more. */
function endingUnder(bars: Map<ProductId, readonly Bar[]>): Map<ProductId, readonly Bar[]> {
  const [, second] = IDS as [ProductId, ProductId];
  const still = barsAt(Array.from({ length: 1_001 }, () => 100));
  return bars.set(second, [...still.slice(0, -1), { ...(still.at(-1) as Bar), low: 98, close: 99 }]);
}

/** A market that changes its mind at little. */
const moody = {
  override: 'none',
  trend_lookback_days: 5,
  trend_enter_pct: 0.3,
  trend_exit_pct: -0.1,
  volatility_lookback_days: 5,
  crash_lookback_days: 3,
  crash_drop_pct: 0.6,
  crash_volatility_pct: 3,
  crash_exit_volatility_pct: 2,
  confirm_days: 1,
};

const bracket = { exits: { exchange_protection: 'bracket' } };
const tight = { T1: { max_spread_bps: 5.9 }, T2: { max_spread_bps: 5.95 }, T3: { max_spread_bps: 6.5 } };
const loose = { T1: { max_spread_bps: 500 }, T2: { max_spread_bps: 500 }, T3: { max_spread_bps: 500 } };
/** A thousand bars of ten thousand coins at 100. */
const exact = { T1: { min_24h_volume_usd: usd('1000000000') }, T2: { min_24h_volume_usd: usd('1000000000') } };
const PATIENT = { ttl_seconds: { T1: 3_000, T2: 3_000, T3: 3_000 }, max_reprices: 0, taker_fallback: false };
/** What a day of these markets trades, give or take. */
const dear = { T1: { min_24h_volume_usd: usd('424000000') }, T2: { min_24h_volume_usd: usd('424000000') } };
const losses = {
  max_drawdown_pct: 3,
  daily_stop_pnl_pct: -1,
  cooldown_after_loss_trades: 2,
  loss_streak_pause_minutes: 45,
};

const banned = {
  red_flags: [{ symbol: IDS[1], until: new Date((FIRST + 1_003) * 60_000).toISOString(), reason: 'under suspicion' }],
  renamed: { 'OLD-USD': 'NEW-USD' },
  tiers: { T3: { symbols: ['OLD-USD'] } },
};

/** `words`: what must have happened there. */
const WORLDS: readonly [name: string, input: BacktestInput, words?: readonly string[]][] = [
  ['the strategy and nothing else', inputOf({ bars: marketOf(1) })],
  ['brackets that rest', inputOf({ bars: marketOf(2), config: tradingConfig({ policy: bracket }) })],
  ['a thin market', inputOf({ bars: marketOf(3, 40), config: tradingConfig({ policy: bracket }) })],
  ['a very thin market', inputOf({ bars: marketOf(4, 80) })],
  [
    'spreads that tremble at their limit',
    inputOf({ bars: marketOf(5), config: tradingConfig({ universe: { tiers: tight } }) }),
  ],
  ['volumes round their floor', inputOf({ bars: marketOf(6), config: tradingConfig({ universe: { tiers: dear } }) })],
  [
    'losses that stop it',
    inputOf({
      bars: marketOf(7),
      config: tradingConfig({ policy: { risk: losses, ...bracket } }),
      modules: alternating('donchian-breakout', 14),
    }),
  ],
  [
    'stops that trail',
    inputOf({
      bars: marketOf(8),
      config: tradingConfig({ policy: { exits: { ...bracket.exits, trailing_stop_pct: 1 } } }),
    }),
  ],
  [
    'positions that are old',
    inputOf({ bars: marketOf(9), config: tradingConfig({ policy: { exits: { max_hold_hours: 1 } } }) }),
  ],
  ['wide stops and near targets', inputOf({ bars: marketOf(10), modules: alternating('donchian-breakout', 90) })],
  [
    'longer bars',
    inputOf({
      bars: marketOf(11),
      config: tradingConfig({ policy: bracket, signals: { strategy: { 'donchian-breakout': { interval: '5m' } } } }),
    }),
  ],
  [
    'gains that cost nothing',
    inputOf({ bars: marketOf(13), fees: NO_FEES, spreadBps: 0.1, modules: alternating('donchian-breakout', 200) }),
  ],
  [
    'young listings',
    inputOf({
      bars: marketOf(12),
      config: tradingConfig({ universe: { min_listing_age_days: 1 } }),
      product: { listedAtMs: (FIRST + 3) * 60_000 },
    }),
    ['new_listing'],
  ],
  [
    'histories that are short',
    inputOf({ bars: marketOf(14), config: tradingConfig({ universe: { min_history_bars: 280 } }) }),
    ['insufficient_history'],
  ],
  [
    'windows that are short',
    inputOf({
      bars: marketOf(15),
      config: tradingConfig({ signals: { strategy: { 'donchian-breakout': { interval: '5m' } } } }),
      modules: alternating('donchian-breakout', 8, 120),
    }),
    ['insufficient_history'],
  ],
  [
    'a ban that ends and a name that is gone',
    inputOf({ bars: marketOf(16), config: tradingConfig({ universe: banned }) }),
    ['red_flag', 'renamed'],
  ],
  [
    'entries that come too late',
    inputOf({
      bars: marketOf(17),
      config: tradingConfig({
        policy: { risk: { max_open_positions: 1 } },
        signals: { max_signal_age_minutes: 2, strategy: { 'donchian-breakout': { interval: '5m' } } },
      }),
      modules: alternating('donchian-breakout', 8),
    }),
    ['stale_signal'],
  ],
  [
    'a position that falls to dust',
    inputOf({
      bars: new Map([...marketOf(21)].slice(0, 1)),
      product: { quoteMinSize: usd('485') },
      modules: alternating('donchian-breakout', 90),
    }),
  ],
  [
    'sales in a thin market that leave less than the smallest order',
    inputOf({
      bars: shallow(marketOf(22)),
      product: { baseMinSize: quantity('1.5') },
      modules: alternating('donchian-breakout', 90),
    }),
  ],
  [
    'a maker that fills in the last bar of its market',
    inputOf({
      bars: endingUnder(marketOf(23)),
      config: tradingConfig({ policy: { execution: { entry_route: 'maker_first', maker: PATIENT } } }),
      modules: heldFrom('donchian-breakout', FIRST + 995),
    }),
    ['stale_bars'],
  ],
  [
    'prices of few steps',
    inputOf({
      bars: marketOf(24),
      product: { priceIncrement: price('0.5') },
      config: tradingConfig({ universe: { tiers: loose }, policy: { data: { outlier_min_sigma_bps: 5 } } }),
    }),
  ],
  [
    'listings that nobody dates',
    inputOf({
      bars: marketOf(25),
      product: { listedAtMs: null },
      config: tradingConfig({ universe: { min_listing_age_days: 1 } }),
    }),
    ['new_listing'],
  ],
  [
    'nobody to ask, and no history asked for',
    inputOf({
      bars: marketOf(26),
      config: tradingConfig({
        universe: { min_history_bars: 0 },
        signals: { strategy: { 'donchian-breakout': { enabled: false } } },
      }),
    }),
  ],
  [
    'a volume that comes to its floor to the cent',
    inputOf({
      bars: new Map(IDS.map((id) => [id, barsAt(Array.from({ length: BARS }, () => 100))])),
      config: tradingConfig({ universe: { tiers: exact } }),
    }),
    ['low_volume'],
  ],
  [
    'a reference that nobody lists',
    inputOf({ bars: marketOf(27), config: tradingConfig({ policy: { regime: { reference: 'NONE-USD' } } }) }),
  ],
  [
    'a reference that is listed late',
    inputOf({ bars: marketOf(28), config: tradingConfig({ policy: { regime: { reference: IDS[2] } } }) }),
  ],
  ['a reference that falls silent', inputOf({ bars: silentReference(marketOf(20)) }), ['stale_data']],
  [
    'months in every regime',
    inputOf({
      bars: monthsOf(18),
      baseInterval: '4h',
      config: tradingConfig({
        policy: {
          regime: moody,
          exits: { max_hold_hours: 2_000, tighten_stops_in_crash: true, crash_stop_factor: 0.1 },
        },
        signals: { interval: '4h', strategy: { 'donchian-breakout': { interval: '4h' } } },
      }),
      modules: alternating('donchian-breakout', 60),
    }),
    ['regime'],
  ],
  [
    'months of losses',
    inputOf({
      bars: monthsOf(19),
      baseInterval: '4h',
      config: tradingConfig({
        policy: {
          risk: {
            ...losses,
            daily_stop_pnl_pct: -0.1,
            weekly_stop_pnl_pct: -0.5,
            max_drawdown_pct: 50,
            max_rolling_drawdown_pct: 0.8,
            rolling_drawdown_days: 5,
          },
        },
        signals: { interval: '4h', strategy: { 'donchian-breakout': { interval: '4h' } } },
      }),
      modules: alternating('donchian-breakout', 14),
    }),
    ['daily_stop', 'weekly_stop'],
  ],
];

interface Run {
  readonly report: string;
  readonly account: Account;
  readonly quiet: number;
}

function run(input: BacktestInput, isQuietAllowed: boolean): Run {
  // As if it went on for days: a report of a longer span draws fewer points, and each of them is a whole decision.
  const journal = new Journal({ ...input, toMs: input.toMs + 10 * DAY_MS });
  let quiet = 0;
  const events: BacktestEvents = {
    onFill: journal.onFill,
    onEnd: journal.onEnd,
    onSlot: journal.onSlot,
    ...(isQuietAllowed && {
      onQuiet: (slot) => {
        quiet += 1;
        journal.onQuiet(slot);
      },
    }),
  };
  const backtest = openBacktest(input, events);
  while (backtest.step());
  return { report: JSON.stringify(reportOf(FACTS, journal, backtest.account())), account: backtest.account(), quiet };
}

describe.each(WORLDS.map(([name, input, words = []]) => ({ name, input, words })))(
  '[REQ-BT1] [I8] with $name',
  ({ name, input, words }) => {
    const whole = run(input, false);
    const quick = run(input, true);

    it('a report with quiet slots is that without them, byte for byte, and so are the books', () => {
      expect(whole.quiet).toBe(0);
      expect(quick.report).toBe(whole.report);
      expect(canonicalJson(quick.account)).toBe(canonicalJson(whole.account));
    });

    it('there are quiet slots', () => {
      // Where a stop trails, quotes tremble, prices leap or data is thin most slots have to be looked at.
      const least = /tremble|thin|trail|nobody dates|few steps/.test(name) ? 0 : BARS / 4;
      expect(quick.quiet).toBeGreaterThanOrEqual(least);
      expect(words.filter((word) => !quick.report.includes(`"${word}"`))).toEqual([]);
    });

    it('in brief every decision is the full one without its words', () => {
      let compared = 0;
      const { config, modules } = input;
      const backtest = openBacktest(input, {
        onFill: () => undefined,
        onEnd: () => undefined,
        onSlot: (snapshot, account, brief) => {
          if (brief === null || compared > 300) return;
          compared += 1;
          const { universe, assessments, breaches, ...full } = decide(snapshot, account, config, modules);
          expect(canonicalJson({ ...brief, universe: null, assessments: null, breaches: null })).toBe(
            canonicalJson({ ...full, universe: null, assessments: null, breaches: null }),
          );
          expect(brief.universe.map(({ figures: _, ...record }) => record)).toEqual(
            universe.map(({ figures: _, ...record }) => record),
          );
          expect(brief.assessments.map(({ records: _, ...assessment }) => assessment)).toEqual(
            assessments.map(({ records: _, ...assessment }) => assessment),
          );
        },
      });
      while (backtest.step());

      expect(compared).toBeGreaterThan(300);
    });
  },
);
