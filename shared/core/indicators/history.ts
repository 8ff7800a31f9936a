import type { Candles } from '../market/candles.ts';
import { ColumnView } from '../market/column-view.ts';
import { GrowingWindow } from './growing-window.ts';

/**
 * All bars of one series that never change, and the windows that are being read in it. A backtest asks for the same window
 * bar after bar; here it grows instead of being cut anew, and the streams over it go on where they stood. By the definition
 * of the anchored window (anchor.ts) that is the same numbers, bit for bit [I8].
 */
export class History {
  readonly bars: Candles;
  /** All of it; who reads a window in it says up to which bar. */
  readonly whole: HistoryView;
  #view: HistoryView | undefined;
  readonly #windows = new Map<number, { readonly begin: number; readonly window: GrowingWindow }>();

  /** `bars`: gapless. */
  constructor(bars: Candles) {
    this.bars = bars;
    this.whole = new HistoryView(this, 0, bars.length);
  }

  /** Everything known between two positions; the same view while they stand. */
  view(begin: number, end: number): HistoryView {
    if (this.#view?.begin !== begin || this.#view.end !== end) this.#view = new HistoryView(this, begin, end);
    return this.#view;
  }

  /** The bars from a position up to (not including) another, as a window of that warm-up reads them. */
  window(begin: number, end: number, warmup: number): Candles {
    const known = this.#windows.get(warmup);
    const isGoingOn = known?.begin === begin && known.window.length <= end - begin;
    const window = isGoingOn ? known.window : new GrowingWindow(this.bars, begin);
    if (!isGoingOn) this.#windows.set(warmup, { begin, window });
    return window.upTo(end - begin);
  }
}

/** What is known of a history at some moment. Who reads windows in it reads those of the history. */
export class HistoryView extends ColumnView {
  readonly begin: number;
  readonly end: number;
  readonly #history: History;

  constructor(history: History, begin: number, end: number) {
    super(history.bars, begin, end);
    this.#history = history;
    this.begin = begin;
    this.end = end;
  }

  /** Of this view's own positions. */
  window(begin: number, end: number, warmup: number): Candles {
    return this.#history.window(this.begin + begin, this.begin + end, warmup);
  }
}
