import { join } from 'node:path';
import { columnFileName } from '../../shared/adapters/candles/column-file.ts';
import { writeProductDay } from '../../shared/adapters/candles/product-days.ts';
import { type Bar, candlesFrom } from '../../shared/core/market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../shared/core/market/interval.ts';
import type { Product } from '../../shared/core/market/product.ts';
import { fromNumber, usd } from '../../shared/core/money/fixed.ts';
import { ASSETS } from '../../simulator/market/assets.ts';
import { type Listing, productOf } from '../../simulator/market/listing.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import type { Progress } from '../render/progress.ts';
import { type BarSpan, barSpan } from './candle-inputs.ts';
import { storeCandles } from './import-candles.ts';

export interface SynthOptions {
  readonly seed: number;
  /** Base currencies; undefined: all there are. */
  readonly bases: readonly string[] | undefined;
  readonly interval: Interval;
  readonly fromMs: number;
  readonly toMs: number;
  readonly out: string;
  /** Other bars of the same symbol and interval may be written over. */
  readonly replaces: boolean;
}

export interface SynthesizedFile {
  readonly file: string;
  readonly symbol: string;
  readonly interval: Interval;
  readonly bars: number;
  readonly data_hash: string;
}

const CHUNK_MS = 10 * INTERVAL_MS['1d'];

/** So many symbols times chunks of ten days will be made: what the progress counts. */
export function synthSteps({ bases, fromMs, toMs }: SynthOptions): number {
  return (bases ?? ASSETS).length * Math.ceil((toMs - fromMs) / CHUNK_MS);
}

/** The simulator's synthetic market as files, its products beside them. The same seed and --from give the same bytes. */
export function synthCandles(options: SynthOptions, progress: Progress): readonly SynthesizedFile[] {
  const { seed, bases, interval, fromMs, toMs, out } = options;
  const span = barSpan(fromMs, toMs, interval);
  const market = syntheticMarket({ seed, startMs: fromMs, ...(bases && { symbols: bases }) });
  const chunkBars = Math.max(1, Math.floor(CHUNK_MS / INTERVAL_MS[interval]));
  let steps = 0;
  const files = market.listings.map(({ productId: symbol }) => {
    const bars: Bar[] = [];
    for (const { fromIndex, toIndex } of chunksOf(span, chunkBars)) {
      bars.push(...market.bars(symbol, interval, fromIndex, toIndex, (toIndex + 1) * INTERVAL_MS[interval]));
      steps += 1;
      progress.at(steps, symbol);
    }
    const file = join(out, columnFileName(symbol, interval));
    const { data_hash } = storeCandles(file, { symbol, interval, candles: candlesFrom(bars) }, options);
    return { file, symbol, interval, bars: bars.length, data_hash };
  });
  writeProductDay(out, fromMs, market.listings.map(listedProduct));
  return files;
}

/** A span cut into pieces of at most so many bars, oldest first. */
export function chunksOf({ fromIndex, toIndex }: BarSpan, bars: number): readonly BarSpan[] {
  const count = Math.ceil((toIndex - fromIndex + 1) / bars);
  return Array.from({ length: Math.max(0, count) }, (_, i) => {
    const first = fromIndex + i * bars;
    return { fromIndex: first, toIndex: Math.min(toIndex, first + bars - 1) };
  });
}

/** As the simulated exchange lists it, with the coin's usual volume. */
function listedProduct(listing: Listing): Product {
  const usual = ASSETS.find(({ base }) => base === listing.base)?.quoteVolume24hUsd ?? 0;
  return { ...productOf(listing), quoteVolume24h: fromNumber(usual, usd('1'), 'down') };
}
