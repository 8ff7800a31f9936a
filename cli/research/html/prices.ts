import type { BacktestReport } from '../../../shared/core/backtest/report-schema.ts';
import type { Candles } from '../../../shared/core/market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../../shared/core/market/interval.ts';
import type { ReadMarket } from '../backtest/read-market.ts';

/** Bars of one symbol as its chart shows them: so many of the run's merged into one that a page stays small. */
export interface SymbolPrices {
  readonly symbol: string;
  /** How many bars of the run one bar here is. */
  readonly merged: number;
  readonly stepMs: number;
  readonly bars: readonly PriceBar[];
}

export type PriceBar = readonly [openS: number, open: number, high: number, low: number, close: number];

/** In a whole page: about 45 bytes each. */
const MOST_BARS = 16_000;
const MOST_BARS_A_SYMBOL = 2_000;
const DIGITS = 8;

/** What every symbol that was traded cost over the time of the run. */
export function pricesOf(
  { inputs, fromMs, toMs }: ReadMarket,
  { run, trades }: BacktestReport,
): readonly SymbolPrices[] {
  const traded = new Set(trades.map(({ symbol }) => symbol));
  const shown = inputs.filter(({ product }) => traded.has(product.id));
  const most = Math.min(MOST_BARS_A_SYMBOL, Math.floor(MOST_BARS / Math.max(1, shown.length)));
  const baseMs = INTERVAL_MS[run.interval as Interval];
  const merged = Math.max(1, Math.ceil((toMs - fromMs) / baseMs / most));
  return shown.map(({ product, raw }) => ({
    symbol: product.id,
    merged,
    stepMs: merged * baseMs,
    bars: mergedBars(raw, { from: Math.ceil(fromMs / baseMs), to: Math.floor(toMs / baseMs) }, merged, baseMs),
  }));
}

function mergedBars(
  { length, index, open, high, low, close }: Candles,
  { from, to }: { readonly from: number; readonly to: number },
  merged: number,
  baseMs: number,
): readonly PriceBar[] {
  const bars: [number, number, number, number, number][] = [];
  let group = -1;
  for (let i = 0; i < length; i += 1) {
    const at = index[i] as number;
    if (at < from || at >= to) continue;
    const own = Math.floor(at / merged);
    const last = bars.at(-1);
    if (own !== group || last === undefined) {
      const values = [open, high, low, close].map((column) => short(column[i] as number)) as [
        number,
        number,
        number,
        number,
      ];
      bars.push([(own * merged * baseMs) / 1_000, ...values]);
    } else {
      last[2] = Math.max(last[2], short(high[i] as number));
      last[3] = Math.min(last[3], short(low[i] as number));
      last[4] = short(close[i] as number);
    }
    group = own;
  }
  return bars;
}

function short(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
