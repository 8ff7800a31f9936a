import { CandleFileError, readCandleFolder } from '../../../shared/adapters/candles/csv.ts';
import type { SeriesInput } from '../../../shared/core/backtest/series.ts';
import type { Candles } from '../../../shared/core/market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../../shared/core/market/interval.ts';
import { ONLINE, type ProductId } from '../../../shared/core/market/product.ts';
import { type Listing, listingFor } from '../../../simulator/market/listing.ts';
import { UserError } from '../../user-error.ts';

export interface MarketRequest {
  readonly dir: string;
  readonly interval: Interval;
  /** undefined: all that the folder has. */
  readonly symbols: readonly string[] | undefined;
  /** The products' quote currency, whatever the files say. */
  readonly quote: string;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** What `readFolder` made of the folder before; undefined: it is read now. */
  readonly candles?: ReadonlyMap<string, Candles> | undefined;
}

export interface ReadMarket {
  /** Ascending by product. Nothing at or after `toMs` is in them. */
  readonly inputs: readonly SeriesInput[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Candle files as the history of a backtest. Throws a UserError that names what to change. */
export function readMarket(request: MarketRequest): ReadMarket {
  const { interval, toMs, fromMs } = request;
  const stepMs = INTERVAL_MS[interval];
  const end = Math.floor((toMs ?? Number.POSITIVE_INFINITY) / stepMs);
  const found = [...(request.candles ?? readFolder(request.dir, interval))]
    .map(([symbol, candles]) => [symbol.slice(0, symbol.indexOf('-')), before(candles, end)] as const)
    .filter(([, { length }]) => length > 0);
  const wanted = chosen(found, request);
  if (wanted.length === 0) throw new UserError(`${request.dir}: no ${interval} bar before --to`);
  const first = Math.min(...wanted.map(([, { index }]) => index[0] as number)) * stepMs;
  const last = (Math.max(...wanted.map(([, { index }]) => index.at(-1) as number)) + 1) * stepMs;
  const span = { fromMs: Math.max(fromMs ?? first, first), toMs: Math.min(toMs ?? last, last) };
  if (span.fromMs >= span.toMs) {
    const [a, b] = [new Date(first).toISOString(), new Date(last).toISOString()];
    throw new UserError(`${request.dir} has bars from ${a} to ${b}: nothing between --from and --to`);
  }
  const inputs = wanted.map(([base, raw]) => inputOf(base, raw, request.quote, first, span.fromMs, stepMs));
  return { ...span, inputs: inputs.toSorted((a, b) => (a.product.id < b.product.id ? -1 : 1)) };
}

type Found = readonly (readonly [base: string, candles: Candles])[];

/** Every candle file of one interval. Throws a UserError that names what to change. */
export function readFolder(dir: string, interval: Interval): ReadonlyMap<string, Candles> {
  try {
    return readCandleFolder(dir, interval);
  } catch (error) {
    const isGone =
      (error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR';
    if (isGone) throw new UserError(`--data ${dir}: there is no such folder`);
    if (error instanceof CandleFileError) throw new UserError(error.message);
    throw error;
  }
}

function chosen(found: Found, { symbols, dir, interval }: MarketRequest): Found {
  const bases = found.map(([base]) => base);
  const twice = bases.find((base, i) => bases.indexOf(base) !== i);
  if (twice !== undefined) throw new UserError(`${dir}: two files of ${twice}; keep the one to be tested`);
  if (symbols === undefined) return found;
  const wanted = symbols.map((symbol) => symbol.split('-')[0] as string);
  const missing = wanted.filter((base) => !bases.includes(base));
  if (missing.length > 0) {
    throw new UserError(
      `--symbols: ${dir} has no ${interval} bars of ${missing.join(', ')}; there are: ${bases.join(', ')}`,
    );
  }
  return found.filter(([base]) => wanted.includes(base));
}

/** A product whose bars begin after the data does was listed with its first one. Increments are those of its first price. */
function inputOf(
  base: string,
  raw: Candles,
  quote: string,
  firstMs: number,
  fromMs: number,
  stepMs: number,
): SeriesInput {
  const at = raw.index.findIndex((index) => index * stepMs >= fromMs);
  const listing = listingFor(base, quote, raw.close[Math.max(0, at - 1)] as number);
  const beginsMs = (raw.index[0] as number) * stepMs;
  const listedAtMs = beginsMs > firstMs ? beginsMs : listing.listedAtMs;
  return { product: productOf(listing, listedAtMs), spreadBps: listing.spreadBps, raw };
}

function productOf(listing: Listing, listedAtMs: number): SeriesInput['product'] {
  const { productId, base, quote, priceIncrement, baseIncrement, quoteIncrement } = listing;
  const { baseMinSize, baseMaxSize, quoteMinSize, quoteMaxSize } = listing;
  return {
    id: productId as ProductId,
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

function before(candles: Candles, endIndex: number): Candles {
  const found = candles.index.findIndex((index) => index >= endIndex);
  const length = found < 0 ? candles.length : found;
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
