import { describe, expect, it } from 'vitest';
import { type Candles, candlesFrom } from '../market/candles.ts';
import { adx } from './adx.ts';
import { macd } from './macd.ts';
import { obv } from './obv.ts';
import { psar } from './psar.ts';
import { roc } from './roc.ts';
import { rsi } from './rsi.ts';
import { slope } from './slope.ts';
import { supertrend } from './supertrend.ts';
import { stream } from './testing/market.ts';
import { vwap } from './vwap.ts';
import { wma } from './wma.ts';

describe('small cases worked out by hand', () => {
  const few = candlesOf([10, 10, 10, 1], [12, 12, 12, 2], [11, 11, 11, 0], [15, 15, 15, 4]);

  it('WMA weighs the newest close most', () => {
    expect(stream(wma(3), few)).toEqual([undefined, undefined, (10 + 24 + 33) / 6, (12 + 22 + 45) / 6]);
  });

  it('RSI counts gains against losses', () => {
    expect(stream(rsi(2), few)).toEqual([undefined, undefined, (100 * 2) / 3, (100 * 2.5) / 2.75]);
  });

  it('RSI of a market that only rises is 100, of one that only falls 0', () => {
    expect(stream(rsi(1), candlesOf([1, 1, 1, 1], [2, 2, 2, 1]))[1]).toBe(100);
    expect(stream(rsi(1), candlesOf([2, 2, 2, 1], [1, 1, 1, 1]))[1]).toBe(0);
  });

  it('ROC is in percent', () => {
    expect(stream(roc(2), few)).toEqual([undefined, undefined, 10, 25]);
  });

  it('OBV leaves out a bar that closed where the one before did', () => {
    const standing = candlesOf([5, 5, 5, 3], [5, 5, 5, 7], [6, 6, 6, 1], [4, 4, 4, 2]);

    expect(stream(obv(), standing)).toEqual([3, 3, 4, 2]);
  });

  it('VWAP leaves out what traded nothing', () => {
    expect(stream(vwap(2), few)).toEqual([undefined, 10 + 4 / 3, 12, 15]);
  });

  it('slope is the rise of a straight line per bar, and that of any three closes half the outer difference', () => {
    expect(stream(slope(2), few)).toEqual([undefined, 2, -1, 4]);
    expect(stream(slope(3), few)).toEqual([undefined, undefined, 0.5, 1.5]);
  });

  it('MACD seeds its fast mean with the closes just before the slow one is complete', () => {
    const { macd: line } = stream(macd({ fast: 2, slow: 3, signal: 1 }), few)[2] ?? {};

    expect(line).toBe(11.5 - 11);
  });
});

describe('ADX', () => {
  it('takes a bar that widens as far both ways for no direction', () => {
    const widening = candlesOf([10, 8, 9], [11, 7, 9], [12, 6, 9], [13, 5, 9]);

    expect(stream(adx(2), widening)[3]).toEqual({ adx: 0, plusDi: 0, minusDi: 0 });
  });

  it('is 100 where every bar rises', () => {
    const rising = candlesOf([10, 8, 9], [11, 9, 10], [12, 10, 11], [13, 11, 12]);

    expect(stream(adx(2), rising)[3]).toEqual({ adx: 100, plusDi: 50, minusDi: 0 });
  });
});

describe('the parabolic stop starts', () => {
  it.each<readonly [string, Candles, { readonly stop: number; readonly isLong: boolean }]>([
    ['long after a rise', candlesOf([10, 5, 7], [12, 6, 8]), { stop: 5, isLong: true }],
    ['short after a fall', candlesOf([10, 5, 7], [9, 3, 8]), { stop: 10, isLong: false }],
    ['long after a bar inside the first', candlesOf([10, 5, 7], [8, 6, 7]), { stop: 5, isLong: true }],
    [
      'long after a bar as far beyond the first both ways, and is hit',
      candlesOf([10, 5, 7], [11, 4, 7]),
      { stop: 11, isLong: false },
    ],
  ])('%s', (_, candles, expected) => {
    expect(stream(psar(0.02, 0.2), candles)).toEqual([undefined, expected]);
  });
});

describe('Supertrend', () => {
  it('turns and resets a line only when a close has passed it, not when it touches it', () => {
    const candles = candlesOf(
      [10, 10, 10],
      [12, 8, 8],
      [20, 16, 20],
      [20, 18, 19],
      [19, 17, 17],
      [18, 16, 16],
      [19, 17, 19],
      [20, 18, 18.5],
    );

    expect(stream(supertrend(1, 1), candles)).toEqual([
      undefined,
      { line: 14, isUp: false },
      { line: 6, isUp: true },
      { line: 17, isUp: true },
      { line: 17, isUp: true },
      { line: 19, isUp: false },
      { line: 19, isUp: false },
      { line: 19, isUp: false },
    ]);
  });
});

/** High, low, close and volume of each bar. */
function candlesOf(
  ...bars: readonly (readonly [high: number, low: number, close: number, volume?: number])[]
): Candles {
  return candlesFrom(
    bars.map(([high, low, close, volume = 1], index) => ({ index, open: close, high, low, close, volume })),
  );
}
