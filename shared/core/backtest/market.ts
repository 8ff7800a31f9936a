import type { BarsNeeded } from '../cycle/requirements.ts';
import type { Candles } from '../market/candles.ts';
import { INTERVAL_MS, type Interval, lastClosedBarIndex } from '../market/interval.ts';
import type { Product, ProductId } from '../market/product.ts';
import type { Quote } from '../market/quote.ts';
import type { SymbolSnapshot } from '../market/snapshot.ts';
import { fromNumber, larger, type Price, type Quantity, usd } from '../money/fixed.ts';
import type { FillModel } from './fill-model.ts';
import type { FinerBars } from './finer-bars.ts';
import { noiseAt } from './noise.ts';
import { positionOf, type Series, viewOf } from './series.ts';

/** Without a trade for so many bars the venue counts as down: the quote keeps its old time and turns stale. */
const OUTAGE_BARS = 5;
/** The size at the touch is a share of what a minute of the latest bars traded, and never less than a small order. */
const DEPTH_BARS = 10;
const TOUCH_SHARE = 0.08;
const SMALLEST_TOUCH_USD = 400;
const CENT = usd('0.01');

export interface BarMarket {
  readonly baseInterval: Interval;
  readonly seed: number;
  readonly model: FillModel;
  readonly series: ReadonlyMap<ProductId, Series>;
  readonly finer?: FinerBars;
}

/** One bar as the fills see it; `isTraded` is false where nothing happened. */
export interface FillBar {
  readonly index: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  readonly isTraded: boolean;
}

/** null where the history has none. */
export function barOf({ base, lastTraded }: Series, index: number): FillBar | null {
  const at = positionOf(base, index);
  if (at < 0) return null;
  return {
    index,
    open: base.open[at] as number,
    high: base.high[at] as number,
    low: base.low[at] as number,
    volume: base.volume[at] as number,
    isTraded: lastTraded[at] === index,
  };
}

/** All of one symbol that is known at a slot: closed bars, and a quote round the last close. */
export function symbolAt(
  market: BarMarket,
  productId: ProductId,
  slotMs: number,
  needs: readonly BarsNeeded[],
): SymbolSnapshot {
  const series = market.series.get(productId);
  const known = series === undefined ? null : knownAt(series, lastClosedBarIndex(slotMs, market.baseInterval));
  if (series === undefined || known === null) return unlisted(productId);
  const { at, tradedIndex } = known;
  return {
    productId,
    product: { ...series.product, quoteVolume24h: dayValue(series, at, market.baseInterval) },
    quote: quoteOf(market, series, series.base.close[at] as number, { at, slotMs, tradedIndex }),
    candles: candlesAt(series, slotMs, needs),
    lastTradedBarIndex: tradedIndex,
    faults: [],
  };
}

/** The quote at the open of a bar: what an order meets that is sent at its first instant. */
export function quoteAtOpen(market: BarMarket, series: Series, bar: FillBar): Quote {
  const at = positionOf(series.base, bar.index);
  const slotMs = bar.index * INTERVAL_MS[market.baseInterval];
  return quoteOf(market, series, bar.open, { at: at - 1, slotMs, tradedIndex: bar.index });
}

/** Half the distance between bid and ask as a share of the price. It varies with the bar, the same way for one seed. */
export function halfSpread({ seed, model }: BarMarket, { key, spreadBps }: Series, index: number): number {
  const usual = spreadBps * model.spreadFactor;
  return (usual * (0.7 + 0.8 * noiseAt(seed, key, index))) / 20_000;
}

/** The bid of the same quote, without the rest of it. */
export function bidAt(market: BarMarket, series: Series, at: number, slotMs: number): Price {
  const mid = series.base.close[at] as number;
  const bar = Math.floor(slotMs / INTERVAL_MS[market.baseInterval]);
  return bidOf(mid, mid * halfSpread(market, series, bar), series.product);
}

