import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Candles, candlesFrom } from '../market/candles.ts';
import { anchoredWindow, windowStart } from './anchor.ts';
import { valueAt } from './indicator.ts';
import { EVERY_INDICATOR, type Specimen } from './testing/every-indicator.ts';
import { market, stream } from './testing/market.ts';

const BUILDING_BLOCKS = [
  'anchor',
  'band',
  'growing-window',
  'history',
  'indicator',
  'moments',
  'once-in',
  'ordered-ring',
  'period',
  'read',
  'recursive-mean',
  'sliding-extreme',
];

it('the table of the laws holds every indicator of the folder', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && !file.includes('.test.'));
  const names = files.map((file) => file.slice(0, -'.ts'.length));

  const expected = [...EVERY_INDICATOR.map(({ name }) => name), ...BUILDING_BLOCKS];
  expect(names.toSorted()).toEqual(expected.toSorted());
});

describe.each(EVERY_INDICATOR)('$name', (specimen) => {
  const { make, warmupBars } = specimen;

  it('has no value until its warm-up is over and one on every bar from then on', () => {
    const values = stream(make(), market(1, 200));

    expect(values.findIndex((value) => value !== undefined)).toBe(warmupBars - 1);
    expect(values.slice(warmupBars - 1)).not.toContain(undefined);
  });

  it('[I8] is the same in a live window and in a backtest stream, bit for bit', () => {
    const warmup = 60;
    const candles = market(7, 1500, { quiet: 0.3 });
    const streamed = backtestStream(specimen, candles, warmup);

    const windows = streamed.map(({ t }) => anchoredWindow(candles, t, warmup));
    const live = windows.map((window) => window && valueAt(make(), window, window.length));

    expect(live.filter((value) => value !== undefined).length).toBeGreaterThan(1000);
    // Where the quiet bars after an anchor leave too few, the live window has no opinion; everywhere else it is equal.
    expect(live).toStrictEqual(streamed.map(({ value }, i) => (windows[i] === undefined ? undefined : value)));
  });

  it('[I9] reads no bar but the one pushed', () => {
    const candles = market(3, 300);
    const alone = make();
    const values = Array.from({ length: candles.length }, (_, position) => {
      alone.push(onlyBar(candles, position), 0);
      return alone.value();
    });

    expect(values).toStrictEqual(stream(make(), candles));
  });

  it('is not changed by another one beside it, nor by being asked', () => {
    const candles = market(3, 300);
    const other = market(4, 300, { price: 7 });
    const [one, two] = [make(), make()];
    for (let position = 0; position < 300; position += 1) {
      one.push(candles, position);
      two.push(other, position);
      two.value();
      two.value();
    }

    expect(one.value()).toStrictEqual(valueAt(make(), candles, 300));
    expect(two.value()).toStrictEqual(valueAt(make(), other, 300));
  });

  it.each([2 ** -40, 2 ** 40])('has no favourite size of price: times %d moves it as far, bit for bit', (factor) => {
    const candles = market(5, 400, { quiet: 0.2 });
    const { open, high, low, close } = candles;
    const times = (column: Float64Array) => column.map((value) => value * factor);
    const scaled = { ...candles, open: times(open), high: times(high), low: times(low), close: times(close) };

    const expected = stream(make(), candles).map((value) => scaledBy(value, specimen.unit === 'price' ? factor : 1));
    expect(stream(make(), scaled)).toStrictEqual(expected);
  });

  it.each([2 ** -40, 2 ** 40])('has no favourite size of volume: times %d moves it as far, bit for bit', (factor) => {
    const candles = market(5, 400, { quiet: 0.2 });
    const scaled = { ...candles, volume: candles.volume.map((value) => value * factor) };

    const expected = stream(make(), candles).map((value) => scaledBy(value, specimen.unit === 'volume' ? factor : 1));
    expect(stream(make(), scaled)).toStrictEqual(expected);
  });

  it('has its stated value in a market that stands still', () => {
    expect(valueAt(make(), flat({ bars: 300, price: 0.3, volume: 2 }), 300)).toStrictEqual(specimen.flat);
  });

  it.each([1e-5, 3e-8, 7e6])('has finite numbers at a price of %d, moving and then still, traded or not', (price) => {
    const moving = market(9, 200, { price, quiet: 0.3 });
    const last = moving.close[199] as number;
    const indicator = make();
    const values = [...stream(indicator, moving), ...stream(indicator, flat({ bars: 400, price: last, volume: 0 }))];

    const figures = values.flatMap((value) => figuresOf(value));
    expect(figures.length).toBeGreaterThan(500);
    expect(figures.filter((figure) => !Number.isFinite(figure))).toEqual([]);
  });

  it('has finite numbers where nothing trades at all', () => {
    const values = stream(make(), flat({ bars: 300, price: 1e-5, volume: 0 }));

    expect(values.flatMap(figuresOf).every(Number.isFinite)).toBe(true);
  });
});

/** The stream of a backtest: one indicator fed bar by bar, started afresh whenever the anchor moves. */
function backtestStream({ make }: Specimen, candles: Candles, warmup: number) {
  let anchor = Number.NaN;
  let indicator = make();
  return Array.from({ length: candles.length - 300 }, (_, i) => {
    const t = 300 + i;
    if (windowStart(t, warmup) !== anchor) {
      anchor = windowStart(t, warmup);
      indicator = make();
      for (let bar = firstTraded(candles, anchor); bar < t; bar += 1) indicator.push(candles, bar);
    }
    indicator.push(candles, t);
    return { t, value: indicator.value() };
  });
}

function firstTraded(candles: Candles, from: number): number {
  return from + candles.volume.subarray(from).findIndex((volume) => volume > 0);
}

function onlyBar(candles: Candles, position: number): Candles {
  const at = (column: Float64Array) => column.slice(position, position + 1);
  const { index, open, high, low, close, volume } = candles;
  return {
    length: 1,
    index: at(index),
    open: at(open),
    high: at(high),
    low: at(low),
    close: at(close),
    volume: at(volume),
  };
}

function flat({ bars, price, volume }: { readonly bars: number; readonly price: number; readonly volume: number }) {
  return candlesFrom(
    Array.from({ length: bars }, (_, index) => ({ index, open: price, high: price, low: price, close: price, volume })),
  );
}

function figuresOf(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  return Object.values(value ?? {}).filter((field) => typeof field === 'number');
}

function scaledBy(value: unknown, factor: number): unknown {
  if (typeof value === 'number') return value * factor;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, scaledBy(field, factor)]));
}
