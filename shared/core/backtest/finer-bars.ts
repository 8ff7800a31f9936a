import { type Candles, firstAtOrAfter } from '../market/candles.ts';
import { INTERVAL_MS, type Interval } from '../market/interval.ts';
import type { ProductId } from '../market/product.ts';

/** Bars shorter than those of the run, where there are any: they tell in which order a bar reached its prices. */
export interface FinerBars {
  readonly interval: Interval;
  readonly series: ReadonlyMap<ProductId, Path>;
}

/** Ascending; bars in which nothing traded are not there. */
export type Path = Pick<Candles, 'length' | 'index' | 'high' | 'low'>;

export interface Levels {
  readonly stop: number;
  readonly target: number;
}

/**
 * Which of the two a bar reached first, a finer bar that reached both counting as the stop. null where the finer bars do not
 * know: they are not there, or never reach what the bar itself reached.
 */
export function reachedFirst(
  finer: FinerBars | undefined,
  productId: ProductId,
  bar: { readonly index: number; readonly interval: Interval },
  { stop, target }: Levels,
): 'stop' | 'target' | null {
  const path = finer?.series.get(productId);
  if (finer === undefined || path === undefined) return null;
  const ratio = INTERVAL_MS[bar.interval] / INTERVAL_MS[finer.interval];
  const end = (bar.index + 1) * ratio;
  let first: 'stop' | 'target' | null = null;
  let isStopSeen = false;
  for (let at = firstAtOrAfter(path, bar.index * ratio); at < path.length; at += 1) {
    if ((path.index[at] as number) >= end) break;
    const isStop = (path.low[at] as number) <= stop;
    isStopSeen ||= isStop;
    if (isStop) first ??= 'stop';
    else if ((path.high[at] as number) > target) first ??= 'target';
  }
  // A path that misses the stop has holes: what happened in them is not known.
  return isStopSeen ? first : null;
}
