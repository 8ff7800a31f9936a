import { levels } from '../../../../../test/core/strategy-examples.ts';
import { candlesTo, T } from '../../../../../test/core/world.ts';
import type { Candles } from '../../../market/candles.ts';

/** A day and more of next to nothing, then log returns of their own: 300 bars altogether. */
export function quietThen(...steps: readonly number[]): Candles {
  const quiet = Array.from({ length: 300 - steps.length }, (_, i) => (i % 2 === 0 ? 0.0004 : -0.0004));
  return candlesTo(T, levels([...quiet, ...steps]));
}
