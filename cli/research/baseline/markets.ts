import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INTERVAL_MS } from '../../../shared/core/market/interval.ts';
import { syntheticMarket } from '../../../simulator/market/synthetic.ts';

export interface FixedMarket {
  readonly name: 'bull' | 'chop' | 'crash';
  /** What the bot takes it for. In a known crash it buys nothing, so this one comes upon it in a chop. */
  readonly regime: 'bull' | 'chop';
  readonly seed: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Two days each, found by what BTC does in them: up by a fifth, nowhere (1 % down), down by a sixth. */
export const FIXED_MARKETS: readonly FixedMarket[] = [
  { name: 'bull', regime: 'bull', seed: 32, fromMs: Date.UTC(2025, 0, 8), toMs: Date.UTC(2025, 0, 10) },
  { name: 'chop', regime: 'chop', seed: 23, fromMs: Date.UTC(2025, 0, 6), toMs: Date.UTC(2025, 0, 8) },
  { name: 'crash', regime: 'chop', seed: 4, fromMs: Date.UTC(2025, 0, 8), toMs: Date.UTC(2025, 0, 10) },
];

/** Every coin stands at its reference price then. */
const REFERENCE_MS = Date.UTC(2025, 0, 6);
const SYMBOLS = ['BTC', 'ETH', 'SOL', 'DOGE', 'LINK', 'AVAX'];
/** Volume of 24 hours is one of the conditions of the universe, so a day has to stand before the first decision. */
const HISTORY_MS = INTERVAL_MS['1d'];

/** Lends a folder with the minute bars of a market, and takes it away again. */
export function withBars<Result>(market: FixedMarket, use: (dir: string) => Result): Result {
  const dir = mkdtempSync(join(tmpdir(), `baseline-${market.name}-`));
  try {
    writeBars(market, dir);
    return use(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function writeBars({ seed, fromMs, toMs }: FixedMarket, dir: string): void {
  const market = syntheticMarket({ seed, startMs: REFERENCE_MS, symbols: SYMBOLS });
  const first = (fromMs - HISTORY_MS) / INTERVAL_MS['1m'];
  const last = toMs / INTERVAL_MS['1m'] - 1;
  for (const { productId } of market.listings) {
    const rows = market
      .bars(productId, '1m', first, last, toMs)
      .map(({ index, open, high, low, close, volume }) => [index * 60, open, high, low, close, volume].join(','));
    writeFileSync(join(dir, `${productId}_1m.csv`), ['time,open,high,low,close,volume', ...rows, ''].join('\n'));
  }
}
