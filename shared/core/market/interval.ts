/** Bar intervals the exchange serves, in milliseconds. The key is the spelling used in configs and on the command line. */
export const INTERVAL_MS = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '2h': 7_200_000,
  '4h': 14_400_000,
  '6h': 21_600_000,
  '1d': 86_400_000,
} as const;

export type Interval = keyof typeof INTERVAL_MS;

export const INTERVALS = Object.keys(INTERVAL_MS) as readonly Interval[];

/** The absolute index of the bar that is open at a time: floor(time / interval). */
export function barIndexAt(timeMs: number, interval: Interval): number {
  return Math.floor(timeMs / INTERVAL_MS[interval]);
}

/** The absolute index of the newest bar that is closed at a time. */
export function lastClosedBarIndex(timeMs: number, interval: Interval): number {
  return barIndexAt(timeMs, interval) - 1;
}

export function barStartMs(index: number, interval: Interval): number {
  return index * INTERVAL_MS[interval];
}
