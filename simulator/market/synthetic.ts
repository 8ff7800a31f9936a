import type { Bar } from '../../shared/core/market/candles.ts';
import { INTERVAL_MS } from '../../shared/core/market/interval.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { ASSETS, type Asset } from './assets.ts';
import { barMarket } from './bar-market.ts';
import { type Listing, listingFor } from './listing.ts';
import type { BarSource, Market } from './market.ts';
import { streamOf, textKey } from './random.ts';
import {
  type AssetDay,
  assetDay,
  assetReturns,
  DAY_MINUTES,
  MARKET_MINUTE_VOLATILITY,
  type MarketDay,
  marketDay,
  regimeOf,
} from './synthetic-path.ts';

export interface SyntheticOptions {
  readonly seed: number;
  /** The day of this time is where every coin stands at its reference price; history before it exists as well. */
  readonly startMs: number;
  /** Base currencies, such as BTC; all 25 by default. */
  readonly symbols?: readonly string[];
}

/** Minutes of one coin's day. volume 0: nothing traded, there is no bar. */
interface DayBars {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** A day of one coin is 58 KB: enough days for 300 hourly bars of 25 coins, and no more. */
const MOST_KEPT_DAYS = 500;
const MOST_QUIET_MINUTES = 3 * DAY_MINUTES;

/** A made-up market of minute bars that goes on for ever in both directions. The same seed gives the same bars. */
export function syntheticMarket(options: SyntheticOptions): Market {
  const { seed, startMs } = options;
  const assets = chosenAssets(options.symbols);
  const listings = assets.map(({ base, referencePrice }) => listingFor(base, 'USD', referencePrice));
  const days = dayReader(seed, Math.floor(startMs / INTERVAL_MS['1d']));
  const kept = new Map<string, DayBars>();
  const byProduct = new Map(listings.map((listing, i) => [listing.productId, { listing, asset: assets[i] as Asset }]));

  const dayOf = (productId: ProductId, day: number): DayBars => {
    const key = `${productId} ${day}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const product = byProduct.get(productId);
    if (product === undefined) throw new RangeError(`the market does not list ${productId}`);
    const made = makeDay(seed, product.asset, product.listing, day, days);
    if (kept.size >= MOST_KEPT_DAYS) kept.delete(kept.keys().next().value as string);
    kept.set(key, made);
    return made;
  };
  const source: BarSource = {
    baseInterval: '1m',
    listings,
    bars: (productId, fromIndex, toIndex) => collect(productId, fromIndex, toIndex, dayOf),
    atOrBefore: (productId, index) => {
      for (let at = index; at > index - MOST_QUIET_MINUTES; at -= 1) {
        const bar = barOf(dayOf(productId, Math.floor(at / DAY_MINUTES)), at);
        if (bar !== undefined) return bar;
      }
      return undefined;
    },
  };
  return barMarket(source, seed);
}

function chosenAssets(symbols: readonly string[] | undefined): readonly Asset[] {
  if (symbols === undefined) return ASSETS;
  return symbols.map((base) => {
    const asset = ASSETS.find((known) => known.base === base);
    if (asset === undefined) {
      throw new RangeError(`no synthetic coin ${base}; there are ${ASSETS.map((known) => known.base).join(', ')}`);
    }
    return asset;
  });
}

function collect(
  productId: ProductId,
  fromIndex: number,
  toIndex: number,
  dayOf: (productId: ProductId, day: number) => DayBars,
): readonly Bar[] {
  const found: Bar[] = [];
  for (let index = fromIndex; index <= toIndex; index += 1) {
    const bar = barOf(dayOf(productId, Math.floor(index / DAY_MINUTES)), index);
    if (bar !== undefined) found.push(bar);
  }
  return found;
}

function barOf(day: DayBars, index: number): Bar | undefined {
  const minute = index - Math.floor(index / DAY_MINUTES) * DAY_MINUTES;
  const volume = day.volume[minute] as number;
  if (volume === 0) return undefined;
  return {
    index,
    open: day.open[minute] as number,
    high: day.high[minute] as number,
    low: day.low[minute] as number,
    close: day.close[minute] as number,
    volume,
  };
}

interface DayReader {
  market(day: number): MarketDay;
  outline(asset: Asset, day: number): AssetDay;
  /** Log price at the start of a day. */
  level(asset: Asset, day: number): number;
}

/** Levels are summed outwards from the first day, always in that order: the query order cannot change a digit. */
function dayReader(seed: number, firstDay: number): DayReader {
  const markets = new Map<number, MarketDay>();
  const levels = new Map<string, Map<number, number>>();
  const market = (day: number): MarketDay => {
    const known = markets.get(day);
    if (known !== undefined) return known;
    const made = marketDay(seed, day);
    if (markets.size >= MOST_KEPT_DAYS) markets.delete(markets.keys().next().value as number);
    markets.set(day, made);
    return made;
  };
  const outline = (asset: Asset, day: number) => assetDay(seed, asset, day, market(day));
  const level = (asset: Asset, day: number): number => {
    const known = levels.get(asset.base) ?? new Map([[firstDay, Math.log(asset.referencePrice)]]);
    levels.set(asset.base, known);
    const step = day >= firstDay ? 1 : -1;
    let at = day;
    while (!known.has(at)) at -= step;
    for (let value = known.get(at) as number; at !== day; at += step) {
      value += step > 0 ? outline(asset, at).total : -outline(asset, at - 1).total;
      known.set(at + step, value);
    }
    return known.get(day) as number;
  };
  return { market, outline, level };
}

function makeDay(seed: number, asset: Asset, listing: Listing, day: number, days: DayReader): DayBars {
  const market = days.market(day);
  const returns = assetReturns(seed, asset, day, market, days.outline(asset, day));
  const random = streamOf(seed, textKey('bars'), textKey(asset.base), day);
  const column = () => new Float64Array(DAY_MINUTES);
  const bars = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  const toTick = rounder(listing.priceDecimals);
  const toLot = rounder(listing.baseDecimals);
  const usualVolatility = asset.ownMinuteVolatility + MARKET_MINUTE_VOLATILITY * asset.marketBeta;
  let level = days.level(asset, day);
  let open = toTick(Math.exp(level));
  for (let minute = 0; minute < DAY_MINUTES; minute += 1) {
    const change = returns[minute] as number;
    const { volatilityFactor, volumeFactor } = regimeOf(market.regimes, minute);
    level += change;
    const close = toTick(Math.exp(level));
    const reach = usualVolatility * volatilityFactor * 0.6;
    bars.open[minute] = open;
    bars.close[minute] = close;
    bars.high[minute] = toTick(Math.max(open, close) * (1 + reach * random.next()));
    bars.low[minute] = toTick(Math.min(open, close) * (1 - reach * random.next()));
    const excitement = 1 + Math.min(6, (2 * Math.abs(change)) / usualVolatility);
    const usualUsd = (asset.quoteVolume24hUsd / DAY_MINUTES) * 0.45;
    const tradedUsd = usualUsd * volumeFactor * excitement * Math.exp(0.6 * random.normal());
    bars.volume[minute] = random.next() < asset.quietShare ? 0 : toLot(tradedUsd / close);
    open = close;
  }
  return bars;
}

function rounder(decimals: number): (value: number) => number {
  const scale = 10 ** decimals;
  return (value) => Math.round(value * scale) / scale;
}
