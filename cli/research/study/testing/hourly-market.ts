import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INTERVAL_MS } from '../../../../shared/core/market/interval.ts';
import { syntheticMarket } from '../../../../simulator/market/synthetic.ts';

const HOUR_MS = INTERVAL_MS['1h'];
export const MARKET_FROM_MS = Date.UTC(2025, 0, 6);
export const MARKET_DAYS = 30;

/** Thirty made-up days of three coins in bars of an hour: a backtest of them takes a blink. */
export function writeHourlyMarket(dir: string, seed = 7): void {
  mkdirSync(dir, { recursive: true });
  const market = syntheticMarket({ seed, startMs: MARKET_FROM_MS, symbols: ['BTC', 'ETH', 'SOL'] });
  const first = MARKET_FROM_MS / HOUR_MS;
  const last = first + MARKET_DAYS * 24 - 1;
  for (const { productId } of market.listings) {
    const rows = market
      .bars(productId, '1h', first, last, (last + 1) * HOUR_MS)
      .map(({ index, open, high, low, close, volume }) => [index * 3_600, open, high, low, close, volume].join(','));
    writeFileSync(join(dir, `${productId}_1h.csv`), ['time,open,high,low,close,volume', ...rows, ''].join('\n'));
  }
}

/** So that hourly bars of three coins are traded at all, and quickly. */
export const EASY = [
  'universe.tiers.T1.min_24h_volume_usd="1"',
  'universe.tiers.T2.min_24h_volume_usd="1"',
  'universe.min_listing_age_days=0',
  'policy.data.outlier_sigma=50',
  'policy.regime.override=bull',
].flatMap((each) => ['--set', each]);
