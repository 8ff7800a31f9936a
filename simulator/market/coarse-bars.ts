import type { Bar } from '../../shared/core/market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../shared/core/market/interval.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import type { BarSource } from './market.ts';

export interface CoarseBars {
  /** Closed bars of any interval that the base interval divides, oldest first, absent ones left out. */
  closed(productId: ProductId, interval: Interval, fromIndex: number, toIndex: number): readonly Bar[];
  /** One bar of many; undefined of none. */
  merge(index: number, bars: readonly Bar[]): Bar | undefined;
}

/** Each coarse bar is added up once and kept: a day of minutes is long to walk and never changes. */
export function coarseBars(source: BarSource): CoarseBars {
  const kept = new Map<string, Map<number, Bar | undefined>>();

  const closed: CoarseBars['closed'] = (productId, interval, fromIndex, toIndex) => {
    if (interval === source.baseInterval) return source.bars(productId, fromIndex, toIndex);
    const known = keptFor(kept, `${productId} ${interval}`);
    const ratio = INTERVAL_MS[interval] / INTERVAL_MS[source.baseInterval];
    const found: Bar[] = [];
    for (let index = fromIndex; index <= toIndex; index += 1) {
      if (!known.has(index)) {
        known.set(index, merge(index, source.bars(productId, index * ratio, (index + 1) * ratio - 1)));
      }
      const bar = known.get(index);
      if (bar !== undefined) found.push(bar);
    }
    return found;
  };
  return { closed, merge };
}

function keptFor(kept: Map<string, Map<number, Bar | undefined>>, key: string): Map<number, Bar | undefined> {
  const known = kept.get(key) ?? new Map<number, Bar | undefined>();
  kept.set(key, known);
  return known;
}

function merge(index: number, bars: readonly Bar[]): Bar | undefined {
  const [first] = bars;
  if (first === undefined) return undefined;
  let { high, low, close } = first;
  let volume = 0;
  for (const bar of bars) {
    high = Math.max(high, bar.high);
    low = Math.min(low, bar.low);
    close = bar.close;
    volume += bar.volume;
  }
  // Sums of decimals drift in the last binary digits; volumes have at most 8 decimals.
  return { index, open: first.open, high, low, close, volume: Number(volume.toFixed(8)) };
}
