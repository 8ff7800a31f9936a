import { type Bar, type Candles, candlesFrom } from '../../core/market/candles.ts';
import { DecodeError, shown } from './wire.ts';

/** Which bars count: on this grid, within these indices, closed at `nowS`. Seconds since the epoch. */
export interface CandleWindow {
  readonly intervalS: number;
  readonly fromIndex: number;
  readonly toIndex: number;
  readonly nowS: number;
}

/**
 * Turns the rows of a candle reply into columns, oldest first. Written by hand: this is the one decoder that sees tens of
 * thousands of values a cycle. A row that is malformed or impossible fails the reply; a bar that is still forming,
 * outside the window or repeated is dropped. Rows of another time altogether answer another question: they do not say
 * that nothing traded in this one.
 */
export function decodeCandles(rows: readonly unknown[], window: CandleWindow): Candles {
  const bars: Bar[] = [];
  let isAbout = rows.length === 0;
  // The wire is newest first: read backwards and the order is right already.
  for (let i = rows.length - 1; i >= 0; i -= 1) {
    const bar = barOf(rows[i], i, window.intervalS);
    isAbout ||= bar.index >= window.fromIndex - 1 && bar.index <= window.toIndex + 1;
    if (isWanted(bar.index, window)) bars.push(bar);
  }
  if (!isAbout) throw new DecodeError('reply.candles are of another time than the one asked for');
  return candlesFrom(isAscending(bars) ? bars : sortedUnique(bars));
}

function barOf(row: unknown, at: number, intervalS: number): Bar {
  const wire = typeof row === 'object' && row !== null ? (row as Readonly<Record<string, unknown>>) : {};
  const startS = numberIn(wire['start']);
  const bar = {
    index: startS / intervalS,
    open: numberIn(wire['open']),
    high: numberIn(wire['high']),
    low: numberIn(wire['low']),
    close: numberIn(wire['close']),
    volume: numberIn(wire['volume']),
  };
  const field = impossibleField(bar, startS % intervalS);
  if (field !== null) throw fault(at, field, wire[field]);
  return bar;
}

/** Every test is written so that NaN fails it. */
function impossibleField({ open, high, low, close, volume }: Bar, offGridS: number): string | null {
  if (offGridS !== 0) return 'start';
  if (!(low > 0)) return 'low';
  if (!(high >= low && high < Number.POSITIVE_INFINITY)) return 'high';
  if (!(open >= low && open <= high)) return 'open';
  if (!(close >= low && close <= high)) return 'close';
  return volume >= 0 && volume < Number.POSITIVE_INFINITY ? null : 'volume';
}

function fault(at: number, field: string, value: unknown): DecodeError {
  return new DecodeError(`reply.candles[${at}].${field} is not possible: ${shown(value)}`);
}

/** Plain decimal text, or a JSON number; NaN for anything else. */
function numberIn(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && isPlainDecimal(value) ? Number(value) : Number.NaN;
}

const DOT = 46;
const ZERO = 48;
const NINE = 57;

/** Digits with at most one dot between them. Number() alone would take blanks, exponents and hexadecimal. */
function isPlainDecimal(text: string): boolean {
  let dots = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === DOT && i > 0 && i < text.length - 1) dots += 1;
    else if (code < ZERO || code > NINE) return false;
  }
  return text.length > 0 && dots <= 1;
}

function isWanted(index: number, { intervalS, fromIndex, toIndex, nowS }: CandleWindow): boolean {
  return index >= fromIndex && index <= toIndex && (index + 1) * intervalS <= nowS;
}

function isAscending(bars: readonly Bar[]): boolean {
  for (let i = 1; i < bars.length; i += 1) {
    if ((bars[i] as Bar).index <= (bars[i - 1] as Bar).index) return false;
  }
  return true;
}

/** Of two rows of one bar the one that came first on the wire stands: it was read backwards, so the last one here. */
function sortedUnique(bars: readonly Bar[]): readonly Bar[] {
  const unique = new Map(bars.map((bar) => [bar.index, bar]));
  return [...unique.values()].sort((a, b) => a.index - b.index);
}
