import { type Bar, type Candles, candlesFrom, fillGaps } from '../../market/candles.ts';
import type { Indicator } from '../indicator.ts';

/** A walk from `price` with gaps between its bars; with `quiet`, that share of them traded nothing and is filled in flat. */
export function market(seed: number, bars: number, { price = 100, quiet = 0 } = {}): Candles {
  const random = randomFrom(seed);
  let close = price;
  const raw = Array.from({ length: bars }, (_, index): Bar => {
    const open = close * (1 + (random() - 0.5) / 20);
    close = open * (1 + (random() - 0.5) / 20);
    const high = Math.max(open, close) * (1 + random() / 50);
    const low = Math.min(open, close) * (1 - random() / 50);
    return { index, open, high, low, close, volume: 1 + 9 * random() };
  });
  const traded = raw.filter(({ index }) => index === 0 || random() >= quiet);
  return fillGaps(candlesFrom(traded), 0, bars - 1);
}

/** Numbers in [0, 1) that are the same in every run. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** The value after every bar; undefined until warm. */
export function stream<Value>(indicator: Indicator<Value>, over: Candles, from = 0): readonly (Value | undefined)[] {
  return Array.from({ length: over.length - from }, (_, i) => {
    indicator.push(over, from + i);
    return indicator.value();
  });
}

/** The largest difference between two series, against the size of the second or against `atLeast`, if that is larger. NaN fails any limit. */
export function worstError(
  own: readonly (number | undefined)[],
  reference: readonly number[],
  { from = 0, atLeast = 0 } = {},
): number {
  if (own.length !== reference.length) throw new RangeError(`${own.length} values against ${reference.length}`);
  let worst = 0;
  for (let i = from; i < own.length; i += 1) {
    const expected = reference[i] as number;
    const error = Math.abs((own[i] ?? Number.NaN) - expected) / Math.max(Math.abs(expected), atLeast);
    if (Number.isNaN(error)) return error;
    worst = Math.max(worst, error);
  }
  return worst;
}
