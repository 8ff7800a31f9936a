import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candlesTo, T } from '../../../../test/core/world.ts';
import { bollinger } from '../../indicators/bollinger.ts';
import { valueAt } from '../../indicators/indicator.ts';
import { keltner } from '../../indicators/keltner.ts';
import type { Candles } from '../../market/candles.ts';
import { squeezeBefore } from './squeeze.ts';

const settings = { channel_lookback_bars: 10, bollinger_width: 1.5, keltner_width: 1, squeeze_lookback_bars: 8 };
const END = 60;

const steps = fc.array(fc.integer({ min: -10, max: 10 }), { minLength: END + 1, maxLength: END + 1 });

function series(moves: readonly number[]): Candles {
  let close = 1_000;
  return candlesTo(
    T,
    moves.map((move) => {
      close += move / 10;
      return close;
    }),
  );
}

function bandsAt(candles: Candles, end: number) {
  const inner = valueAt(bollinger(10, 1.5), candles, end);
  const outer = valueAt(keltner({ period: 10, atrPeriod: 10, width: 1 }), candles, end);
  if (inner === undefined || outer === undefined) throw new Error('no bands');
  return { inner, outer };
}

describe('the squeeze before a bar', () => {
  it('counts the bars whose band lies within the channel on both sides', () => {
    fc.assert(
      fc.property(steps, (moves) => {
        const candles = series(moves);
        const squeezed = Array.from({ length: 8 }, (_, i) => bandsAt(candles, END - i)).filter(
          ({ inner, outer }) => inner.upper < outer.upper && inner.lower > outer.lower,
        );

        expect(squeezeBefore(candles, END, settings).squeezed_bars).toBe(squeezed.length);
      }),
      { numRuns: 500 },
    );
  });

  it('draws the upper line from the bar before, the higher one of the two', () => {
    fc.assert(
      fc.property(steps, (moves) => {
        const candles = series(moves);
        const { inner, outer } = bandsAt(candles, END);

        expect(squeezeBefore(candles, END, settings).upper).toBe(Math.max(inner.upper, outer.upper));
      }),
    );
  });

  it('finds none, and no line that could be crossed, where there are no bands yet', () => {
    const short = series(Array.from({ length: 9 }, () => 1));

    expect(squeezeBefore(short, 9, settings)).toEqual({ squeezed_bars: 0, upper: Number.POSITIVE_INFINITY });
  });
});
