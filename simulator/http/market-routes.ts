import { barIndexAt, INTERVAL_MS } from '../../shared/core/market/interval.ts';
import { type Fixed, toText } from '../../shared/core/money/fixed.ts';
import { averagePrice } from '../exchange/amounts.ts';
import type { Listing } from '../market/listing.ts';
import type { Book } from '../market/market.ts';
import type { Call, Handler, World } from './call.ts';
import { decimalText, isoTime } from './decimal-text.ts';
import { productText } from './product-json.ts';
import { invalid, json, jsonText, type Reply, unknownProduct } from './reply.ts';

const MOST_TRADES = 100;
const HIGHEST_TICKER_LIMIT = 1000;

export const serverTime: Handler = (_world, { toldMs }) =>
  json({
    iso: `${isoTime(toldMs).slice(0, 19)}Z`,
    epochSeconds: String(Math.floor(toldMs / 1000)),
    epochMillis: String(Math.floor(toldMs)),
  });

export const listProducts: Handler = (world, call) => {
  const { query } = call;
  const type = query.get('product_type');
  const wanted = query.getAll('product_ids');
  const all = type !== null && type !== 'SPOT' ? [] : world.exchange.market.listings;
  const chosen = wanted.length === 0 ? all : all.filter(({ productId }) => wanted.includes(productId));
  const offset = Number(query.get('offset') ?? '0');
  const limit = Number(query.get('limit') ?? '0');
  if (!isCount(offset) || !isCount(limit)) return invalid('limit and offset must be whole numbers');
  const page = chosen.slice(offset, limit === 0 ? undefined : offset + limit);
  const texts = page.map((listing) => productText(world, listing, call));
  return jsonText(`{"products":[${texts.join(',')}],"num_products":${chosen.length}}`);
};

export const oneProduct: Handler = (world, call) => {
  const listing = world.exchange.listing(call.id);
  return listing === undefined ? unknownProduct(call.id) : jsonText(productText(world, listing, call));
};

export const bestBidAsk: Handler = (world, call) => {
  const wanted = call.query.getAll('product_ids');
  const unknown = wanted.find((productId) => world.exchange.listing(productId) === undefined);
  if (unknown !== undefined) return invalid(`invalid product_id: ${unknown}`);
  const { listings } = world.exchange.market;
  const chosen = wanted.length === 0 ? listings : listings.filter(({ productId }) => wanted.includes(productId));
  return json({ pricebooks: chosen.map((listing) => pricebook(world, listing, call, 1)) });
};

export const productBook: Handler = (world, call) => {
  const productId = call.query.get('product_id');
  if (productId === null) return invalid('product_id is required');
  const listing = world.exchange.listing(productId);
  if (listing === undefined) return unknownProduct(productId);
  const levels = Number(call.query.get('limit') ?? '50');
  if (!isCount(levels)) return invalid('limit must be a whole number');
  const book = world.exchange.market.book(listing.productId, call.quoteMs, levels);
  return json({ pricebook: pricebook(world, listing, call, levels), ...bookSummary(book) });
};

export const candles: Handler = (world, call) => {
  const listing = world.exchange.listing(call.id);
  if (listing === undefined) return unknownProduct(call.id);
  const range = candleRange(call.query);
  return 'status' in range ? range : jsonText(candlesText(world, listing, range, call.moment.nowMs));
};

/** The last trade of each bar, newest first. */
export const ticker: Handler = (world, call) => {
  const listing = world.exchange.listing(call.id);
  if (listing === undefined) return unknownProduct(call.id);
  const limit = Number(call.query.get('limit') ?? String(MOST_TRADES));
  if (!isCount(limit)) return invalid('limit must be a whole number');
  if (limit > HIGHEST_TICKER_LIMIT)
    return json({ error: 'INTERNAL', code: 13, message: 'internal error', details: [] }, 500);
  const quote = world.exchange.market.quote(listing.productId, call.quoteMs);
  return json({
    trades: tradesOf(world, listing, call, Math.min(limit, MOST_TRADES)),
    best_bid: quote === null ? '' : toText(quote.bid),
    best_ask: quote === null ? '' : toText(quote.ask),
  });
};

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

function pricebook(world: World, { productId }: Listing, call: Call, levels: number): unknown {
  const book = world.exchange.market.book(productId, call.quoteMs, levels);
  const side = (rows: Book['bids']) => rows.map(({ price, size }) => ({ price: toText(price), size: toText(size) }));
  return {
    product_id: productId,
    bids: side(book?.bids ?? []),
    asks: side(book?.asks ?? []),
    time: isoTime(book?.timeMs ?? call.quoteMs),
  };
}

