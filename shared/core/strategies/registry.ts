import { classicRules } from './classic-rules/index.ts';
import { crossSectionalRotation } from './cross-sectional-rotation/index.ts';
import { donchianBreakout } from './donchian-breakout/index.ts';
import { donchianEnsemble } from './donchian-ensemble/index.ts';
import { emaTrendPullback } from './ema-trend-pullback/index.ts';
import { newListingBreakout } from './new-listing-breakout/index.ts';
import { rsiBollingerReversion } from './rsi-bollinger-reversion/index.ts';
import type { StrategyModule } from './strategy.ts';
import { timeSeriesMomentum } from './time-series-momentum/index.ts';
import { volatilityBreakout } from './volatility-breakout/index.ts';
import { volumeSpikeMomentum } from './volume-spike-momentum/index.ts';

/** Every strategy there is, by name: one line each. Without a prototype, so a name such as "constructor" finds nothing. */
export const strategyModules: Readonly<Record<string, StrategyModule>> = Object.freeze(
  Object.assign(Object.create(null) as Record<string, StrategyModule>, {
    'classic-rules': classicRules,
    'cross-sectional-rotation': crossSectionalRotation,
    'donchian-breakout': donchianBreakout,
    'donchian-ensemble': donchianEnsemble,
    'ema-trend-pullback': emaTrendPullback,
    'new-listing-breakout': newListingBreakout,
    'rsi-bollinger-reversion': rsiBollingerReversion,
    'time-series-momentum': timeSeriesMomentum,
    'volatility-breakout': volatilityBreakout,
    'volume-spike-momentum': volumeSpikeMomentum,
  }),
);
