import type { Candles } from '../../shared/core/market/candles.ts';
import { CASH, FAST, FEE, SLOW, UNITS } from './work.ts';

export interface Outcome {
  /** Round trips that ended. */
  readonly trades: number;
  readonly equity: number;
}

/**
 * What the machine could do at best: the work in one loop over columns, without an engine, an account or a rule. Its time
 * is what the engine's is measured in. `equity`: where its curve is written, one place a bar.
 */
export function limitLoop(
  series: readonly Candles[],
  mostOpen: number,
  equity: Float64Array = new Float64Array(series[0]?.length ?? 0),
): Outcome {
  const bars = equity.length;
  const books = series.map((candles) => ({ candles, fast: 0, slow: 0, side: 0, wish: 0, isHeld: false }));
  const purse: Purse = { mostOpen, cash: CASH, open: 0, trades: 0 };
  for (let i = 0; i < bars; i += 1) {
    let value = 0;
    for (const book of books) {
      deal(book, purse, book.candles.open[i] as number);
      book.wish = wishOf(book, i);
      if (book.isHeld) value += UNITS * (book.candles.close[i] as number);
    }
    equity[i] = purse.cash + value;
  }
  return { trades: purse.trades, equity: equity[bars - 1] as number };
}

interface Purse {
  readonly mostOpen: number;
  cash: number;
  open: number;
  trades: number;
}

function deal(book: Book, purse: Purse, price: number): void {
  if (book.wish > 0 && purse.open < purse.mostOpen) {
    purse.cash -= UNITS * price * (1 + FEE);
    book.isHeld = true;
    purse.open += 1;
  } else if (book.wish < 0) {
    purse.cash += UNITS * price * (1 - FEE);
    book.isHeld = false;
    purse.open -= 1;
    purse.trades += 1;
  }
}

interface Book {
  readonly candles: Candles;
  fast: number;
  slow: number;
  side: number;
  wish: number;
  isHeld: boolean;
}

function wishOf(book: Book, i: number): number {
  const { close } = book.candles;
  book.fast += (close[i] as number) - (i >= FAST ? (close[i - FAST] as number) : 0);
  book.slow += (close[i] as number) - (i >= SLOW ? (close[i - SLOW] as number) : 0);
  if (i < SLOW - 1) return 0;
  const before = book.side;
  book.side = book.fast / FAST > book.slow / SLOW ? 1 : -1;
  if (i < SLOW || book.side === before) return 0;
  if (book.side > 0) return book.isHeld ? 0 : 1;
  return book.isHeld ? -1 : 0;
}
