import { INTERVAL_MS } from '../../core/market/interval.ts';
import { checkOf, unless } from './check.ts';

const DAY_MS = 86_400_000;

/** A strategy for young listings never sees one where the universe waits until they are old. */
export const youngListings = checkOf(['universe', 'signals'], ({ universe, signals }) =>
  Object.entries(signals.strategy).flatMap(([name, { enabled, interval, params }]) => {
    const maxBars = params['max_age_bars'];
    if (!enabled || typeof maxBars !== 'number') return [];
    const days = (maxBars * INTERVAL_MS[interval]) / DAY_MS;
    return unless(
      universe.min_listing_age_days < days,
      'universe.min_listing_age_days',
      `no listing is younger than ${universe.min_listing_age_days} days, and ${name} looks at none older than ${days}`,
      `use less than ${days}, or leave ${name} disabled`,
    );
  }),
);
