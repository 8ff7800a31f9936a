import { describe, expect, it } from 'vitest';
import type { Candles } from '../market/candles.ts';
import { adx } from './adx.ts';
import { bollinger } from './bollinger.ts';
import { type Indicator, valueAt } from './indicator.ts';
import { keltner } from './keltner.ts';
import { macd } from './macd.ts';
import { type ParabolicStop, psar } from './psar.ts';
import { rsi } from './rsi.ts';
import { slope } from './slope.ts';
import { type Supertrend, supertrend } from './supertrend.ts';
import { market, stream, worstError } from './testing/market.ts';
import { vwap } from './vwap.ts';
import { wma } from './wma.ts';
import { zScore } from './z-score.ts';

const candles = market(21, 400, { quiet: 0.15 });
const P = 14;

/** Formulas as a textbook has them, worked out from nothing for every bar; slow, and without any state to go wrong. */
describe('over the window of each bar', () => {
  it.each<readonly [string, () => Indicator, (closes: readonly number[]) => number]>([
    [
      'WMA',
      () => wma(P),
      (closes) =>
        dot(closes, (i) => i + 1) /
        dot(
          closes.map(() => 1),
          (i) => i + 1,
        ),
    ],
    ['z-score', () => zScore(P), (closes) => ((closes.at(-1) as number) - mean(closes)) / deviation(closes)],
    ['slope', () => slope(P), (closes) => leastSquares(closes)],
    ['slope of an odd window', () => slope(5), (closes) => leastSquares(closes.slice(-5))],
    ['upper Bollinger band', () => pick(bollinger(P, 2.5), 'upper'), (xs) => mean(xs) + 2.5 * deviation(xs)],
    ['middle Bollinger band', () => pick(bollinger(P, 2.5), 'middle'), (xs) => mean(xs)],
    ['lower Bollinger band', () => pick(bollinger(P, 2.5), 'lower'), (xs) => mean(xs) - 2.5 * deviation(xs)],
  ])('%s is the formula to 1e-9', (_, make, formula) => {
    const reference = every((end) => formula([...candles.close.subarray(Math.max(0, end - P), end)]));

    expect(worstError(stream(make(), candles), reference, { from: P - 1, atLeast: 1 })).toBeLessThan(1e-9);
  });

  it('VWAP is the formula to 1e-9', () => {
    const typical = every(
      (end) => (at(candles.high, end - 1) + at(candles.low, end - 1) + at(candles.close, end - 1)) / 3,
    );
    const reference = every((end) => {
      const volumes = candles.volume.subarray(Math.max(0, end - P), end);
      return dot(typical.slice(Math.max(0, end - P), end), (i) => at(volumes, i)) / total([...volumes]);
    });

    expect(worstError(stream(vwap(P), candles), reference, { from: P - 1 })).toBeLessThan(1e-9);
  });

  it('VWAP of bars without any volume is the typical price of the newest', () => {
    const silent = { ...candles, volume: new Float64Array(candles.length) };
    const last = candles.length - 1;

    const typical = (at(candles.high, last) + at(candles.low, last) + at(candles.close, last)) / 3;
    expect(valueAt(vwap(P), silent, candles.length)).toBe(typical);
  });
});

describe('over everything since the first bar', () => {
  it('RSI is 100 - 100 / (1 + mean gain / mean loss), the means written out as sums, to 1e-9', () => {
    const changes = every((end) => at(candles.close, end) - at(candles.close, end - 1)).slice(0, -1);
    const reference = every((end) => {
      const seen = changes.slice(0, end - 1);
      const gain = fading(
        seen.map((change) => Math.max(change, 0)),
        P,
        1 / P,
      );
      const loss = fading(
        seen.map((change) => Math.max(-change, 0)),
        P,
        1 / P,
      );
      return 100 - 100 / (1 + gain / loss);
    });

    expect(worstError(stream(rsi(P), candles), reference, { from: P })).toBeLessThan(1e-9);
  });

  it('ADX is the fading mean of DX, each from fading sums, to 1e-9', () => {
    const rises = every((end) => at(candles.high, end) - at(candles.high, end - 1)).slice(0, -1);
    const falls = every((end) => at(candles.low, end - 1) - at(candles.low, end)).slice(0, -1);
    const plus = rises.map((rise, i) => (rise > Math.max(at(falls, i), 0) ? rise : 0));
    const minus = falls.map((fall, i) => (fall > Math.max(at(rises, i), 0) ? fall : 0));
    const dx = plus.map((_, i) => {
      const [up, down] = [plus, minus].map((moves) => wilderSum(moves.slice(0, i + 1), P)) as [number, number];
      return (100 * Math.abs(up - down)) / (up + down);
    });
    const reference = every((end) => fading(dx.slice(P - 1, end - 1), P, 1 / P));

    expect(worstError(stream(pick(adx(P), 'adx'), candles), reference, { from: 2 * P - 1 })).toBeLessThan(1e-9);
  });

  it('MACD is the difference of two fading means that are complete on the same bar, to 1e-9', () => {
    const settings = { fast: 5, slow: 12, signal: 4 };
    const line = every((end) => {
      const closes = [...candles.close.subarray(0, end)];
      return fading(closes.slice(12 - 5), 5, 2 / 6) - fading(closes, 12, 2 / 13);
    });
    const signal = every((end) => fading(line.slice(11, end), 4, 2 / 5));

    const options = { from: 14, atLeast: 1 };
    expect(worstError(stream(pick(macd(settings), 'macd'), candles), line, options)).toBeLessThan(1e-9);
    expect(worstError(stream(pick(macd(settings), 'signal'), candles), signal, options)).toBeLessThan(1e-9);
    const histogram = line.map((value, i) => value - at(signal, i));
    expect(worstError(stream(pick(macd(settings), 'histogram'), candles), histogram, options)).toBeLessThan(1e-9);
  });

  it('Keltner channel is a fading mean and the fading true range about it, to 1e-9', () => {
    const ranges = every((end) => {
      const [high, low, before] = [at(candles.high, end), at(candles.low, end), at(candles.close, end - 1)];
      return Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
    }).slice(0, -1);
    const upper = every(
      (end) =>
        fading([...candles.close.subarray(0, end)], 20, 2 / 21) + 2 * fading(ranges.slice(0, end - 1), 10, 1 / 10),
    );

    const own = stream(pick(keltner({ period: 20, atrPeriod: 10, width: 2 }), 'upper'), candles);
    expect(worstError(own, upper, { from: 19 })).toBeLessThan(1e-9);
  });
});

