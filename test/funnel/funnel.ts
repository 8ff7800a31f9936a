import { applyChanges } from '../../shared/core/cycle/apply-changes.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import type { AssessmentRecord, Decision } from '../../shared/core/cycle/decision.ts';
import type { DecisionConfig, StrategySettings } from '../../shared/core/cycle/decision-config.ts';
import { INTERVAL_MS, type Interval } from '../../shared/core/market/interval.ts';
import type { MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import { accountOf, positionOf } from '../core/world.ts';
import { type Fates, fatesOf } from './fate.ts';
import { type FunnelMarket, marketAt } from './market.ts';

/** What became of everything one strategy looked at on one market. */
export interface FunnelRow extends Fates {
  readonly data: string;
  readonly strategy: string;
  readonly interval: Interval;
  readonly slots: number;
  /** Symbols that were eligible, or held, summed over all slots. */
  readonly symbol_bars: number;
  /** Slots at which it proposed anything. */
  readonly triggers: number;
  readonly proposals: { readonly buy: number; readonly sell: number };
  /** What it said when it threw; empty when it never did. */
  readonly failures: readonly string[];
}

/**
 * One strategy alone at moments spread evenly over a market, on the closes of its own bars. Every slot starts flat, every
 * third as if the strategy held everything, so that both entries and exits are seen and no early loss decides the rest.
 */
export function funnelOf(market: FunnelMarket, shipped: DecisionConfig, strategy: string, slots: number): FunnelRow {
  const config = configFor(market, shipped, strategy);
  const { interval } = config.signals.strategy[strategy] as StrategySettings;
  const moments = momentsOf(market, interval, slots);
  const count = { symbol_bars: 0, triggers: 0 };
  const asked: AssessmentRecord[] = [];
  const failures = new Set<string>();
  let state: Account['strategy_state'] = {};
  for (const [i, slotMs] of moments.entries()) {
    const snapshot = marketAt(market, slotMs, ['1d', interval]);
    const isHolding = i % 3 === 2;
    const account = accountFor(snapshot, strategy, state, isHolding);
    const decision = decide(snapshot, account, config);
    state = applyChanges(account, decision.account_changes).strategy_state;
    count.symbol_bars += isHolding ? snapshot.symbols.length : eligible(decision);
    count.triggers += decision.proposals_count > 0 ? 1 : 0;
    // Without a proposal it is the exit kit's own.
    asked.push(...decision.assessments.filter(({ proposal }) => proposal !== null));
    for (const failure of failuresIn(decision)) failures.add(failure);
  }
  const proposed = (side: AssessmentRecord['side']) => asked.filter((each) => each.side === side).length;
  return {
    data: market.name,
    strategy,
    interval,
    slots: moments.length,
    ...count,
    proposals: { buy: proposed('BUY'), sell: proposed('SELL') },
    ...fatesOf(asked),
    failures: [...failures],
  };
}

/** The shipped parameters; bars shorter than the market has are replaced by the market's own. */
function configFor({ base }: FunnelMarket, shipped: DecisionConfig, strategy: string): DecisionConfig {
  const settings = shipped.signals.strategy[strategy];
  if (settings === undefined) throw new Error(`${strategy} is not configured`);
  const interval = INTERVAL_MS[settings.interval] < INTERVAL_MS[base] ? base : settings.interval;
  const own = { ...settings, enabled: true, shadow: false, interval };
  return { ...shipped, signals: { ...shipped.signals, interval: base, strategy: { [strategy]: own } } };
}

function momentsOf({ range }: FunnelMarket, interval: Interval, slots: number): readonly number[] {
  const step = INTERVAL_MS[interval];
  const first = Math.ceil(range.fromMs / step);
  const last = Math.floor(range.toMs / step);
  // Uneven, so that the sample does not always meet the same hour of the day.
  const stride = Math.max(1, Math.floor((last - first) / slots));
  const uneven = stride % 2 === 0 && stride > 1 ? stride - 1 : stride;
  return Array.from({ length: Math.min(slots, last - first) }, (_, i) => (last - i * uneven) * step).reverse();
}

function accountFor(
  { symbols }: MarketSnapshot,
  strategy: string,
  strategy_state: Account['strategy_state'],
  isHolding: boolean,
): Account {
  const members = symbols.map(({ productId }) => [productId, { member: true, cycles: 0 }] as const);
  const held = symbols.map(({ productId }) => [productId, positionOf('1', { strategy })] as const);
  return accountOf({
    strategy_state,
    universe_memory: Object.fromEntries(members),
    positions: isHolding ? Object.fromEntries(held) : {},
  });
}

function eligible({ universe }: Decision): number {
  return universe.filter((record) => record.eligible).length;
}

function failuresIn({ strategies }: Decision): readonly string[] {
  return strategies.filter(({ status }) => status === 'failed').map(({ detail }) => detail ?? 'no reason');
}
