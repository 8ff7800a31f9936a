import { ONLINE, type Product, type ProductId, productId } from '../../shared/core/market/product.ts';
import { type Price, price, type Quantity, quantity, type Usd, usd } from '../../shared/core/money/fixed.ts';
import { ASSETS } from './assets.ts';

/** A product as the simulated exchange lists it. What changes with time (price, volume, flags) is not here. */
export interface Listing {
  readonly productId: ProductId;
  readonly base: string;
  readonly quote: string;
  readonly baseName: string;
  readonly priceDecimals: number;
  readonly baseDecimals: number;
  readonly priceIncrement: Price;
  readonly baseIncrement: Quantity;
  readonly quoteIncrement: Usd;
  readonly baseMinSize: Quantity;
  readonly baseMaxSize: Quantity;
  readonly quoteMinSize: Usd;
  readonly quoteMaxSize: Usd;
  /** The usual distance between bid and ask. */
  readonly spreadBps: number;
  /** A market order stops this far from mid; the rest is cancelled. */
  readonly protectionBps: number;
  /** Only the liquid products take brackets. */
  readonly takesBrackets: boolean;
  readonly listedAtMs: number;
}

/** What trading knows of it, without a day's volume. */
export function productOf(listing: Listing): Product {
  const { productId, base, quote, priceIncrement, baseIncrement, quoteIncrement, listedAtMs } = listing;
  const { baseMinSize, baseMaxSize, quoteMinSize, quoteMaxSize } = listing;
  return {
    id: productId,
    base,
    quote,
    priceIncrement,
    baseIncrement,
    quoteIncrement,
    baseMinSize,
    baseMaxSize,
    quoteMinSize,
    quoteMaxSize,
    quoteVolume24h: null,
    listedAtMs,
    flags: ONLINE,
  };
}

/** Long before any candle we hold: a product whose beginning is not in the data is an old one. */
const LISTED_LONG_AGO_MS = Date.UTC(2015, 0, 1);

/** A coin nobody described is a small one: wide spread, no brackets. */
const UNKNOWN_ASSET = { name: '', spreadBps: 18 };
const WIDEST_BRACKET_SPREAD_BPS = 8;
const TIGHT_SPREAD_BPS = 2.5;

/**
 * Increments from a reference price: about 1e-4 of the price, and so coarse in size that size x price has at most
 * 10 decimals. Value and fee of a fill then fit the 1e-12 money of the ledger.
 */
export function listingFor(base: string, quote: string, referencePrice: number): Listing {
  const { name, spreadBps } = ASSETS.find((asset) => asset.base === base) ?? UNKNOWN_ASSET;
  const priceDecimals = Math.min(9, Math.max(2, Math.ceil(4 - Math.log10(referencePrice))));
  const baseDecimals = priceDecimals === 2 ? 8 : 9 - priceDecimals;
  return {
    productId: productId(`${base}-${quote}`),
    base,
    quote,
    baseName: name === '' ? base : name,
    priceDecimals,
    baseDecimals,
    priceIncrement: price(stepText(priceDecimals)),
    baseIncrement: quantity(stepText(baseDecimals)),
    quoteIncrement: usd('0.01'),
    baseMinSize: quantity(stepText(baseDecimals)),
    baseMaxSize: quantity(Math.ceil(50_000_000 / referencePrice).toFixed(0)),
    quoteMinSize: usd('1'),
    quoteMaxSize: usd('50000000'),
    spreadBps,
    protectionBps: spreadBps <= TIGHT_SPREAD_BPS ? 200 : 500,
    takesBrackets: spreadBps <= WIDEST_BRACKET_SPREAD_BPS,
    listedAtMs: LISTED_LONG_AGO_MS,
  };
}

function stepText(decimals: number): string {
  return decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`;
}
