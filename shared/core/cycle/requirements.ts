import { windowStart } from '../indicators/anchor.ts';
import { lastClosedBarIndex } from '../market/interval.ts';
import { bindStrategies } from '../strategies/bind.ts';
import type { DecisionConfig } from './decision-config.ts';

/** Without any strategy, exits and valuation still want the newest close. */
const BARS_WITHOUT_STRATEGIES = 10;

/**
 * The absolute index (of `signals.interval`) of the earliest bar that a decision at this slot looks at: at most 300 bars
 * back, so one request per symbol is enough.
 */
export function firstBarNeeded(config: DecisionConfig, slotMs: number): number {
  const t = lastClosedBarIndex(slotMs, config.signals.interval);
  const starts = bindStrategies(config.signals).flatMap((bound) =>
    bound.kind === 'ready' ? [windowStart(t, bound.strategy.warmupBars)] : [],
  );
  return Math.min(t - BARS_WITHOUT_STRATEGIES + 1, ...starts);
}
