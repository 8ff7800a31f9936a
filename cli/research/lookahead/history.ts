import { type Series, seriesOf } from '../../../shared/core/backtest/series.ts';
import { MAX_WINDOW_BARS } from '../../../shared/core/indicators/anchor.ts';
import { barAt, type Candles } from '../../../shared/core/market/candles.ts';
import { INTERVAL_MS, type Interval, lastClosedBarIndex } from '../../../shared/core/market/interval.ts';
import { ONLINE, type Product, type ProductId } from '../../../shared/core/market/product.ts';
import { ALL_CLEAR, type MarketSnapshot, type SymbolSnapshot } from '../../../shared/core/market/snapshot.ts';
import { price, quantity, ratio, usd } from '../../../shared/core/money/fixed.ts';

/** Whole series, of which a decision at any bar may know only the beginning. */
export interface History {
  readonly interval: Interval;
  /** Longer bars that are shown as well. */
  readonly longer: readonly Interval[];
  readonly series: ReadonlyMap<ProductId, Series>;
  /** The first bar with a full window before it for every symbol, and the last one with a future behind it. */
  readonly first: number;
  readonly last: number;
}

/** No decision looks further back than this in any interval. */
const BEFORE = MAX_WINDOW_BARS;
/** So many bars of the future lie in reach of whoever cheats. */
const AFTER = 60;

/** Gapless series of the same interval; `intervals`: the longer ones that are wanted. */
export function historyOf(
  raw: ReadonlyMap<ProductId, Candles>,
  interval: Interval,
  intervals: readonly Interval[],
): History {
  const longer = [...new Set(intervals)].filter((each) => isLonger(each, interval));
  const series = new Map(
    [...raw].map(([id, candles]) => [
      id,
      seriesOf({ product: productOf(id), spreadBps: 2, raw: candles }, interval, longer),
    ]),
  );
  const ends = [...series.values()].map(({ base }) => [base.index[0] ?? 0, base.index.at(-1) ?? 0] as const);
  return {
    interval,
    longer,
    series,
    first: Math.max(...ends.map(([first]) => first)) + BEFORE,
    last: Math.min(...ends.map(([, last]) => last)) - AFTER,
  };
}

function isLonger(each: Interval, interval: Interval): boolean {
  const times = INTERVAL_MS[each] / INTERVAL_MS[interval];
  return times > 1 && Number.isInteger(times);
}

/** Everything as it would be fetched at the close of bar t, and the bars after it as well; `more` bars before. */
export function momentOf({ interval, longer, series }: History, t: number, more = 0): MarketSnapshot {
  const slotMs = (t + 1) * INTERVAL_MS[interval];
  const symbols = [...series].flatMap(([id, each]) => symbolAt(id, each, { slotMs, interval, longer, more }) ?? []);
  return {
    slotMs,
    asOfMs: slotMs + 1_500,
    baseInterval: interval,
    symbols: symbols.toSorted((a, b) => (a.productId < b.productId ? -1 : 1)),
    fees: { maker: ratio('0.006'), taker: ratio('0.012'), source: 'config' },
    conditions: { ...ALL_CLEAR, clockDriftMs: 10 },
  };
}

interface Moment extends Pick<History, 'interval' | 'longer'> {
  readonly slotMs: number;
  readonly more: number;
}

function symbolAt(productId: ProductId, series: Series, moment: Moment): SymbolSnapshot | undefined {
  const { slotMs, interval, longer } = moment;
  const t = lastClosedBarIndex(slotMs, interval);
  const bar = barAt(series.base, t - (series.base.index[0] ?? 0));
  if (bar === undefined) return undefined;
  const deep = quantity('1000000000');
  return {
    productId,
    product: series.product,
    quote: {
      productId,
      bid: price((bar.close * 0.9999).toFixed(12)),
      ask: price((bar.close * 1.0001).toFixed(12)),
      bidSize: deep,
      askSize: deep,
      timeMs: slotMs + 1_000,
    },
    candles: Object.fromEntries([interval, ...longer].map((each) => [each, around(series, each, moment)])),
    lastTradedBarIndex: series.lastTraded[t - (series.base.index[0] ?? 0)] ?? null,
    faults: [],
  };
}

/** Plain cuts: what a window was read as before the future was falsified must not be remembered. */
function around(series: Series, each: Interval, { slotMs, more }: Moment): Candles {
  const t = lastClosedBarIndex(slotMs, each);
  const bars = series.histories.get(each)?.bars;
  if (bars === undefined) throw new Error(`no ${each} bars were made`);
  const first = bars.index[0] ?? 0;
  const at = (index: number) => Math.max(0, Math.min(bars.length, index - first));
  const [begin, end] = [at(t - BEFORE + 1 - more), at(t + AFTER + 1)];
  const cut = (column: Float64Array) => column.subarray(begin, end);
  const { index, open, high, low, close, volume } = bars;
  return {
    length: end - begin,
    index: cut(index),
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(close),
    volume: cut(volume),
  };
}

/** Coins of a hundred-thousandth of a cent as well as of sixty thousand dollars, listed long ago and liquid. */
function productOf(id: ProductId): Product {
  const [base, quote] = id.split('-') as [string, string];
  return {
    id,
    base,
    quote,
    priceIncrement: price('0.0000000001'),
    baseIncrement: quantity('0.00000001'),
    quoteIncrement: usd('0.01'),
    baseMinSize: quantity('0.00000001'),
    baseMaxSize: quantity('1000000000000'),
    quoteMinSize: usd('1'),
    quoteMaxSize: usd('100000000'),
    quoteVolume24h: usd('1000000000'),
    listedAtMs: Date.UTC(2015, 0, 1),
    flags: ONLINE,
  };
}
