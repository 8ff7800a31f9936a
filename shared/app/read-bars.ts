import type { BarsNeeded } from '../core/cycle/requirements.ts';
import { NO_CANDLES } from '../core/market/candles.ts';
import { type Interval, lastClosedBarIndex } from '../core/market/interval.ts';
import type { ProductId } from '../core/market/product.ts';
import type { Clock } from '../ports/clock.ts';
import type { MarketData } from '../ports/market-data.ts';
import { type KnownBars, type MarketCache, mergeCandles } from './market-cache.ts';

/** The bars of one product and interval that this cycle wants. */
export interface Series {
  readonly productId: ProductId;
  readonly interval: Interval;
  readonly fromIndex: number;
  readonly toIndex: number;
  /** Asked for by name: the days that tell the regime, on which every size depends. */
  readonly isNamed: boolean;
}

export interface BarPorts {
  readonly marketData: MarketData;
  readonly marketCache: MarketCache;
  readonly clock: Clock;
}

/** A bar read sooner after its close is read once more: the exchange may still correct it. */
const SETTLE_MS = 60_000;

/** One line per product and interval, most urgent first; where two lines ask for the same bars, the longer one counts. */
export function seriesOf(
  needs: readonly BarsNeeded[],
  productIds: readonly ProductId[],
  slotMs: number,
): readonly Series[] {
  const found = new Map<string, Series>();
  for (const { interval, fromIndex, products } of needs) {
    const toIndex = lastClosedBarIndex(slotMs, interval);
    for (const productId of productIds) {
      if (products !== 'all' && !products.includes(productId)) continue;
      const key = `${productId}/${interval}`;
      const known = found.get(key);
      const from = Math.min(fromIndex, known?.fromIndex ?? fromIndex);
      const isNamed = products !== 'all' || known?.isNamed === true;
      found.set(key, { productId, interval, fromIndex: from, toIndex, isNamed });
    }
  }
  return [...found.values()];
}

/**
 * Reads what is not known yet, side by side: every series of the base interval and what is asked for by name, and of the
 * others as many as the calls allow, those that were not asked for longest first. What stays unread is read in the cycles
 * that follow.
 */
export async function readBars(
  ports: BarPorts,
  series: readonly Series[],
  base: Interval,
  maxOtherReads: number,
): Promise<void> {
  const open = series.filter((each) => !isSettled(each, ports.marketCache));
  const askedAtMs = ({ productId, interval }: Series) => ports.marketCache.askedAtMs(productId, interval);
  // The sort is stable: among those that were never asked for, the most urgent go first.
  const isAtOnce = ({ interval, isNamed }: Series) => interval === base || isNamed;
  const others = open.filter((each) => !isAtOnce(each)).sort((a, b) => compare(askedAtMs(a), askedAtMs(b)));
  const now = [...open.filter(isAtOnce), ...others.slice(0, maxOtherReads)];
  await Promise.all(now.map((each) => readOne(ports, each)));
}

/** The bars when they are known up to the newest closed one; undefined while that is still to be read. */
export function knownBars(
  { productId, interval, fromIndex, toIndex }: Series,
  cache: MarketCache,
): KnownBars | undefined {
  const known = cache.bars(productId, interval);
  return known !== undefined && known.fromIndex <= fromIndex && known.toIndex >= toIndex ? known : undefined;
}

function isSettled(series: Series, cache: MarketCache): boolean {
  const known = knownBars(series, cache);
  return known !== undefined && known.settledIndex >= series.toIndex;
}

async function readOne({ marketData, marketCache, clock }: BarPorts, series: Series): Promise<void> {
  const { productId, interval, fromIndex, toIndex } = series;
  const known = marketCache.bars(productId, interval);
  const isUsable = known !== undefined && known.fromIndex <= fromIndex;
  const from = isUsable ? Math.min(Math.max(fromIndex, known.settledIndex + 1), toIndex) : fromIndex;
  const nowMs = clock.nowMs();
  marketCache.putAskedAt(productId, interval, nowMs);
  const answer = await marketData.candles(productId, interval, from, toIndex);
  if (answer.kind !== 'ok') return;
  marketCache.putBars(productId, interval, {
    bars: mergeCandles(isUsable ? known.bars : NO_CANDLES, answer.value, fromIndex),
    fromIndex,
    toIndex,
    settledIndex: Math.min(toIndex, lastClosedBarIndex(nowMs - SETTLE_MS, interval)),
  });
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
