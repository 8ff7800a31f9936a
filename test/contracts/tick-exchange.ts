import type { Bar } from '../../shared/core/market/candles.ts';

/** A minute as its trades came, in order; null where nobody traded. */
export interface Minute {
  readonly ticks: readonly number[];
  readonly volume: number;
}

export type TickOrder =
  | { readonly kind: 'limit'; readonly side: 'BUY' | 'SELL'; readonly limit: number }
  | { readonly kind: 'stop'; readonly stop: number; readonly limit: number }
  | { readonly kind: 'bracket'; readonly stop: number; readonly target: number };

export interface TickFill {
  readonly price: number;
  readonly liquidity: 'MAKER' | 'TAKER';
  /** The minute in which it was dealt. */
  readonly minute: number;
}

/** What stands at the exchange. A stop that waits has no limit yet. */
interface Standing {
  readonly side: 'BUY' | 'SELL';
  readonly limit: number | null;
  readonly stop: number | null;
}

/**
 * The kindest exchange there can be: no queue, no spread, and every trade takes all of an order. What a model of fills makes
 * of the same minutes must never be better than this.
 */
export function kindestFill(order: TickOrder, minutes: readonly (Minute | null)[]): TickFill | null {
  let standing = standingOf(order);
  for (const { tick, minute } of minutes.flatMap(ticksOf)) {
    const fires = standing.stop !== null && tick <= standing.stop;
    standing = fires ? { ...standing, limit: limitOnceFired(order), stop: null } : standing;
    if (reaches(standing, tick)) return { ...dealOf(standing, fires ? tick : null), minute };
  }
  return null;
}

function dealOf({ limit }: Standing, firedAt: number | null): Omit<TickFill, 'minute'> {
  return firedAt === null ? { price: limit as number, liquidity: 'MAKER' } : { price: firedAt, liquidity: 'TAKER' };
}

function ticksOf(traded: Minute | null, minute: number) {
  return (traded?.ticks ?? []).map((tick) => ({ tick, minute }));
}

function standingOf(order: TickOrder): Standing {
  if (order.kind === 'limit') return { side: order.side, limit: order.limit, stop: null };
  return { side: 'SELL', limit: order.kind === 'bracket' ? order.target : null, stop: order.stop };
}

/** Where it rests when its own prices are all that is left of it: a bracket's stop leg is a limit 5 % below its trigger. */
export function limitOnceFired(order: TickOrder): number {
  return order.kind === 'bracket' ? order.stop * 0.95 : order.limit;
}

function reaches({ side, limit }: Standing, tick: number): boolean {
  if (limit === null) return false;
  return side === 'SELL' ? tick >= limit : tick <= limit;
}

export function barOf(index: number, { ticks, volume }: Minute): Bar {
  const [open = 0] = ticks;
  return { index, open, high: Math.max(...ticks), low: Math.min(...ticks), close: ticks.at(-1) ?? 0, volume };
}
