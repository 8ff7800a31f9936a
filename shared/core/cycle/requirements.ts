import { MAX_WINDOW_BARS, windowStart } from '../indicators/anchor.ts';
import { INTERVAL_MS, type Interval, lastClosedBarIndex } from '../market/interval.ts';
import type { ProductId } from '../market/product.ts';
import { regimeWarmup } from '../regime/detector.ts';
import { type BoundStrategy, bindStrategies, hasAuthority, type StrategyModules } from '../strategies/bind.ts';
import type { DecisionConfig } from './decision-config.ts';

/** Bars of one interval that a decision looks at: from `fromIndex` (absolute) to the newest closed one, at most 300. */
export interface BarsNeeded {
  readonly interval: Interval;
  readonly fromIndex: number;
  readonly products: 'all' | readonly ProductId[];
}

/** One strategy's window: its interval and the bars before its first opinion. */
export interface WindowNeeded {
  readonly interval: Interval;
  readonly warmupBars: number;
}

/** Time, products, quotes, accounts, orders, fills, fees, spare. */
const CALLS_FOR_ALL = 8;

/**
 * Calls of a cycle that are not for bars. Behind each position rests an order that is read back in every cycle: a bot that
 * holds all it may would else never get to its quotes, and without them sell nothing.
 */
export function callsBesideBars({ max_open_positions }: DecisionConfig['policy']['risk']): number {
  return CALLS_FOR_ALL + max_open_positions;
}

/** How many reads of longer bars fit: half of what the base interval leaves, for retries must never run a cycle dry. */
export function otherReads(maxCalls: number, symbols: number, besideBars: number): number {
  return Math.max(0, Math.floor((maxCalls - besideBars - symbols) / 2));
}

/** Without any strategy, exits and valuation still want the newest close. */
const BARS_WITHOUT_STRATEGIES = 10;

/**
 * All bars that a decision at this slot looks at, most urgent first: the base interval always, the days of the regime's
 * reference, then what strategies look at, those without authority last: they must not take the calls of the others. One
 * line is one request per symbol when nothing is known yet.
 */
export function barsNeeded(config: DecisionConfig, slotMs: number, modules: StrategyModules): readonly BarsNeeded[] {
  const base = config.signals.interval;
  const { windows, coarse } = planOf(config, modules);
  const atLeast = lastClosedBarIndex(slotMs, base) - barsWithoutStrategies(config) + 1;
  return [
    {
      interval: base,
      fromIndex: Math.min(atLeast, trailingStart(config, slotMs), firstIndex(windows, base, slotMs)),
      products: 'all',
    },
    regimeBars(config, slotMs),
    ...coarse.map(
      (interval): BarsNeeded => ({ interval, fromIndex: firstIndex(windows, interval, slotMs), products: 'all' }),
    ),
  ];
}

interface Plan {
  readonly base: Interval;
  readonly windows: readonly WindowNeeded[];
  /** Longer bars than those of the base interval, most urgent first. */
  readonly coarse: readonly Interval[];
}

/** By what was bound: that is bound once. */
const plans = new WeakMap<readonly BoundStrategy[], Plan>();

function planOf({ signals }: DecisionConfig, modules: StrategyModules): Plan {
  const bound = bindStrategies(signals, modules);
  const known = plans.get(bound);
  if (known?.base === signals.interval) return known;
  const windows = windowsNeeded(bound);
  const urgentFirst = [...intervalsOf(windowsNeeded(bound.filter(hasAuthority))), ...intervalsOf(windows)];
  const coarse = [...new Set(urgentFirst)].filter((interval) => interval !== signals.interval);
  const plan = { base: signals.interval, windows, coarse };
  plans.set(bound, plan);
  return plan;
}

/** The shortest first. */
function intervalsOf(windows: readonly WindowNeeded[]): readonly Interval[] {
  return windows.map(({ interval }) => interval).sort((a, b) => INTERVAL_MS[a] - INTERVAL_MS[b]);
}

/** A stop that trails in average true ranges needs its window; infinity where none does. */
function trailingStart({ policy, signals }: DecisionConfig, slotMs: number): number {
  const { trailing_stop_atr, trailing_atr_lookback_bars } = policy.exits;
  if (trailing_stop_atr === 0) return Number.POSITIVE_INFINITY;
  return windowStart(lastClosedBarIndex(slotMs, signals.interval), trailing_atr_lookback_bars);
}

/**
 * What the universe measures on the base interval: n returns take n + 1 closes. Of history twice as much as is asked for:
 * it counts from the first trade that is known, and a market that was quiet in the very first bar is not a young one.
 */
function barsWithoutStrategies({ policy, universe }: DecisionConfig): number {
  const history = Math.min(MAX_WINDOW_BARS, 2 * universe.min_history_bars);
  return Math.max(BARS_WITHOUT_STRATEGIES, policy.data.outlier_window_bars + 1, history);
}

/** Read under an operator's override as well: what the detector says then is on record, and it takes over at once. */
function regimeBars({ policy: { regime } }: DecisionConfig, slotMs: number): BarsNeeded {
  const fromIndex = windowStart(lastClosedBarIndex(slotMs, '1d'), regimeWarmup(regime));
  return { interval: '1d', fromIndex, products: [regime.reference] };
}

/** The windows of the strategies that can run. */
export function windowsNeeded(bound: readonly BoundStrategy[]): readonly WindowNeeded[] {
  return bound.flatMap((each) =>
    each.kind === 'ready' ? [{ interval: each.settings.interval, warmupBars: each.strategy.warmupBars }] : [],
  );
}

/** The earliest start of all windows of an interval; infinity where nobody looks at it. */
function firstIndex(windows: readonly WindowNeeded[], interval: Interval, slotMs: number): number {
  const t = lastClosedBarIndex(slotMs, interval);
  return Math.min(
    ...windows.filter((window) => window.interval === interval).map(({ warmupBars }) => windowStart(t, warmupBars)),
  );
}
