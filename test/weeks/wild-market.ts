import type { Bar } from '../../shared/core/market/candles.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { parseFixed, toNumber } from '../../shared/core/money/fixed.ts';
import { ASSETS, type Asset } from '../../simulator/market/assets.ts';
import { barMarket } from '../../simulator/market/bar-market.ts';
import { type Listing, listingFor } from '../../simulator/market/listing.ts';
import type { BarSource, Market } from '../../simulator/market/market.ts';
import { type Stream, streamOf, textKey } from '../../simulator/market/random.ts';

export const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** The regime asks for daily closes of the reference, all others for bars of a day or two. */
const REFERENCE = 'BTC';
const HISTORY_DAYS = { reference: 102, others: 4 } as const;

export type Restriction = 'size' | 'price' | 'least';

export interface WildMarket extends Market {
  /** Taken off the exchange: no list names it any more. */
  delist(productId: ProductId): void;
  /** The exchange changes for good what an order may be: ten times as coarse in size or in price, or five times as large at least. */
  restrict(productId: ProductId, how: Restriction): void;
}

interface WildOptions {
  readonly seed: number;
  readonly startMs: number;
  readonly days: number;
  readonly symbols: readonly string[];
}

interface Columns {
  readonly first: number;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/**
 * A made-up market in which everything happens that a careful bot is afraid of: crashes and surges within the hour, jumps
 * between two minutes, single ticks far away from everything, coins that nobody trades for hours.
 */
export function wildMarket({ seed, startMs, days, symbols }: WildOptions): WildMarket {
  const assets = symbols.map((base) => ASSETS.find((known) => known.base === base) as Asset);
  const listings = assets.map(({ base, referencePrice }) => listingFor(base, 'USD', referencePrice));
  const columns = new Map(
    assets.map((asset, i) => [(listings[i] as Listing).productId, columnsOf(seed, asset, startMs, days)]),
  );
  const of = (id: ProductId): Columns => {
    const found = columns.get(id);
    if (found === undefined) throw new RangeError(`the market does not list ${id}`);
    return found;
  };
  const source: BarSource = {
    baseInterval: '1m',
    listings,
    bars(id, from, to) {
      const found: Bar[] = [];
      for (let index = from; index <= to; index += 1) {
        const bar = barAt(of(id), index);
        if (bar !== undefined) found.push(bar);
      }
      return found;
    },
    atOrBefore(id, index) {
      const known = of(id);
      const last = Math.min(index, known.first + known.open.length - 1);
      for (let at = last; at >= known.first; at -= 1) {
        const bar = barAt(known, at);
        if (bar !== undefined) return bar;
      }
      return undefined;
    },
  };
  const gone = new Set<ProductId>();
  return {
    ...barMarket(source, seed),
    get listings() {
      return gone.size === 0 ? listings : listings.filter(({ productId }) => !gone.has(productId));
    },
    delist: (id) => void gone.add(id),
    restrict(id, how) {
      const listing = listings.find(({ productId }) => productId === id);
      if (listing !== undefined) Object.assign(listing, restricted(listing, how, of(id).open[0] as number));
    },
  };
}

const LEAST_USD = 25;

function restricted(listing: Listing, how: Restriction, price: number): Partial<Listing> {
  const { baseIncrement, priceIncrement, quoteMinSize } = listing;
  switch (how) {
    case 'size': {
      const coarse = (baseIncrement * 10n) as Listing['baseIncrement'];
      return coarse > parseFixed<'base'>('10') ? {} : { baseIncrement: coarse, baseMinSize: coarse };
    }
    case 'price': {
      const coarse = (priceIncrement * 10n) as Listing['priceIncrement'];
      return toNumber(coarse) > price / 500 ? {} : { priceIncrement: coarse };
    }
    case 'least': {
      const least = (quoteMinSize * 5n) as Listing['quoteMinSize'];
      return toNumber(least) > LEAST_USD ? {} : { quoteMinSize: least };
    }
    default:
      return how satisfies never;
  }
}

function barAt(columns: Columns, index: number): Bar | undefined {
  const at = index - columns.first;
  const volume = columns.volume[at];
  if (volume === undefined || volume === 0) return undefined;
  return {
    index,
    open: columns.open[at] as number,
    high: columns.high[at] as number,
    low: columns.low[at] as number,
    close: columns.close[at] as number,
    volume,
  };
}

/** What an hour of a coin is like. */
interface Hour {
  readonly drift: number;
  readonly deviation: number;
  readonly isDead: boolean;
}

function hourOf(random: Stream): Hour {
  const draw = random.next();
  if (draw < 0.55) return { drift: 0, deviation: 0.0006, isDead: false };
  if (draw < 0.7) return { drift: 0.0004, deviation: 0.001, isDead: false };
  if (draw < 0.85) return { drift: -0.0004, deviation: 0.001, isDead: false };
  if (draw < 0.94) return { drift: 0, deviation: 0.003, isDead: false };
  if (draw < 0.96) return { drift: -0.004, deviation: 0.004, isDead: false };
  if (draw < 0.985) return { drift: 0.003, deviation: 0.003, isDead: false };
  return { drift: 0, deviation: 0.001, isDead: true };
}

/** A coin with such a spread trades so little that an order fills in parts. */
const THIN_SPREAD_BPS = 8;
const CALM: Hour = { drift: 0, deviation: 0.0006, isDead: false };
const CHANCE = { jump: 0.0004, wick: 0.0006 } as const;

function columnsOf(seed: number, asset: Asset, startMs: number, days: number): Columns {
  const isReference = asset.base === REFERENCE;
  const before = HISTORY_DAYS[isReference ? 'reference' : 'others'] * DAY_MINUTES;
  const length = Math.ceil(before + (days + 2) * DAY_MINUTES);
  const made = () => new Float64Array(length);
  const columns = {
    first: startMs / MINUTE_MS - before,
    open: made(),
    high: made(),
    low: made(),
    close: made(),
    volume: made(),
  };
  const random = streamOf(seed, textKey('wild'), textKey(asset.base));
  const minutes = minuteMaker(asset, random);
  let hour = CALM;
  for (let at = 0; at < length; at += 1) {
    // The days before are quiet, so that the run begins in no regime of its own.
    if (at % 60 === 0) hour = at < before ? CALM : hourOf(random);
    const made = minutes(hour, at > before);
    for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) columns[name][at] = made[name];
  }
  return columns;
}

