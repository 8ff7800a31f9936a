import { ATR, EMA, SMA } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import { type Bar, type Candles, candlesFrom } from '../market/candles.ts';
import { atr } from './atr.ts';
import { donchian } from './donchian.ts';
import { ema } from './ema.ts';
import { type Indicator, valueAt } from './indicator.ts';
import { realisedVolatility } from './realised-volatility.ts';
import { sma } from './sma.ts';

const BARS = 900;
const bars: readonly Bar[] = Array.from({ length: BARS }, (_, index) => {
  const close = 100 + 20 * Math.sin(index / 40) + 3 * Math.sin(index * 1.7);
  const open = 100 + 20 * Math.sin((index - 1) / 40) + 3 * Math.sin((index - 1) * 1.7);
  const reach = 0.5 + Math.abs(Math.sin(index * 0.9));
  return {
    index,
    open,
    high: Math.max(open, close) + reach,
    low: Math.min(open, close) - reach,
    close,
    volume: 1 + (index % 7),
  };
});
const candles = candlesFrom(bars);

/** The value after every bar; undefined until warm. */
function stream<Value>(indicator: Indicator<Value>, over: Candles): readonly (Value | undefined)[] {
  return Array.from({ length: over.length }, (_, position) => {
    indicator.push(over, position);
    return indicator.value();
  });
}

function worstRelativeError(
  own: readonly (number | undefined)[],
  other: readonly (number | null)[],
  from: number,
): number {
  return own.slice(from).reduce<number>((worst, value, i) => {
    const reference = other[from + i] as number;
    return Math.max(worst, Math.abs((value as number) - reference) / Math.abs(reference));
  }, 0);
}

describe('against an independent library', () => {
  it('SMA agrees to 1e-9 at every bar', () => {
    const reference = new SMA(20);
    const other = bars.map(({ close }) => reference.update(close, false));

    expect(worstRelativeError(stream(sma(20, 'close'), candles), other, 19)).toBeLessThan(1e-9);
  });

  it('EMA agrees to 1e-9 once the seed has faded', () => {
    const reference = new EMA(20);
    const other = bars.map(({ close }) => reference.update(close, false));

    expect(worstRelativeError(stream(ema(20), candles), other, 12 * 21)).toBeLessThan(1e-9);
  });

  it('ATR agrees to 1e-9 once the seed has faded', () => {
    const reference = new ATR(14);
    const other = bars.map((bar) => reference.update(bar, false));

    expect(worstRelativeError(stream(atr(14), candles), other, 24 * 14)).toBeLessThan(1e-9);
  });
});

describe('by hand', () => {
  const few = candlesFrom(
    [10, 12, 11, 15].map((close, index) => ({
      index,
      open: close,
      high: close + 1,
      low: close - 2,
      close,
      volume: index,
    })),
  );

  it('SMA of closes and of volumes', () => {
    expect(stream(sma(3, 'close'), few)).toEqual([undefined, undefined, 11, 38 / 3]);
    expect(stream(sma(2, 'volume'), few)).toEqual([undefined, 0.5, 1.5, 2.5]);
  });

  it('EMA starts from the simple mean', () => {
    expect(stream(ema(2), few)).toEqual([undefined, 11, 11, 11 + (2 / 3) * 4]);
  });

  it('ATR leaves the first bar out and counts gaps', () => {
    // True ranges: 13-10, 13-9... the third bar reaches from 9 to 12 and its previous close is 12, the fourth from 11 to 16.
    expect(stream(atr(2), few)).toEqual([undefined, undefined, 3, 3 + (5 - 3) / 2]);
  });

  it('Donchian spans the last bars only', () => {
    expect(stream(donchian(2), few)).toEqual([
      undefined,
      { high: 13, low: 8 },
      { high: 13, low: 9 },
      { high: 16, low: 9 },
    ]);
  });

  it('realised volatility is the sample deviation of log returns', () => {
    const returns = [Math.log(12 / 10), Math.log(11 / 12)] as const;
    const expected = Math.abs(returns[0] - returns[1]) / Math.SQRT2;

    expect(stream(realisedVolatility(2), few)[1]).toBeUndefined();
    expect(stream(realisedVolatility(2), few)[2]).toBeCloseTo(expected, 14);
  });

  it('a value can be asked for at any bar of a window', () => {
    expect(valueAt(sma(2, 'close'), few, 2)).toBe(11);
    expect(valueAt(sma(2, 'close'), few, 1)).toBeUndefined();
  });
});
