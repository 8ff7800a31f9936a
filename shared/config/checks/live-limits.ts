import { checkOf, unless } from './check.ts';

/** What nobody sets on purpose when the money is real. Other stages may go further: they only lose paper. */
const CEILINGS = [
  { path: ['risk', 'max_total_at_risk_pct'], ceiling: 50 },
  { path: ['risk', 'max_position_size_pct'], ceiling: 20 },
  { path: ['risk', 'max_drawdown_pct'], ceiling: 30 },
  { path: ['data', 'max_quote_age_seconds'], ceiling: 10 },
  { path: ['data', 'max_ohlcv_age_seconds'], ceiling: 180 },
] as const;

export const liveLimits = checkOf(['app', 'policy'], ({ app, policy }, { stage }) => {
  if (stage !== 'live' && app.mode !== 'LIVE') return [];
  return CEILINGS.flatMap(({ path: [group, key], ceiling }) => {
    const value = (policy[group] as Readonly<Record<string, unknown>>)[key];
    return unless(
      typeof value === 'number' && value <= ceiling,
      `policy.${group}.${key}`,
      'is obviously unsafe with real money',
      `use at most ${ceiling}`,
    );
  });
});
