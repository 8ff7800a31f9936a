import type { Candles } from '../../market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../market/interval.ts';
import { log } from '../../market/log.ts';

/** 1: the market as it is; -1: its mirror image, in which every fall is a rise of the same size. */
export type Direction = 1 | -1;

export interface Market {
  readonly candles: Candles;
  readonly barsPerHour: number;
  /** The bars as logarithms of prices, mirrored where asked, so that one set of indicators serves both directions. */
  readonly logs: (direction: Direction) => Candles;
}

/**
 * Throws unless the bars divide an hour and a day of them fits a window: what is asked about 15 and 60 minutes must never
 * be answered from bars of another length.
 */
export function marketOf(candles: Candles, interval: Interval, maxBarsPerHour: number): Market {
  const barsPerHour = INTERVAL_MS['1h'] / INTERVAL_MS[interval];
  if (!Number.isInteger(barsPerHour) || barsPerHour > maxBarsPerHour) {
    throw new RangeError(`needs bars of 5m, 15m, 30m or 1h, not of ${interval}`);
  }
  return { candles, barsPerHour, logs: logsOf(candles) };
}

/**
 * Signed return of the last so many bars, in percent. Of logarithms, so that a move and its mirror image have the same size
 * and no threshold is nearer from one side.
 */
export function movedPct({ close, length }: Candles, bars: number, direction: Direction): number {
  return direction * percentBetween(close[length - 1 - bars] as number, close[length - 1] as number);
}

/** How far the newest close is above the lowest low of the `bars` before position `end`; mirrored, below the highest high. */
export function extremeDistancePct(candles: Candles, bars: number, end: number, direction: Direction): number {
  const column = direction === 1 ? candles.low : candles.high;
  const close = candles.close[candles.length - 1] as number;
  let extreme = column[end - bars] as number;
  for (let i = end - bars + 1; i < end; i += 1) {
    const price = column[i] as number;
    if (direction * (price - extreme) < 0) extreme = price;
  }
  return direction * percentBetween(extreme, close);
}

/** To nine places: a move of exactly a threshold must not pass upwards and fail downwards by the last bit of a logarithm. */
function percentBetween(from: number, to: number): number {
  return Math.round(1e11 * log(to / from)) / 1e9;
}

/** Each direction is made once, when it is first asked for: logarithms are the dearest part of the strategy. */
function logsOf(candles: Candles): Market['logs'] {
  let up: Candles | undefined;
  let down: Candles | undefined;
  return (direction) => {
    up ??= logCandles(candles);
    if (direction === 1) return up;
    down ??= mirrored(up);
    return down;
  };
}

function logCandles({ length, index, open, high, low, close, volume }: Candles): Candles {
  const logs = (prices: Float64Array) => prices.map((price) => log(price));
  return { length, index, open: logs(open), high: logs(high), low: logs(low), close: logs(close), volume };
}

function mirrored({ length, index, open, high, low, close, volume }: Candles): Candles {
  const negated = (prices: Float64Array) => prices.map((price) => -price);
  const [top, bottom] = [negated(low), negated(high)];
  return { length, index, open: negated(open), high: top, low: bottom, close: negated(close), volume };
}
