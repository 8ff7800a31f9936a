import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCandleFile } from '../../shared/adapters/candles/csv.ts';
import { loadedFrom, shippedTexts } from '../../shared/config/testing/shipped.ts';
import type { DecisionConfig, StrategySettings } from '../../shared/core/cycle/decision-config.ts';
import { type Bar, barAt, type Candles, candlesFrom, fillGaps } from '../../shared/core/market/candles.ts';
import { INTERVAL_MS, type Interval, lastClosedBarIndex } from '../../shared/core/market/interval.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import type { MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import { productOf } from '../../shared/core/market/testing/product.ts';
import { price } from '../../shared/core/money/fixed.ts';
import { randomFrom, walk } from '../core/random-world.ts';
import { exampleOf } from '../core/strategy-examples.ts';
import { BTC, candlesTo, configOf, DOGE, ETH, SLOT_MS, SOL, snapshotOf } from '../core/world.ts';

/** Whole series, of which a decision may know only the beginning. */
export interface Market {
  readonly interval: Interval;
  readonly series: ReadonlyMap<ProductId, Candles>;
  /** Daily bars of the regime's reference. */
  readonly days: Candles;
  readonly first: number;
  readonly last: number;
  /** The bar at which the example of a strategy has it act; the last one of a market that is nobody's example. */
  readonly acts: number;
}

const BEFORE = 330;
const AFTER = 60;

/** The market that moves a strategy, its reverse, and two that wander; all of it goes on after the example's own end. */
export function syntheticMarket(strategy: string): Market {
  const { interval } = settingsOf(strategy);
  const acts = lastClosedBarIndex(SLOT_MS, interval);
  const { buys, sells } = exampleOf(strategy);
  const random = randomFrom(7);
  const wandering = () => candlesTo(acts + AFTER, walk(random, BEFORE + AFTER));
  const series = new Map([
    [BTC, continued(buys, sells, acts)],
    [ETH, continued(sells, buys, acts)],
    [SOL, wandering()],
    [DOGE, wandering()],
  ]);
  const first = acts - Math.min(buys.length, BEFORE) + 1;
  return { interval, series, days: daysUpTo(acts, interval), first, last: acts + AFTER - 1, acts };
}

/** The newest real hours of three coins, with a future behind the last of them; null where the data shelf is absent. */
export function shelfMarket(bars: number): Market | null {
  const dir = join(process.env['TRADER_DATA_DIR'] ?? '../shared/data', '1h');
  if (!existsSync(dir)) return null;
  const files = [BTC, ETH, SOL].map((id) => [id, readCandleFile(join(dir, `${id}T_1h.csv.gz`)).candles] as const);
  const last = Math.min(...files.map(([, { index, length }]) => index[length - 1] as number));
  const from = last - bars - 300 - AFTER + 1;
  const series = new Map(files.map(([id, candles]) => [id, fillGaps(candles, from, last)]));
  return {
    interval: '1h',
    series,
    days: daysUpTo(last, '1h'),
    first: from + 300,
    last: last - AFTER,
    acts: last - AFTER,
  };
}

/** Everything as it would be fetched at the close of bar t, and all the bars after it as well. */
export function snapshotAt({ interval, series, days }: Market, t: number): MarketSnapshot {
  const slotMs = (t + 1) * INTERVAL_MS[interval];
  const symbols = [...series].flatMap(([productId, candles]) => {
    const bar = barAt(candles, t - (candles.index[0] ?? 0));
    if (bar === undefined) return [];
    const quote = {
      productId,
      bid: price((bar.close * 0.9999).toFixed(8)),
      ask: price((bar.close * 1.0001).toFixed(8)),
      bidSize: productOf(productId).baseMaxSize,
      askSize: productOf(productId).baseMaxSize,
      timeMs: slotMs + 1_000,
    };
    const daily = productId === BTC ? { '1d': days } : {};
    return [
      {
        productId,
        product: productOf(productId),
        quote,
        candles: { ...daily, [interval]: candles },
        lastTradedBarIndex: t,
        faults: [],
      },
    ];
  });
  return snapshotOf(symbols, { slotMs, asOfMs: slotMs + 1_500, baseInterval: interval });
}

/** The same market two minutes later, decided on by the minute: the next bar of its own interval is still forming. */
export function twoMinutesLater(snapshot: MarketSnapshot): MarketSnapshot {
  const slotMs = snapshot.slotMs + 2 * INTERVAL_MS['1m'];
  const last = lastClosedBarIndex(slotMs, '1m');
  const symbols = snapshot.symbols.map((symbol) => ({
    ...symbol,
    quote: symbol.quote && { ...symbol.quote, timeMs: slotMs + 1_000 },
    candles: { ...symbol.candles, '1m': candlesTo(last, walk(randomFrom(3), 60)) },
    lastTradedBarIndex: last,
  }));
  return { ...snapshot, slotMs, asOfMs: slotMs + 1_500, baseInterval: '1m', symbols };
}

/** One strategy alone, with the parameters that its examples are made for, on the market's own bars. */
export function configFor(strategy: string, { interval }: Pick<Market, 'interval'>): DecisionConfig {
  const config = configOf({ policy: { regime: { override: 'none' }, data: { outlier_sigma: 100 } } });
  const own = { ...settingsOf(strategy), enabled: true, shadow: false, interval };
  return { ...config, signals: { ...config.signals, interval, strategy: { [strategy]: own } } };
}

/** Of the test world, else as shipped. */
function settingsOf(strategy: string): StrategySettings {
  const { strategy: shipped } = loadedFrom(shippedTexts('live'), 'live').decision.signals;
  const settings = configOf().signals.strategy[strategy] ?? shipped[strategy];
  if (settings === undefined) throw new Error(`no settings of ${strategy}`);
  return settings;
}

/** Moved to the bars up to the one it acts on; then the later part at the level that the earlier one ended on. */
function continued(before: Candles, after: Candles, acts: number): Candles {
  const bars = (candles: Candles) => Array.from({ length: candles.length }, (_, i) => barAt(candles, i) as Bar);
  const head = bars(before).map((bar, i) => ({ ...bar, index: acts - before.length + 1 + i }));
  const tail = bars(after).slice(-AFTER);
  const factor = (head.at(-1) as Bar).close / (tail[0] as Bar).open;
  return candlesFrom([...head, ...tail.map((bar, i) => scaled(bar, factor, acts + 1 + i))]);
}

function scaled({ open, high, low, close, volume }: Bar, factor: number, index: number): Bar {
  return { index, open: open * factor, high: high * factor, low: low * factor, close: close * factor, volume };
}

/** A calm year before the bar and some days after it. */
function daysUpTo(t: number, interval: Interval): Candles {
  const today = Math.floor((t * INTERVAL_MS[interval]) / INTERVAL_MS['1d']);
  return candlesTo(
    today + 5,
    walk(randomFrom(11), 360).map((close) => 100 + close / 100),
  );
}