function bookSummary(book: Book | null): Readonly<Record<string, string>> {
  const bid = book?.bids[0]?.price;
  const ask = book?.asks[0]?.price;
  if (bid === undefined || ask === undefined) return { last: '', mid_market: '', spread_bps: '', spread_absolute: '' };
  const middle = toText(((bid + ask) / 2n) as Fixed<string>);
  const spread = (ask - bid) as Fixed<'usd'>;
  const bps = averagePrice((spread * 20_000n) as Fixed<'usd'>, (bid + ask) as Fixed<'base'>);
  // Recorded replies give the middle as "last", too.
  return { last: middle, mid_market: middle, spread_bps: toText(bps), spread_absolute: toText(spread) };
}

function tradesOf(world: World, { productId }: Listing, call: Call, limit: number): readonly unknown[] {
  const { market } = world.exchange;
  const newest = barIndexAt(call.quoteMs, market.baseInterval) - 1;
  const bars = market.bars(productId, market.baseInterval, newest - limit + 1, newest, call.quoteMs);
  return bars.toReversed().map((bar) => ({
    trade_id: String(bar.index),
    product_id: productId,
    price: decimalText(bar.close),
    size: decimalText(bar.volume),
    time: isoTime((bar.index + 1) * INTERVAL_MS[market.baseInterval] - 1),
    side: bar.close >= bar.open ? 'SELL' : 'BUY',
    bid: '',
    ask: '',
    exchange: 'coinbase',
  }));
}

const INTERVAL_OF = {
  ONE_MINUTE: '1m',
  FIVE_MINUTE: '5m',
  FIFTEEN_MINUTE: '15m',
  THIRTY_MINUTE: '30m',
  ONE_HOUR: '1h',
  TWO_HOUR: '2h',
  FOUR_HOUR: '4h',
  SIX_HOUR: '6h',
  ONE_DAY: '1d',
} as const;
type Granularity = keyof typeof INTERVAL_OF;
const MOST_CANDLES = 350;
/** Texts kept for one product and interval before they are dropped and made again. */
const MOST_CANDLE_TEXTS = 20_000;

interface CandleRange {
  readonly interval: (typeof INTERVAL_OF)[Granularity];
  readonly fromIndex: number;
  readonly toIndex: number;
  readonly limit: number;
}

function candleRange(query: URLSearchParams): CandleRange | Reply {
  const granularity = query.get('granularity') ?? '';
  const start = Number(query.get('start') ?? 'none');
  const end = Number(query.get('end') ?? 'none');
  const limit = Number(query.get('limit') ?? String(MOST_CANDLES));
  if (!Object.hasOwn(INTERVAL_OF, granularity)) return invalid(`granularity is invalid: ${granularity}`);
  if (!isCount(start) || !isCount(end)) return invalid('start and end must be unix seconds');
  const interval = INTERVAL_OF[granularity as Granularity];
  const seconds = INTERVAL_MS[interval] / 1000;
  const fromIndex = Math.ceil(start / seconds);
  const toIndex = Math.floor(end / seconds);
  if (toIndex - fromIndex + 1 > MOST_CANDLES || !isCount(limit) || limit > MOST_CANDLES) {
    return invalid('start and end argument is invalid - number of candles requested should be less than 350');
  }
  return { interval, fromIndex, toIndex, limit };
}

function candlesText(world: World, { productId }: Listing, range: CandleRange, nowMs: number): string {
  const { interval, fromIndex, toIndex, limit } = range;
  const forming = barIndexAt(nowMs, interval);
  const kept = keptTexts(world, `${productId} ${interval}`);
  const bars = world.exchange.market.bars(productId, interval, fromIndex, toIndex, nowMs);
  const newest = limit === 0 ? bars : bars.slice(-limit);
  const texts = newest.toReversed().map((bar) => {
    const known = kept.get(bar.index);
    if (known !== undefined && bar.index < forming) return known;
    const start = (bar.index * INTERVAL_MS[interval]) / 1000;
    const text = `{"start":"${start}","low":"${decimalText(bar.low)}","high":"${decimalText(bar.high)}","open":"${decimalText(bar.open)}","close":"${decimalText(bar.close)}","volume":"${decimalText(bar.volume)}"}`;
    if (bar.index < forming) kept.set(bar.index, text);
    return text;
  });
  return `{"candles":[${texts.join(',')}]}`;
}

function keptTexts(world: World, key: string): Map<number, string> {
  const known = world.candleTexts.get(key);
  if (known !== undefined && known.size < MOST_CANDLE_TEXTS) return known;
  const fresh = new Map<number, string>();
  world.candleTexts.set(key, fresh);
  return fresh;
}
