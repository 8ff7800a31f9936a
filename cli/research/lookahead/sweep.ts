import { decide } from '../../../shared/core/cycle/decide.ts';
import type { Decision } from '../../../shared/core/cycle/decision.ts';
import type { DecisionConfig, StrategySettings } from '../../../shared/core/cycle/decision-config.ts';
import { encodeDecision } from '../../../shared/core/cycle/encode.ts';
import { INTERVAL_MS, type Interval } from '../../../shared/core/market/interval.ts';
import { fromNumber, quantity, toNumber, usd } from '../../../shared/core/money/fixed.ts';
import type { Account } from '../../../shared/core/portfolio/account.ts';
import { openAccount } from '../../../shared/core/portfolio/ledger.ts';
import { strategyModules } from '../../../shared/core/strategies/registry.ts';
import { UserError } from '../../user-error.ts';
import { type Decide, lookaheadOf } from './check.ts';
import { CORRUPTIONS } from './corrupt.ts';
import { type History, momentOf } from './history.ts';

/** What one strategy did under other futures and other beginnings. */
export interface SweepRow {
  readonly strategy: string;
  readonly interval: Interval;
  readonly bars: number;
  readonly decisions: number;
  readonly proposals: number;
  /** Decisions that another future changed [I9]. */
  readonly leaks: number;
  readonly first_leaks: readonly { readonly slot: string; readonly corruption: string }[];
  /** Decisions that a longer history changed. */
  readonly startup_differences: number;
  /** What it said when it threw. */
  readonly failures: readonly string[];
}

/** Every so many bars it holds everything, so that its exits are asked as well. */
const HOLDING_EVERY = 3;
/** Every so many bars the history is made longer by each of these. */
const STARTUP_EVERY = 10;
const LONGER_BY = [1, 37, 150, 600] as const;
const MOST_LEAKS = 5;

/** One strategy alone, as configured, at these bars of a history: flat, and every third bar with all coins in its hands. */
export function sweepOf(
  history: History,
  config: DecisionConfig,
  strategy: string,
  bars: readonly number[],
  onBar: () => void,
): SweepRow {
  const alone = onlyOf(config, strategy, history.interval);
  const open = () => brainOf(alone);
  const moment = (t: number) => {
    onBar();
    return momentOf(history, t);
  };
  const flat = accountFor(history, alone, bars[0]);
  const held = holdingAll(history, flat, strategy, bars[0]);
  const reports = [
    lookaheadOf(moment, bars, flat, open),
    lookaheadOf((t) => momentOf(history, t), every(bars, HOLDING_EVERY), held, open),
  ];
  const leaks = reports.flatMap((report) => report.leaks);
  const asked = reports.reduce((sum, report) => sum + report.bars, 0);
  return {
    strategy,
    interval: (alone.signals.strategy[strategy] as StrategySettings).interval,
    bars: bars.length,
    decisions: asked * (1 + CORRUPTIONS.length),
    proposals: reports.reduce((sum, { proposals }) => sum + proposals, 0),
    leaks: leaks.length,
    first_leaks: leaks.slice(0, MOST_LEAKS).map(({ t, corruption }) => ({ slot: slotOf(t, history), corruption })),
    // Bought a moment ago: the peak since the entry, which an account remembers, then needs no longer past.
    startup_differences: startupDifferences(
      history,
      every(bars, STARTUP_EVERY),
      (t) => holdingAll(history, flat, strategy, t),
      open,
    ),
    failures: [...new Set(reports.flatMap((report) => report.failures))],
  };
}

/** Strategies are bound once for all that it is asked. */
export function brainOf(config: DecisionConfig): Decide {
  const modules = { ...strategyModules };
  return (snapshot, account) => decide(snapshot, account, config, modules);
}

/** How often a decision changes when it is shown more of the past. Where a series begins later there is no more. */
export function startupDifferences(
  history: History,
  bars: readonly number[],
  accountAt: (t: number) => Account,
  open: () => Decide,
): number {
  let differences = 0;
  for (const t of bars) {
    const account = accountAt(t);
    const shortest = withoutCounts(open()(momentOf(history, t), account));
    const others = LONGER_BY.map((more) => withoutCounts(open()(momentOf(history, t, more), account)));
    differences += others.filter((other) => other !== shortest).length;
  }
  return differences;
}

/** The universe also records how many bars it was shown, which is all that may differ. */
function withoutCounts(decision: Decision): string {
  const universe = decision.universe.map((record) => ({ ...record, figures: { ...record.figures, bars: null } }));
  return encodeDecision({ ...decision, universe });
}

/** Its own bars, or the history's where those are longer or do not make them up. */
export function onlyOf(config: DecisionConfig, strategy: string, base: Interval): DecisionConfig {
  const settings = config.signals.strategy[strategy];
  if (settings === undefined) {
    const known = Object.keys(config.signals.strategy).join(', ');
    throw new UserError(`--strategies: no strategy ${strategy} is configured; there are ${known}`);
  }
  const interval = INTERVAL_MS[settings.interval] % INTERVAL_MS[base] === 0 ? settings.interval : base;
  const own = { ...settings, enabled: true, shadow: false, interval };
  return { ...config, signals: { ...config.signals, interval: base, strategy: { [strategy]: own } } };
}

/** Ten thousand dollars, and no symbol has to prove itself first. */
export function accountFor(history: History, config: DecisionConfig, bar = history.first): Account {
  const nowMs = bar * INTERVAL_MS[history.interval];
  const opened = openAccount({ botId: config.botId, mode: 'PAPER', cash: usd('10000'), external: {}, nowMs });
  const known = [...history.series.keys()].map((id) => [id, { member: true, cycles: 0 }] as const);
  return { ...opened, universe_memory: Object.fromEntries(known) };
}

/** A hundred dollars of every coin, bought by the strategy at the first bar. */
function holdingAll(history: History, account: Account, strategy: string, bar = history.first): Account {
  const opened_at_ms = bar * INTERVAL_MS[history.interval];
  const positions = momentOf(history, bar).symbols.flatMap(({ productId, quote }) => {
    if (quote === null) return [];
    const size = fromNumber<'base'>(100 / toNumber(quote.ask), quantity('0.00000001'), 'up');
    const lots = [{ quantity: size, cost: usd('100'), opened_at_ms }];
    return [[productId, { lots, strategy, opened_at_ms, stop_price: null, take_profit_price: null }] as const];
  });
  return { ...account, positions: Object.fromEntries(positions) };
}

function every(bars: readonly number[], step: number): readonly number[] {
  return bars.filter((_, i) => i % step === 0);
}

function slotOf(t: number, { interval }: History): string {
  return new Date((t + 1) * INTERVAL_MS[interval]).toISOString();
}