type Minute = Omit<Bar, 'index'>;

function minuteMaker(asset: Asset, random: Stream): (hour: Hour, isWild: boolean) => Minute {
  const { priceDecimals, baseDecimals } = listingFor(asset.base, 'USD', asset.referencePrice);
  const [toTick, toLot] = [rounder(priceDecimals), rounder(baseDecimals)];
  const isThin = asset.spreadBps >= THIN_SPREAD_BPS;
  const usual = (isThin ? 400_000 : asset.quoteVolume24hUsd) / DAY_MINUTES;
  const home = Math.log(asset.referencePrice);
  let level = home;
  let before = toTick(Math.exp(level));
  const drawn = (isWild: boolean, chance: number, size: number) => (isWild && random.next() < chance ? size : 0);
  return ({ drift, deviation, isDead }, isWild) => {
    // Pulled home by and by: increments fit a price about so high.
    level += drift + deviation * random.normal() + (home - level) * 0.0002;
    level += drawn(isWild, CHANCE.jump, 0.12 * random.normal());
    const close = toTick(Math.exp(level));
    const [up, down] = [drawn(isWild, CHANCE.wick, 0.25), drawn(isWild, CHANCE.wick, 0.25)];
    const open = random.next() < 0.5 ? before : toTick((before + close) / 2);
    const reach = (wick: number) => (deviation + wick) * random.next();
    const high = toTick(Math.max(before, close) * (1 + reach(up)));
    const low = toTick(Math.min(before, close) * (1 - reach(down)));
    const moved = 1 + (3 * Math.abs(close - before)) / before / 0.001;
    const traded = usual * Math.exp(0.6 * random.normal()) * moved;
    const isQuiet = random.next() < asset.quietShare || isDead;
    before = close;
    return { open, high, low, close, volume: isQuiet ? 0 : toLot(traded / close) };
  };
}

function rounder(decimals: number): (value: number) => number {
  const scale = 10 ** decimals;
  return (value) => Math.max(1, Math.round(value * scale)) / scale;
}
