import { openCandleStore } from '../../shared/adapters/candles/candle-store.ts';
import { CandleFileError } from '../../shared/adapters/candles/csv.ts';
import { type Bar, barAt, type Candles } from '../../shared/core/market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../shared/core/market/interval.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { barMarket } from './bar-market.ts';
import { type Listing, listingFor } from './listing.ts';
import type { BarSource, Market } from './market.ts';

export interface ReplayOptions {
  /** A store of `trader data`, or a folder of `<BASE>-<QUOTE>_<interval>.csv[.gz]` files. */
  readonly dir: string;
  readonly interval: Interval;
  /** Symbols without a bar at or after this time are not listed. Earlier bars stay available as history. */
  readonly fromMs?: number;
  /** Bars that start at or after this time are left out. */
  readonly toMs?: number;
  /** The products' quote currency whatever the files say: BTC-USDT becomes BTC-USD. */
  readonly quoteCurrency: string;
  /** Only these base currencies; all by default. */
  readonly bases?: readonly string[];
  readonly seed?: number;
}

export interface ReplayMarket extends Market {
  /** From the first bar of any product to the end of the last one. */
  readonly range: { readonly fromMs: number; readonly toMs: number };
}

/** Real candles as a market. Throws when the folder holds no bar for the asked range. */
export function replayMarket(options: ReplayOptions): ReplayMarket {
  const { interval, quoteCurrency } = options;
  const series = new Map<ProductId, Candles>();
  const listings = [];
  const store = openCandleStore(options.dir);
  if (!store.intervals.includes(interval)) {
    throw new CandleFileError(
      `${options.dir}: no file of ${interval} bars in this folder; there are: ${store.intervals.join(', ')}`,
    );
  }
  for (const symbol of store.symbols(interval)) {
    const base = symbol.slice(0, symbol.indexOf('-'));
    const candles = upTo(
      store.load(symbol, interval),
      (options.toMs ?? Number.POSITIVE_INFINITY) / INTERVAL_MS[interval],
    );
    if (!isWanted(candles, base, options)) continue;
    const listing = listingFor(base, quoteCurrency, candles.close[Math.floor(candles.length / 2)] as number);
    if (series.has(listing.productId)) throw new RangeError(`${options.dir}: two files become ${listing.productId}`);
    series.set(listing.productId, candles);
    listings.push(listing);
  }
  if (listings.length === 0) {
    throw new RangeError(`${options.dir}: no ${interval} bar for the asked time range and symbols`);
  }
  const source: BarSource = {
    baseInterval: interval,
    listings: withBeginnings(listings, series, interval),
    bars: (productId, fromIndex, toIndex) => slice(candlesOf(series, productId), fromIndex, toIndex),
    atOrBefore: (productId, index) => {
      const candles = candlesOf(series, productId);
      const after = firstAfter(candles, index);
      return after === 0 ? undefined : barAt(candles, after - 1);
    },
  };
  return { ...barMarket(source, options.seed ?? 0), range: rangeOf([...series.values()], interval) };
}

/** A product whose bars begin after the data does was listed with its first bar. */
function withBeginnings(
  listings: readonly Listing[],
  series: ReadonlyMap<ProductId, Candles>,
  interval: Interval,
): readonly Listing[] {
  const { fromMs } = rangeOf([...series.values()], interval);
  return listings.map((listing) => {
    const firstMs = (candlesOf(series, listing.productId).index[0] as number) * INTERVAL_MS[interval];
    return firstMs > fromMs ? { ...listing, listedAtMs: firstMs } : listing;
  });
}

function isWanted(candles: Candles, base: string, { bases, fromMs, interval }: ReplayOptions): boolean {
  if (bases !== undefined && !bases.includes(base)) return false;
  const last = candles.index[candles.length - 1];
  return last !== undefined && last * INTERVAL_MS[interval] >= (fromMs ?? 0);
}

function candlesOf(series: ReadonlyMap<ProductId, Candles>, productId: ProductId): Candles {
  const candles = series.get(productId);
  if (candles === undefined) throw new RangeError(`the market does not list ${productId}`);
  return candles;
}

function upTo(candles: Candles, endIndex: number): Candles {
  const length = firstAfter(candles, Math.ceil(endIndex) - 1);
  const cut = (column: Float64Array) => column.subarray(0, length);
  return {
    length,
    index: cut(candles.index),
    open: cut(candles.open),
    high: cut(candles.high),
    low: cut(candles.low),
    close: cut(candles.close),
    volume: cut(candles.volume),
  };
}

function slice(candles: Candles, fromIndex: number, toIndex: number): readonly Bar[] {
  const found: Bar[] = [];
  for (let position = firstAfter(candles, fromIndex - 1); position < candles.length; position += 1) {
    if ((candles.index[position] as number) > toIndex) break;
    found.push(barAt(candles, position) as Bar);
  }
  return found;
}

/** The first position whose bar index is above `index`, by bisection. */
function firstAfter(candles: Candles, index: number): number {
  let low = 0;
  let high = candles.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((candles.index[middle] as number) <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rangeOf(series: readonly Candles[], interval: Interval): { readonly fromMs: number; readonly toMs: number } {
  const first = Math.min(...series.map((candles) => candles.index[0] as number));
  const last = Math.max(...series.map((candles) => candles.index[candles.length - 1] as number));
  return { fromMs: first * INTERVAL_MS[interval], toMs: (last + 1) * INTERVAL_MS[interval] };
}
