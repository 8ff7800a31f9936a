import { adx } from '../adx.ts';
import { atr } from '../atr.ts';
import { bollinger } from '../bollinger.ts';
import { donchian } from '../donchian.ts';
import { ema } from '../ema.ts';
import type { Indicator } from '../indicator.ts';
import { keltner } from '../keltner.ts';
import { macd } from '../macd.ts';
import { obv } from '../obv.ts';
import { psar } from '../psar.ts';
import { realisedVolatility } from '../realised-volatility.ts';
import { roc } from '../roc.ts';
import { rsi } from '../rsi.ts';
import { slope } from '../slope.ts';
import { sma } from '../sma.ts';
import { supertrend } from '../supertrend.ts';
import { vwap } from '../vwap.ts';
import { wma } from '../wma.ts';
import { zScore } from '../z-score.ts';

export interface Specimen {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly make: () => Indicator<unknown>;
  /** The number of bars up to and including the one with the first value. */
  readonly warmupBars: number;
  /** What its numbers are measured in. */
  readonly unit: 'price' | 'volume' | 'none';
  /** Its value on bars that all stand at 0.3 with a volume of 2 each. */
  readonly flat: unknown;
}

const P = 0.3;
const FLAT_BAND = { upper: P, middle: P, lower: P };

/** Every indicator there is. The laws below hold for each; a test compares this table with the folder. */
export const EVERY_INDICATOR: readonly Specimen[] = [
  // A period of a power of two: the mean of sma.ts is a plain sum, which others make miss by a rounding.
  { name: 'sma', make: () => sma(4, 'close'), warmupBars: 4, unit: 'price', flat: P },
  { name: 'ema', make: () => ema(20), warmupBars: 20, unit: 'price', flat: P },
  { name: 'wma', make: () => wma(9), warmupBars: 9, unit: 'price', flat: P },
  { name: 'rsi', make: () => rsi(14), warmupBars: 15, unit: 'none', flat: 50 },
  { name: 'atr', make: () => atr(14), warmupBars: 15, unit: 'price', flat: 0 },
  { name: 'adx', make: () => adx(14), warmupBars: 28, unit: 'none', flat: { adx: 0, plusDi: 0, minusDi: 0 } },
  { name: 'bollinger', make: () => bollinger(20, 2), warmupBars: 20, unit: 'price', flat: FLAT_BAND },
  { name: 'donchian', make: () => donchian(20), warmupBars: 20, unit: 'price', flat: { high: P, low: P } },
  {
    name: 'keltner',
    make: () => keltner({ period: 20, atrPeriod: 10, width: 2 }),
    warmupBars: 20,
    unit: 'price',
    flat: FLAT_BAND,
  },
  {
    name: 'macd',
    make: () => macd({ fast: 12, slow: 26, signal: 9 }),
    warmupBars: 34,
    unit: 'price',
    flat: { macd: 0, signal: 0, histogram: 0 },
  },
  { name: 'roc', make: () => roc(10), warmupBars: 11, unit: 'none', flat: 0 },
  { name: 'z-score', make: () => zScore(20), warmupBars: 20, unit: 'none', flat: 0 },
  { name: 'realised-volatility', make: () => realisedVolatility(30), warmupBars: 31, unit: 'none', flat: 0 },
  { name: 'obv', make: () => obv(), warmupBars: 1, unit: 'volume', flat: 2 },
  { name: 'vwap', make: () => vwap(20), warmupBars: 20, unit: 'price', flat: P },
  // After an even number of bars; the side alternates while nothing moves.
  { name: 'psar', make: () => psar(0.02, 0.2), warmupBars: 2, unit: 'price', flat: { stop: P, isLong: false } },
  { name: 'supertrend', make: () => supertrend(10, 3), warmupBars: 11, unit: 'price', flat: { line: P, isUp: false } },
  { name: 'slope', make: () => slope(9), warmupBars: 9, unit: 'price', flat: 0 },
];
