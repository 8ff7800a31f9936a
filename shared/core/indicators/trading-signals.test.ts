import {
  ADX,
  BollingerBands,
  DonchianChannels,
  EMA,
  KeltnerChannels,
  LinearRegression,
  MACD,
  OBV,
  ROC,
  RSI,
  SuperTrend,
  VWAP,
  WMA,
} from 'trading-signals';
import { describe, expect, it } from 'vitest';
import { type Bar, barAt } from '../market/candles.ts';
import { adx } from './adx.ts';
import type { Band } from './band.ts';
import { bollinger } from './bollinger.ts';
import { donchian } from './donchian.ts';
import { type Indicator, valueAt } from './indicator.ts';
import { keltner } from './keltner.ts';
import { macd } from './macd.ts';
import { obv } from './obv.ts';
import { roc } from './roc.ts';
import { rsi } from './rsi.ts';
import { slope } from './slope.ts';
import { supertrend } from './supertrend.ts';
import { market, stream, worstError } from './testing/market.ts';
import { vwap } from './vwap.ts';
import { wma } from './wma.ts';

const BARS = 1500;
const candles = market(11, BARS);
const bars = Array.from({ length: BARS }, (_, i) => barAt(candles, i) as Bar);
const closes = [...candles.close];
const AGREED = 1e-9;

/** SMA, EMA and ATR are compared in indicators.test.ts. */
describe('against trading-signals at every bar', () => {
  it.each<readonly [string, () => Indicator, (close: number) => number | null, number]>([
    ['WMA', () => wma(20), updater(new WMA(20)), 20],
    ['RSI', () => rsi(14), updater(new RSI(14)), 15],
    ['ROC', () => roc(10), percent(updater(new ROC(10))), 11],
    ['slope', () => slope(14), slopes(new LinearRegression(14)), 14],
  ])('%s agrees to 1e-9', (_, make, update, warmup) => {
    const reference = closes.map((close) => update(close) ?? Number.NaN);

    expect(worstError(stream(make(), candles), reference, { from: warmup - 1, atLeast: 1 })).toBeLessThan(AGREED);
  });

  it('Bollinger bands agree to 1e-9', () => {
    const reference = new BollingerBands(20, 2);
    const expected = closes.map((close) => reference.update(close, false));

    expectBands(stream(bollinger(20, 2), candles), expected, 19);
  });

  it('Donchian channels are the same', () => {
    const reference = new DonchianChannels(20);
    const expected = bars.map((bar) => reference.update(bar, false));

    const own = stream(donchian(20), candles);
    expect(own).toEqual(expected.map((value) => (value ? { high: value.upper, low: value.lower } : undefined)));
  });

  it('VWAP agrees to 1e-9 while its window reaches back to the first bar', () => {
    const reference = new VWAP();
    const expected = bars.slice(0, 100).map((bar) => reference.update(bar, false) as number);

    const own = expected.map((_, i) => valueAt(vwap(i + 1), candles, i + 1));
    expect(worstError(own, expected)).toBeLessThan(AGREED);
  });

  it('OBV moves alike; only its level starts elsewhere', () => {
    const reference = new OBV(2);
    const expected = bars.map((bar) => (reference.update(bar, false) ?? 0) + (bars[0] as Bar).volume);

    expect(worstError(stream(obv(), candles), expected, { atLeast: 1 })).toBeLessThan(AGREED);
  });
});

describe('against trading-signals once the other seed has faded', () => {
  it('ADX and both DI agree to 1e-9', () => {
    const reference = new ADX(14);
    const expected = bars.map((bar) => {
      const value = reference.update(bar, false);
      return { adx: value ?? 0, plusDi: 100 * Number(reference.pdi), minusDi: 100 * Number(reference.mdi) };
    });

    const own = stream(adx(14), candles);
    for (const key of ['adx', 'plusDi', 'minusDi'] as const) {
      const error = worstError(
        own.map((value) => value?.[key]),
        expected.map((value) => value[key]),
        { from: 40 * 14, atLeast: 1 },
      );
      expect(error).toBeLessThan(AGREED);
    }
  });

  it('Keltner channels agree to 1e-9', () => {
    const reference = new KeltnerChannels({ emaInterval: 20, atrInterval: 10, multiplier: 2 });
    const expected = bars.map((bar) => reference.update(bar, false));

    expectBands(stream(keltner({ period: 20, atrPeriod: 10, width: 2 }), candles), expected, 12 * 21);
  });

  it('MACD agrees to 1e-9 of the price', () => {
    const reference = new MACD(new EMA(12), new EMA(26), new EMA(9));
    const expected = closes.map((close) => reference.update(close, false));

    const own = stream(macd({ fast: 12, slow: 26, signal: 9 }), candles);
    for (const key of ['macd', 'signal', 'histogram'] as const) {
      const error = worstError(
        own.map((value) => value?.[key]),
        expected.map((value) => value?.[key] ?? Number.NaN),
        { from: 20 * 27, atLeast: 1 },
      );
      expect(error).toBeLessThan(AGREED);
    }
  });

  it('Supertrend agrees to 1e-9 and turns on the same bars', () => {
    const reference = new SuperTrend({ interval: 10, multiplier: 3 });
    const expected = bars.map((bar) => reference.update(bar, false));
    const from = 400;

    const own = stream(supertrend(10, 3), candles);
    const lines = expected.map((value) => value?.supertrend ?? Number.NaN);
    expect(
      worstError(
        own.map((value) => value?.line),
        lines,
        { from },
      ),
    ).toBeLessThan(AGREED);
    const sides = own.slice(from).map((value) => value?.isUp);
    expect(sides).toEqual(expected.slice(from).map((value) => value?.trend === 'BULLISH'));
    expect(sides.filter((isUp, i) => i > 0 && isUp !== sides[i - 1]).length).toBeGreaterThan(10);
  });
});

interface Updatable {
  update(value: number, replace: boolean): number | null;
}

function updater(reference: Updatable): (close: number) => number | null {
  return (close) => reference.update(close, false);
}

function percent(update: (close: number) => number | null): (close: number) => number | null {
  return (close) => {
    const fraction = update(close);
    return fraction === null ? null : 100 * fraction;
  };
}

function slopes(reference: LinearRegression): (close: number) => number | null {
  return (close) => reference.update(close, false)?.slope ?? null;
}

function expectBands(own: readonly (Band | undefined)[], expected: readonly (Band | null)[], from: number): void {
  for (const key of ['upper', 'middle', 'lower'] as const) {
    const error = worstError(
      own.map((value) => value?.[key]),
      expected.map((value) => value?.[key] ?? Number.NaN),
      { from },
    );
    expect(error).toBeLessThan(AGREED);
  }
}
