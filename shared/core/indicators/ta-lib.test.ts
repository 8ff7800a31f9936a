import { describe, expect, it } from 'vitest';
import { candlesFrom } from '../market/candles.ts';
import { adx } from './adx.ts';
import { atr } from './atr.ts';
import { ema } from './ema.ts';
import type { Indicator } from './indicator.ts';
import { macd } from './macd.ts';
import { obv } from './obv.ts';
import { psar } from './psar.ts';
import { roc } from './roc.ts';
import { rsi } from './rsi.ts';
import { slope } from './slope.ts';
import { stream, worstError } from './testing/market.ts';
import { TA_LIB_BARS, TA_LIB_VALUES } from './testing/ta-lib-vectors.ts';
import { wma } from './wma.ts';

const candles = candlesFrom(
  TA_LIB_BARS.map(([open, high, low, close, volume], index) => ({ index, open, high, low, close, volume })),
);
const MACD = { fast: 5, slow: 12, signal: 4 };

describe('against TA-Lib itself', () => {
  it.each<readonly [keyof typeof TA_LIB_VALUES, readonly (number | undefined)[]]>([
    ['ema', stream(ema(10), candles)],
    ['wma', stream(wma(10), candles)],
    ['atr', stream(atr(7), candles)],
    ['rsi', stream(rsi(7), candles)],
    ['adx', figure(adx(6), ({ adx }) => adx)],
    ['plusDi', figure(adx(6), ({ plusDi }) => plusDi)],
    ['minusDi', figure(adx(6), ({ minusDi }) => minusDi)],
    ['macd', figure(macd(MACD), ({ macd }) => macd)],
    ['macdSignal', figure(macd(MACD), ({ signal }) => signal)],
    ['roc', stream(roc(10), candles)],
    ['obv', stream(obv(), candles)],
    ['sar', figure(psar(0.02, 0.2), ({ stop }) => stop)],
    ['slope', stream(slope(10), candles)],
  ])('%s starts on the same bar and agrees to 1e-9 on every one', (name, own) => {
    const reference = TA_LIB_VALUES[name];

    expect(own.findIndex((value) => value !== undefined)).toBe(candles.length - reference.length);
    expect(worstError(own.slice(-reference.length), reference, { atLeast: 1 })).toBeLessThan(1e-9);
  });

  it('the parabolic stop turns with every jump of the reference to the other side of the bar', () => {
    const sides = stream(psar(0.02, 0.2), candles).slice(1);

    const expected = TA_LIB_VALUES.sar.map((stop, i) => stop <= (candles.low[i + 1] as number));
    expect(sides.map((value) => value?.isLong)).toEqual(expected);
    expect(new Set(expected).size).toBe(2);
  });
});

function figure<Value>(indicator: Indicator<Value>, pick: (value: Value) => number): readonly (number | undefined)[] {
  return stream(indicator, candles).map((value) => (value === undefined ? undefined : pick(value)));
}