describe('what must hold on every bar', () => {
  it('a z-score stays within the root of its period less one', () => {
    const values = stream(zScore(5), candles).slice(4) as readonly number[];

    expect(values.every((value) => Math.abs(value) <= 2 + 1e-12)).toBe(true);
  });

  it('a parabolic stop stands outside the last two bars, and moves only its own way until it turns', () => {
    const stops = stream(psar(0.02, 0.2), candles).slice(1) as readonly ParabolicStop[];
    const guards = stops.map(({ stop, isLong }) => ({ level: stop, side: isLong ? 1 : -1 }));

    const isOutside = guards.slice(1).map(({ level, side }, i) => {
      const lasts = [candles.high, candles.low].flatMap((column) => [at(column, i + 1), at(column, i + 2)]);
      return side * level <= Math.min(...lasts.map((price) => side * price));
    });
    expect(isOutside).not.toContain(false);
    expect(retreats(guards)).toEqual([]);
  });

  it('a Supertrend line stands behind the close, and moves only its own way until it turns', () => {
    const lines = stream(supertrend(10, 2), candles).slice(10) as readonly Supertrend[];
    const guards = lines.map(({ line, isUp }) => ({ level: line, side: isUp ? 1 : -1 }));

    const isBehind = guards.map(({ level, side }, i) => side * level <= side * at(candles.close, i + 10));
    expect(isBehind).not.toContain(false);
    expect(retreats(guards)).toEqual([]);
  });
});

interface Guard {
  readonly level: number;
  /** 1: below a rise; -1: above a fall. */
  readonly side: number;
}

/** The guards that moved away from the price without having changed sides. */
function retreats(guards: readonly Guard[]): readonly Guard[] {
  return guards.filter(({ level, side }, i) => {
    const before = guards[i - 1];
    return before?.side === side && side * level < side * before.level;
  });
}

function every(formula: (end: number) => number): readonly number[] {
  return Array.from({ length: candles.length }, (_, i) => formula(i + 1));
}

/** Mean of the first `period`, then each new number with this weight: the recursion multiplied out. */
function fading(values: readonly number[], period: number, weight: number): number {
  const later = values.slice(period);
  const seed = mean(values.slice(0, period)) * (1 - weight) ** later.length;
  return seed + total(later.map((value, i) => weight * value * (1 - weight) ** (later.length - 1 - i)));
}

/** Wilder's sum, multiplied out: one move fewer than the period counts in full, each later one fades what was before. */
function wilderSum(values: readonly number[], period: number): number {
  const later = values.slice(period - 1);
  const keep = 1 - 1 / period;
  const seed = total(values.slice(0, period - 1)) * keep ** later.length;
  return seed + total(later.map((value, i) => value * keep ** (later.length - 1 - i)));
}

function leastSquares(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  return dot(values, (i) => i - middle) / total(values.map((_, i) => (i - middle) ** 2));
}

function mean(values: readonly number[]): number {
  return total(values) / values.length;
}

function deviation(values: readonly number[]): number {
  return Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
}

function dot(values: readonly number[], weight: (i: number) => number): number {
  return total(values.map((value, i) => value * weight(i)));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function at(values: Float64Array | readonly number[], i: number): number {
  return values[i] as number;
}

function pick<Key extends string>(indicator: Indicator<Readonly<Record<Key, number>>>, key: Key): Indicator {
  return { push: (bars: Candles, position) => indicator.push(bars, position), value: () => indicator.value()?.[key] };
}
