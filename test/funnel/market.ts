import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCandleFolder } from '../../shared/adapters/candles/csv.ts';
import { type Candles, fillGaps } from '../../shared/core/market/candles.ts';
import { INTERVAL_MS, type Interval, lastClosedBarIndex } from '../../shared/core/market/interval.ts';
import { type ProductId, productId } from '../../shared/core/market/product.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../../shared/core/market/snapshot.ts';
import { productOf } from '../../shared/core/market/testing/product.ts';
import { price, quantity, usd } from '../../shared/core/money/fixed.ts';
import { snapshotOf } from '../core/world.ts';
import { barOf, coarsened } from './coarsen.ts';

/** One folder of candle files, in every interval that is asked for. */
export interface FunnelMarket {
  readonly name: string;
  readonly base: Interval;
  readonly symbols: readonly ProductId[];
  /** Milliseconds: the first and the last close that is known. */
  readonly range: { readonly fromMs: number; readonly toMs: number };
  readonly bars: (id: ProductId, interval: Interval) => Candles;
}

export const FOLDERS: readonly { readonly name: string; readonly base: Interval }[] = [
  { name: '1m-2021q2', base: '1m' },
  { name: '1m-2023q2', base: '1m' },
  { name: '1h', base: '1h' },
];

/** null where the folder is not there. */
export function marketIn(dir: string, { name, base }: (typeof FOLDERS)[number]): FunnelMarket | null {
  if (!existsSync(join(dir, name))) return null;
  const series = new Map(
    [...readCandleFolder(join(dir, name), base)].map(([symbol, raw]) => {
      const last = raw.index[raw.length - 1] as number;
      return [productId(symbol.replace('-USDT', '-USD')), fillGaps(raw, raw.index[0] as number, last)] as const;
    }),
  );
  const kept = new Map<string, Candles>();
  const ends = [...series.values()].map(
    ({ index, length }) => [index[0] as number, index[length - 1] as number] as const,
  );
  return {
    name,
    base,
    symbols: [...series.keys()],
    range: {
      fromMs: (Math.min(...ends.map(([first]) => first)) + 1) * INTERVAL_MS[base],
      toMs: (Math.max(...ends.map(([, last]) => last)) + 1) * INTERVAL_MS[base],
    },
    bars: (id, interval) => {
      const key = `${id} ${interval}`;
      const known = kept.get(key) ?? coarsened(series.get(id) as Candles, base, interval);
      kept.set(key, known);
      return known;
    },
  };
}

/** The market at a moment, with the closes as quotes two basis points wide and volume and depth to spare. */
export function marketAt(market: FunnelMarket, slotMs: number, intervals: readonly Interval[]): MarketSnapshot {
  const t = lastClosedBarIndex(slotMs, market.base);
  const symbols = market.symbols.flatMap((id) => symbolAt(market, id, t, { slotMs, intervals }) ?? []);
  return snapshotOf(symbols, { slotMs, asOfMs: slotMs + 1_500, baseInterval: market.base });
}

function symbolAt(
  { base, bars }: FunnelMarket,
  productId: ProductId,
  t: number,
  { slotMs, intervals }: { readonly slotMs: number; readonly intervals: readonly Interval[] },
): SymbolSnapshot | undefined {
  const bar = barOf(bars(productId, base), t);
  if (bar === undefined) return undefined;
  const deep = quantity('1000000000');
  return {
    productId,
    product: { ...productOf(productId), ...ANY_SIZE },
    quote: {
      productId,
      bid: price((bar.close * 0.9999).toFixed(12)),
      ask: price((bar.close * 1.0001).toFixed(12)),
      bidSize: deep,
      askSize: deep,
      timeMs: slotMs + 1_000,
    },
    candles: Object.fromEntries([base, ...intervals].map((each) => [each, bars(productId, each)])),
    lastTradedBarIndex: bar.volume > 0 ? t : t - 1,
    faults: [],
  };
}

/** Coins of a hundred-thousandth of a cent as well as of sixty thousand dollars. */
const ANY_SIZE = {
  priceIncrement: price('0.0000000001'),
  baseMinSize: quantity('0.00000001'),
  baseMaxSize: quantity('1000000000000'),
  quoteVolume24h: usd('1000000000'),
};
