import type { Bar } from '../../shared/core/market/candles.ts';
import { barMarket } from '../../simulator/market/bar-market.ts';
import { listingFor } from '../../simulator/market/listing.ts';
import type { Market } from '../../simulator/market/market.ts';

export const MINUTE_MS = 60_000;
/** Noon, so that an hour of bars lies before it on the same day. */
export const START_MS = Date.UTC(2026, 0, 5, 12);

/** Minute after the start -> what differs from a flat 100. */
export type Script = Readonly<Record<number, Partial<Pick<Bar, 'open' | 'high' | 'low' | 'close'>>>>;

const BASES = ['BTC', 'ETH'] as const;
const MINUTES_BEFORE = 120;
const MINUTES_AFTER = 60;

/** Bitcoin and ether at 100 dollars, minute by minute as the script says. `closesBefore`: the newest closes before the start. */
export function scriptedMarket(script: Script = {}, closesBefore: readonly number[] = []): Market {
  const first = START_MS / MINUTE_MS;
  const bars = new Map<number, Bar>();
  for (let minute = -MINUTES_BEFORE; minute < MINUTES_AFTER; minute += 1) {
    const close = closesBefore.at(minute < 0 ? closesBefore.length + minute : closesBefore.length) ?? 100;
    const usual = { open: close, high: close + 0.1, low: close - 0.1, close, volume: 10_000 };
    bars.set(first + minute, { index: first + minute, ...usual, ...script[minute] });
  }
  const inOrder = [...bars.values()];
  return barMarket(
    {
      baseInterval: '1m',
      listings: BASES.map((base) => listingFor(base, 'USD', 100)),
      bars: (_id, fromIndex, toIndex) => inOrder.filter(({ index }) => index >= fromIndex && index <= toIndex),
      atOrBefore: (_id, index) => bars.get(index) ?? inOrder.findLast((bar) => bar.index <= index),
    },
    1,
  );
}
