import { type Bar, type Candles, candlesFrom } from '../../core/market/candles.ts';
import { type ProductId, productId } from '../../core/market/product.ts';

type Bars = ReadonlyMap<ProductId, readonly Bar[]>;

interface TradedDesk {
  readonly bars: Map<ProductId, readonly Bar[]>;
  nowMs: number;
}

/**
 * The first whole minute from now on trades over a range, and the clock moves to its end: what rests meets it with the
 * next look. `{ low: 99 }` trades at 99 only, `{ open: 100, low: 99 }` between the two.
 */
export function tradeMinute(
  desk: TradedDesk,
  over: Partial<Omit<Bar, 'index'>> = {},
  id: ProductId = productId('BTC-USD'),
): void {
  const index = Math.ceil(desk.nowMs / 60_000);
  const open = over.open ?? over.low ?? over.high ?? 100;
  const close = over.close ?? open;
  const bar = {
    index,
    open,
    close,
    high: over.high ?? Math.max(open, close),
    low: over.low ?? Math.min(open, close),
    volume: over.volume ?? 1_000,
  };
  desk.bars.set(id, [...(desk.bars.get(id) ?? []), bar]);
  desk.nowMs = (index + 1) * 60_000;
}

export function tradedBars(all: Bars, id: ProductId, fromIndex: number, toIndex: number): Candles {
  return candlesFrom((all.get(id) ?? []).filter(({ index }) => index >= fromIndex && index <= toIndex));
}
