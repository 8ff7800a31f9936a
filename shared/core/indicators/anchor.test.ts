import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candles, candlesFrom, fillGaps } from '../market/candles.ts';
import { anchoredWindow, lazyWindow, MAX_WINDOW_BARS, windowStart } from './anchor.ts';
import { atr } from './atr.ts';
import { donchian } from './donchian.ts';
import { ema } from './ema.ts';
import { type Indicator, valueAt } from './indicator.ts';
import { realisedVolatility } from './realised-volatility.ts';
import { sma } from './sma.ts';

/** A long quiet market: about a third of the bars traded nothing. */
function longSeries(seed: number, bars: number): Candles {
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  let close = 100;
  const raw = Array.from({ length: bars }, (_, index) => {
    const open = close;
    close *= 1 + (random() - 0.5) / 50;
    const reach = random();
    return {
      index,
      open,
      high: Math.max(open, close) + reach,
      low: Math.min(open, close) - reach,
      close,
      volume: 1 + random(),
    };
  }).filter(({ index }) => index === 0 || random() > 0.33);
  return fillGaps(candlesFrom(raw), 0, bars - 1);
}

describe('where a window starts', () => {
  it('gives between warm-up plus one and 300 bars, whatever the bar', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000_000 }), fc.integer({ min: 0, max: 299 }), (t, warmup) => {
        const bars = t - windowStart(t, warmup) + 1;
        expect(bars > warmup && bars <= MAX_WINDOW_BARS).toBe(true);
      }),
    );
  });

  it('stays put for 300 - warm-up bars and then jumps as far', () => {
    const starts = Array.from({ length: 1000 }, (_, i) => windowStart(5000 + i, 60));

    expect(new Set(starts.map((start, i) => start - (starts[i - 1] ?? start)))).toEqual(new Set([0, 240]));
  });

  it.each([-1, 300, 1.5, Number.NaN])('refuses a warm-up of %d bars', (warmup) => {
    expect(() => windowStart(1000, warmup)).toThrow(/0 to 299 bars/);
  });
});

describe('an anchored window', () => {
  const candles = longSeries(1, 1000);

  it('[I9] holds nothing after its bar and nothing before its anchor', () => {
    const window = anchoredWindow(candles, 700, 50) as Candles;

    expect(window.index[window.length - 1]).toBe(700);
    expect((window.index[0] as number) >= windowStart(700, 50)).toBe(true);
  });

  it('does not depend on what was fetched before the anchor', () => {
    const start = windowStart(700, 50);
    const raw = candlesFrom(
      Array.from({ length: 1000 }, (_, index) => index)
        .filter((index) => candles.volume[index] !== 0 && index >= start)
        .map((index) => ({
          index,
          open: candles.open[index] as number,
          high: candles.high[index] as number,
          low: candles.low[index] as number,
          close: candles.close[index] as number,
          volume: candles.volume[index] as number,
        })),
    );

    expect(anchoredWindow(fillGaps(raw, start, 700), 700, 50)).toEqual(anchoredWindow(candles, 700, 50));
  });

  it('is its own copy', () => {
    const window = anchoredWindow(candles, 700, 50) as Candles;
    const before = candles.close[700];
    window.close[window.length - 1] = -1;

    expect(candles.close[700]).toBe(before);
  });

  it('is nothing while there are no more bars than the warm-up', () => {
    const young = candlesFrom(
      Array.from({ length: 51 }, (_, i) => ({ index: 650 + i, open: 1, high: 1, low: 1, close: 1, volume: 1 })),
    );

    expect(anchoredWindow(young, 700, 50)?.length).toBe(51);
    expect(anchoredWindow(young, 700, 51)).toBeUndefined();
    expect(anchoredWindow(young, 701, 50)).toBeUndefined();
    expect(anchoredWindow(young, 649, 0)).toBeUndefined();
    expect(anchoredWindow(candlesFrom([]), 700, 0)).toBeUndefined();
  });
});

describe('a window whose columns are copied when asked for', () => {
  const candles = longSeries(1, 1000);
  const columnsOf = ({ length, index, open, high, low, close, volume }: Candles) => {
    return { length, index, open, high, low, close, volume };
  };

  it.each([
    [700, 50],
    [999, 0],
    [333, 299],
    [0, 0],
  ])('is the anchored window at bar %d with a warm-up of %d', (t, warmup) => {
    expect(columnsOf(lazyWindow(candles, t, warmup) as Candles)).toStrictEqual(anchoredWindow(candles, t, warmup));
  });

  it('is nothing where there is no window', () => {
    expect(lazyWindow(candles, 1000, 50)).toBeUndefined();
  });

  it('is its own copy, frozen or not, and stays what its reader made of it', () => {
    const window = Object.freeze(lazyWindow(candles, 700, 50) as Candles);
    const before = candles.close[700];
    window.close[window.length - 1] = -1;

    expect(window.close[window.length - 1]).toBe(-1);
    expect(candles.close[700]).toBe(before);
    expect(lazyWindow(candles, 700, 50)?.close.at(-1)).toBe(before);
    expect(window.close.buffer.byteLength).toBe(window.close.byteLength);
    expect(() => Object.assign(window, { close: candles.open })).toThrow(TypeError);
  });
});

describe('[I8] a live window and a backtest stream', () => {
  const WARMUP = 60;
  const indicators: readonly (readonly [string, () => Indicator<unknown>])[] = [
    ['sma', () => sma(20, 'close')],
    ['ema', () => ema(50)],
    ['atr', () => atr(14)],
    ['donchian', () => donchian(55)],
    ['realised volatility', () => realisedVolatility(30)],
  ];

  it.each(indicators)('are the same numbers bit for bit: %s', (_, make) => {
    const candles = longSeries(7, 1500);
    const streamed = backtestStream(make, candles, WARMUP);
    const windows = streamed.map(({ t }) => anchoredWindow(candles, t, WARMUP));
    const live = windows.map((window) => window && valueAt(make(), window, window.length));

    const known = live.filter((value) => value !== undefined);
    expect(known.length).toBeGreaterThan(1000);
    // Where the quiet bars after an anchor leave too few, the live window has no opinion; everywhere else it is equal.
    expect(live).toStrictEqual(streamed.map(({ value }, i) => (windows[i] === undefined ? undefined : value)));
  });
});

/** The stream of a backtest: one indicator fed bar by bar, started afresh whenever the anchor moves. */
function backtestStream(make: () => Indicator<unknown>, candles: Candles, warmup: number) {
  let anchor = Number.NaN;
  let stream = make();
  return Array.from({ length: candles.length - 300 }, (_, i) => {
    const t = 300 + i;
    if (windowStart(t, warmup) !== anchor) {
      anchor = windowStart(t, warmup);
      stream = make();
      for (let bar = firstTraded(candles, anchor); bar < t; bar += 1) stream.push(candles, bar);
    }
    stream.push(candles, t);
    return { t, value: stream.value() };
  });
}

function firstTraded(candles: Candles, from: number): number {
  return from + candles.volume.subarray(from).findIndex((volume) => volume > 0);
}
