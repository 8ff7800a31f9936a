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
const OWN: Readonly<Record<string, StrategyExample>> = {};

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

function trend(sign: 1 | -1): Candles {
  let level = 0;
  return candlesTo(
    EXAMPLE_T,
    Array.from({ length: BARS }, (_, i) => {
      level += sign * (0.002 + 0.0005 * Math.sin(i));
      return 100 * Math.exp(level);
    }),
  );
}
