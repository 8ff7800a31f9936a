import { type Bar, barAt, type Candles, candlesFrom } from '../../shared/core/market/candles.ts';
import { candlesTo } from './world.ts';

/** The bar of the decision in every example. */
export const EXAMPLE_T = 10_000;
const BARS = 330;

/** Bars up to EXAMPLE_T on which a strategy with its test parameters buys when flat, and sells when it holds. */
export interface StrategyExample {
  readonly buys: Candles;
  readonly sells: Candles;
}

/** A strategy that a steady trend does not move has a line of its own here. */
const OWN: Readonly<Record<string, StrategyExample>> = {
  'ema-trend-pullback': { buys: candlesTo(EXAMPLE_T, pullback()), sells: trend(-1) },
  'classic-rules': { buys: candlesTo(EXAMPLE_T, awakening(1)), sells: candlesTo(EXAMPLE_T, awakening(-1)) },
  'new-listing-breakout': { buys: candlesTo(EXAMPLE_T, listing()), sells: trend(-1) },
  'rsi-bollinger-reversion': { buys: candlesTo(EXAMPLE_T, dip()), sells: trend(1) },
  'volatility-breakout': { buys: candlesTo(EXAMPLE_T, squeeze(BARS, 2)), sells: trend(-1) },
  'volume-spike-momentum': { buys: withLastVolume(candlesTo(EXAMPLE_T, nudge(2)), 60), sells: trend(-1) },
};

export function exampleOf(strategy: string): StrategyExample {
  return OWN[strategy] ?? { buys: trend(1), sells: trend(-1) };
}

/** The same market upside down: every return has the opposite sign. */
export function mirrorOf(candles: Candles): Candles {
  const mirrored = (price: number) => 10_000 / price;
  return candlesFrom(
    Array.from({ length: candles.length }, (_, i): Bar => {
      const { index, open, high, low, close, volume } = barAt(candles, i) as Bar;
      return {
        index,
        open: mirrored(open),
        high: mirrored(low),
        low: mirrored(high),
        close: mirrored(close),
        volume,
      };
    }),
  );
}

/** A rise, half a dozen falling bars, and the first that closes above the fast mean again. */
export function pullback(turn = 0.025): readonly number[] {
  const steps = Array.from({ length: BARS }, (_, i) => (i < BARS - 7 ? 0.003 : -0.006));
  return levels([...steps.slice(0, -1), turn]);
}

/** A market that hardly closes apart, and a newest bar that does. */
export function squeeze(bars: number, rise: number): readonly number[] {
  const quiet = Array.from({ length: bars - 1 }, (_, i) => (i % 2 === 0 ? 100 : 100.05));
  return [...quiet, (quiet.at(-1) as number) + rise];
}

/** A quiet market that begins to move. */
export function awakening(sign: 1 | -1): readonly number[] {
  return levels(Array.from({ length: BARS }, (_, i) => (i < BARS - 10 ? 0.0002 * (i % 3) : sign * 0.005)));
}

/** A long rise and two bars of panic. */
export function dip(panic = 0.04): readonly number[] {
  return levels(
    Array.from({ length: BARS }, (_, i) => (i < BARS - 2 ? 0.002 + (i % 2 === 0 ? 0.001 : -0.001) : -panic)),
  );
}

/** A market of sixty bars altogether: a range, and a close a little above it. */
export function listing(close = 102.3): readonly number[] {
  return [...Array.from({ length: 59 }, (_, i) => 100 + (i % 3)), close];
}

/** Hardly any move, and a newest bar with one. */
export function nudge(pct: number): readonly number[] {
  return [...Array.from({ length: BARS - 1 }, (_, i) => 100 + 0.1 * (i % 2)), 100 + pct];
}

export function withLastVolume(candles: Candles, volume: number): Candles {
  return { ...candles, volume: candles.volume.map((usual, i) => (i === candles.length - 1 ? volume : usual)) };
}

/** Closes from log returns. */
export function levels(steps: readonly number[]): readonly number[] {
  let level = 0;
  return steps.map((step) => {
    level += step;
    return 100 * Math.exp(level);
  });
}

function trend(sign: 1 | -1): Candles {
  return candlesTo(EXAMPLE_T, levels(Array.from({ length: BARS }, (_, i) => sign * (0.002 + 0.0005 * Math.sin(i)))));
}
