import type { Signals } from '../../shared/core/cycle/decision-config.ts';
import type { StrategyModules } from '../../shared/core/strategies/bind.ts';
import type { StrategyModule } from '../../shared/core/strategies/strategy.ts';

type Load = () => Promise<StrategyModule>;

/** The strategies of the registry, each in a file of its own in the bundle. */
const LOADERS: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['classic-rules', async () => (await import('../../shared/core/strategies/classic-rules/index.ts')).classicRules],
  [
    'cross-sectional-rotation',
    async () => (await import('../../shared/core/strategies/cross-sectional-rotation/index.ts')).crossSectionalRotation,
  ],
  [
    'donchian-breakout',
    async () => (await import('../../shared/core/strategies/donchian-breakout/index.ts')).donchianBreakout,
  ],
  [
    'donchian-ensemble',
    async () => (await import('../../shared/core/strategies/donchian-ensemble/index.ts')).donchianEnsemble,
  ],
  [
    'ema-trend-pullback',
    async () => (await import('../../shared/core/strategies/ema-trend-pullback/index.ts')).emaTrendPullback,
  ],
  [
    'new-listing-breakout',
    async () => (await import('../../shared/core/strategies/new-listing-breakout/index.ts')).newListingBreakout,
  ],
  [
    'rsi-bollinger-reversion',
    async () => (await import('../../shared/core/strategies/rsi-bollinger-reversion/index.ts')).rsiBollingerReversion,
  ],
  [
    'time-series-momentum',
    async () => (await import('../../shared/core/strategies/time-series-momentum/index.ts')).timeSeriesMomentum,
  ],
  [
    'volatility-breakout',
    async () => (await import('../../shared/core/strategies/volatility-breakout/index.ts')).volatilityBreakout,
  ],
  [
    'volume-spike-momentum',
    async () => (await import('../../shared/core/strategies/volume-spike-momentum/index.ts')).volumeSpikeMomentum,
  ],
]);

/** The strategies that the stage has switched on, in shadow or not. Throws at once for one that this bundle does not hold. */
export function loadStrategies({ strategy }: Signals): Promise<StrategyModules> {
  const enabled = Object.keys(strategy).filter((name) => strategy[name]?.enabled === true);
  return loadAll(enabled.map((name) => [name, loaderOf(name)] as const));
}

async function loadAll(loaders: readonly (readonly [string, Load])[]): Promise<StrategyModules> {
  return Object.fromEntries(await Promise.all(loaders.map(async ([name, load]) => [name, await load()] as const)));
}

function loaderOf(name: string): Load {
  const load = LOADERS.get(name);
  if (load === undefined) throw new Error(`config names the strategy ${name}, which this bundle does not hold`);
  return load;
}
