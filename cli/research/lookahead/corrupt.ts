import type { Candles } from '../../../shared/core/market/candles.ts';
import { type Interval, lastClosedBarIndex } from '../../../shared/core/market/interval.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../../../shared/core/market/snapshot.ts';

/** What may become of everything that a decision cannot know yet. */
export const CORRUPTIONS = ['nan', 'tenfold', 'shuffled', 'cut'] as const;
export type Corruption = (typeof CORRUPTIONS)[number];

/** The same moment with another future: bars that were closed at the slot stay, all later ones are spoilt. */
export function withOtherFuture(snapshot: MarketSnapshot, how: Corruption): MarketSnapshot {
  return { ...snapshot, symbols: snapshot.symbols.map((symbol) => spoiltSymbol(symbol, snapshot.slotMs, how)) };
}

function spoiltSymbol(symbol: SymbolSnapshot, slotMs: number, how: Corruption): SymbolSnapshot {
  const candles = Object.entries(symbol.candles).map(([interval, bars]) => {
    const known = bars.index.filter((index) => index <= lastClosedBarIndex(slotMs, interval as Interval)).length;
    return [interval, how === 'cut' ? firstBars(bars, known) : spoiltBars(bars, known, how)] as const;
  });
  return { ...symbol, candles: Object.fromEntries(candles) };
}

function firstBars({ index, open, high, low, close, volume }: Candles, length: number): Candles {
  const first = (column: Float64Array) => column.slice(0, length);
  return {
    length,
    index: first(index),
    open: first(open),
    high: first(high),
    low: first(low),
    close: first(close),
    volume: first(volume),
  };
}

function spoiltBars(bars: Candles, known: number, how: Exclude<Corruption, 'cut'>): Candles {
  const spoilt = (column: Float64Array) => {
    const later = column.subarray(known).map(SPOILERS[how]);
    // Reversed is a shuffle that moves every bar but the middle one.
    return Float64Array.from([...column.subarray(0, known), ...(how === 'shuffled' ? later.reverse() : later)]);
  };
  const { open, high, low, close, volume } = bars;
  return {
    ...bars,
    open: spoilt(open),
    high: spoilt(high),
    low: spoilt(low),
    close: spoilt(close),
    volume: spoilt(volume),
  };
}

const SPOILERS = {
  nan: () => Number.NaN,
  tenfold: (value: number) => 10 * value,
  shuffled: (value: number) => value,
} as const;
