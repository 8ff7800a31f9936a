import { type CandleStore, openCandleStore } from '../../../shared/adapters/candles/candle-store.ts';
import { CandleFileError } from '../../../shared/adapters/candles/csv.ts';
import { type ProductsOfDay, readProductDays } from '../../../shared/adapters/candles/product-days.ts';
import type { FinerBars } from '../../../shared/core/backtest/finer-bars.ts';
import type { SeriesInput } from '../../../shared/core/backtest/series.ts';
import type { Candles } from '../../../shared/core/market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../../shared/core/market/interval.ts';
import type { ProductId } from '../../../shared/core/market/product.ts';
import { listingFor, productOf } from '../../../simulator/market/listing.ts';
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
  /** Bars that tell what a bar did first; undefined: the shortest that the folder has. */
  readonly finerBars: Interval | 'none' | undefined;
  /** The folder where it was opened before: many runs on the same bars. */
  readonly store?: CandleStore | undefined;
}

export interface ReadMarket {
  /** Ascending by product. Nothing at or after `toMs` is in them. */
  readonly inputs: readonly SeriesInput[];
  readonly fromMs: number;
  readonly toMs: number;
  /** What was listed on the days of which somebody took a list, oldest first. */
  readonly productDays: readonly ProductsOfDay[];
  /** null: the folder has no shorter bars. */
  readonly finer: FinerBars | null;
}

/** A folder of candles, CSV or columns, as the history of a backtest. Throws a UserError that names what to change. */
export function readMarket(request: MarketRequest): ReadMarket {
  const { interval, fromMs, toMs } = request;
  const stepMs = INTERVAL_MS[interval];
  const store = request.store ?? storeOf(request.dir, interval);
  const endMs = toMs === undefined ? undefined : Math.floor(toMs / stepMs) * stepMs;
  const wanted = chosen(store.symbols(interval), request)
    .map((symbol) => [symbol, loaded(() => store.load(symbol, interval, undefined, endMs))] as const)
    .filter(([, { length }]) => length > 0);
  if (wanted.length === 0) throw new UserError(`${request.dir}: no ${interval} bar before --to`);
  const first = Math.min(...wanted.map(([, { index }]) => index[0] as number)) * stepMs;
  const last = (Math.max(...wanted.map(([, { index }]) => index.at(-1) as number)) + 1) * stepMs;
  // Before its first bar has closed nothing is known of a market, nor what holding the reference from there on would be.
  const span = { fromMs: Math.max(fromMs ?? 0, first + stepMs), toMs: Math.min(toMs ?? last, last) };
  if (span.fromMs >= span.toMs) {
    const [a, b] = [new Date(first).toISOString(), new Date(last).toISOString()];
    throw new UserError(`${request.dir} has bars from ${a} to ${b}: nothing between --from and --to`);
  }
  const inputs = wanted.map(([symbol, raw]) => inputOf(baseOf(symbol), raw, request.quote, first, span.fromMs, stepMs));
  return {
    ...span,
    inputs: inputs.toSorted((a, b) => (a.product.id < b.product.id ? -1 : 1)),
    productDays: loaded(() => readProductDays(request.dir)),
    finer: readFiner(
      request,
      store,
      wanted.map(([symbol]) => symbol),
      span,
    ),
  };
}

/** A folder that has bars of this interval. Throws a UserError that names what to change. */
export function storeOf(dir: string, interval: Interval): CandleStore {
  const store = loaded(() => openCandleStore(dir), '--data ');
  if (store.intervals.includes(interval)) return store;
  throw new UserError(`${dir}: no file of ${interval} bars in this folder; there are: ${store.intervals.join(', ')}`);
}

/** What is wrong with a file is the operator's to mend. */
function loaded<Read>(read: () => Read, before = ''): Read {
  try {
    return read();
  } catch (error) {
    if (error instanceof CandleFileError) throw new UserError(`${before}${error.message}`);
    throw error;
  }
}

function baseOf(symbol: string): string {
  return symbol.slice(0, symbol.indexOf('-'));
}

function chosen(found: readonly ProductId[], { symbols, dir, interval }: MarketRequest): readonly ProductId[] {
  const bases = found.map(baseOf);
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
  return found.filter((symbol) => wanted.includes(baseOf(symbol)));
}

/** Only what the run can meet, and of it only the extremes: minutes beside years of hours are many. */
function readFiner(
  { interval, quote, finerBars }: MarketRequest,
  store: CandleStore,
  symbols: readonly ProductId[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): FinerBars | null {
  const finest = finerBars ?? store.intervals[0];
  if (finest === undefined || finest === 'none' || INTERVAL_MS[finest] >= INTERVAL_MS[interval]) return null;
  const own = symbols.filter((symbol) => store.symbols(finest).includes(symbol));
  const series = own.map((symbol) => {
    // A store of its own, which nothing holds any longer than this: its other columns can go.
    const { length, index, high, low } = loaded(() => openCandleStore(store.dir).load(symbol, finest, fromMs, toMs));
    const path = { length, index: index.slice(), high: high.slice(), low: low.slice() };
    return [`${baseOf(symbol)}-${quote}` as ProductId, path] as const;
  });
  return series.length === 0 ? null : { interval: finest, series: new Map(series) };
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
  return { product: { ...productOf(listing), listedAtMs }, spreadBps: listing.spreadBps, raw };
}
