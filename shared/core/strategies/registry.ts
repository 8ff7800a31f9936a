import { donchianBreakout } from './donchian-breakout/index.ts';
import type { StrategyModule } from './strategy.ts';
import { timeSeriesMomentum } from './time-series-momentum/index.ts';

/** Every strategy there is, by name: one line each. Without a prototype, so a name such as "constructor" finds nothing. */
export const strategyModules: Readonly<Record<string, StrategyModule>> = Object.freeze(
  Object.assign(Object.create(null) as Record<string, StrategyModule>, {
    'donchian-breakout': donchianBreakout,
    'time-series-momentum': timeSeriesMomentum,
  }),
);
