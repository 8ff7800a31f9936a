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
  'volatility-breakout': { buys: candlesTo(EXAMPLE_T, squeeze(BARS, 2)), sells: trend(-1) },
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

function levels(steps: readonly number[]): readonly number[] {
  let level = 0;
  return steps.map((step) => {
    level += step;
    return 100 * Math.exp(level);
  });
}

function trend(sign: 1 | -1): Candles {
  return candlesTo(EXAMPLE_T, levels(Array.from({ length: BARS }, (_, i) => sign * (0.002 + 0.0005 * Math.sin(i)))));
}