/** When the quote of a slot was made; a venue that is down shows its last one. */
export function quoteTimeMs(slotMs: number, tradedIndex: number, intervalMs: number): number {
  const isAlive = Math.floor(slotMs / intervalMs) - tradedIndex <= OUTAGE_BARS;
  return isAlive ? slotMs : (tradedIndex + 1) * intervalMs;
}

function unlisted(productId: ProductId): SymbolSnapshot {
  return { productId, product: null, quote: null, candles: {}, lastTradedBarIndex: null, faults: [] };
}

export interface Known {
  readonly at: number;
  readonly tradedIndex: number;
}

/** null before the first bar. After the last one the symbol keeps standing where it stopped, and ages. */
export function knownAt({ base, lastTraded }: Series, t: number): Known | null {
  const at = Math.min(base.length - 1, t - (base.index[0] as number));
  return at < 0 ? null : { at, tradedIndex: lastTraded[at] as number };
}

function quoteOf(
  market: BarMarket,
  series: Series,
  mid: number,
  { at, slotMs, tradedIndex }: { readonly at: number; readonly slotMs: number; readonly tradedIndex: number },
): Quote {
  const { product } = series;
  const intervalMs = INTERVAL_MS[market.baseInterval];
  const bar = Math.floor(slotMs / intervalMs);
  const half = mid * halfSpread(market, series, bar);
  const size = touchSize(series, at, mid, intervalMs);
  return {
    productId: product.id,
    ...sidesOf(mid, half, product),
    bidSize: size,
    askSize: size,
    timeMs: quoteTimeMs(slotMs, tradedIndex, intervalMs),
  };
}

/** On the grid, outwards. Without any spread both sides are the middle itself, cut to the grid. */
function sidesOf(mid: number, half: number, product: Product): { readonly bid: Price; readonly ask: Price } {
  const { priceIncrement } = product;
  const bid = bidOf(mid, half, product);
  if (half === 0) return { bid, ask: bid };
  return { bid, ask: larger(fromNumber<'usd-per-base'>(mid + half, priceIncrement, 'up'), bid) };
}

function bidOf(mid: number, half: number, { priceIncrement }: Product): Price {
  return larger(fromNumber<'usd-per-base'>(mid - half, priceIncrement, 'down'), priceIncrement);
}

function touchSize({ base, product }: Series, at: number, mid: number, intervalMs: number): Quantity {
  let volume = 0;
  for (let i = Math.max(0, at - DEPTH_BARS + 1); i <= at; i += 1) volume += base.volume[i] as number;
  const ofAMinute = (volume / DEPTH_BARS / intervalMs) * INTERVAL_MS['1m'];
  const size = Math.max(ofAMinute * TOUCH_SHARE, SMALLEST_TOUCH_USD / mid);
  return fromNumber<'base'>(size, product.baseIncrement, 'up');
}

/** Of the bars that closed in the last 24 hours; a longer bar counts as one day. */
function dayValue(series: Series, at: number, interval: Interval): Product['quoteVolume24h'] {
  return fromNumber<'usd'>(dayVolumeUsd(series, at, interval), CENT, 'down');
}

export function dayVolumeUsd({ valueBefore }: Series, at: number, interval: Interval): number {
  const bars = Math.max(1, Math.round(INTERVAL_MS['1d'] / INTERVAL_MS[interval]));
  const from = Math.max(0, at + 1 - bars);
  return (valueBefore[at + 1] as number) - (valueBefore[from] as number);
}

/** As the live cycle reads them: from the start of the longest window to the newest closed bar, and nothing after it. */
function candlesAt(series: Series, slotMs: number, needs: readonly BarsNeeded[]): SymbolSnapshot['candles'] {
  const found: Partial<Record<Interval, Candles>> = {};
  const starts = new Map<Interval, number>();
  for (const { interval, fromIndex, products } of needs) {
    if (products !== 'all' && !products.includes(series.product.id)) continue;
    const history = series.histories.get(interval);
    const from = Math.min(fromIndex, starts.get(interval) ?? fromIndex);
    starts.set(interval, from);
    if (history !== undefined) found[interval] = viewOf(history, from, lastClosedBarIndex(slotMs, interval));
  }
  return found;
}
