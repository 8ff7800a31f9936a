import { fileProductArchive } from '../../shared/adapters/local/file-archive.ts';
import { putProducts } from '../../shared/app/keep-products.ts';
import type { MarketCache } from '../../shared/app/market-cache.ts';
import type { Clock } from '../../shared/ports/clock.ts';

const DAY_MS = 86_400_000;
/** As old as a cycle may have them. */
const MAX_AGE_MS = 5 * 60_000;

export interface DailyProductsParts {
  readonly stateDir: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly marketCache: Pick<MarketCache, 'products'>;
  readonly quoteCurrency: string;
}

/** What the daily job does on AWS: the first cycle of a day leaves the products that it has read behind it. */
export function dailyProducts({
  stateDir,
  clock,
  marketCache,
  quoteCurrency,
}: DailyProductsParts): (slotMs: number) => Promise<void> {
  const archive = fileProductArchive(stateDir);
  let keptDay = Number.NEGATIVE_INFINITY;
  return async (slotMs) => {
    const day = Math.floor(slotMs / DAY_MS);
    if (day === keptDay) return;
    const listed = marketCache.products(clock.nowMs(), MAX_AGE_MS) ?? [];
    if (!listed.some(({ quote }) => quote === quoteCurrency)) return;
    await putProducts({ archive, clock }, listed, quoteCurrency);
    keptDay = day;
  };
}
