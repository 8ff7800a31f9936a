import * as z from 'zod';
import type { Denial, StrategyRecord, StrategyStatus } from '../cycle/decision.ts';
import { deepFreeze } from '../cycle/deep-freeze.ts';
import type { Dropped } from '../integrator/candidate.ts';
import { INTERVAL_MS } from '../market/interval.ts';
import type { Account } from '../portfolio/account.ts';
import type { BoundStrategy, ReadyStrategy } from './bind.ts';
import { checkedOutput } from './output.ts';
import type { StrategyOutput, StrategyState, StrategyView, TradeProposal } from './strategy.ts';

export interface StrategyRun {
  readonly records: readonly StrategyRecord[];
  readonly proposals: readonly TradeProposal[];
  /** Of strategies without authority: for the record only. */
  readonly shadow: readonly TradeProposal[];
  readonly dropped: readonly Dropped[];
  readonly state: Account['strategy_state'];
}

/** The word on an entry whose bar closed too long ago. */
export const STALE_SIGNAL = 'stale_signal';

type ViewFor = (strategy: ReadyStrategy) => StrategyView;

/**
 * Runs every strategy by itself: one that throws or returns rubbish is 'failed', loses its proposals and keeps its old
 * state, and the others do not notice. What they see is frozen and their own copy. Every strategy is asked in every cycle;
 * an entry on a bar that closed longer ago than `maxSignalAgeMs` is dropped. How long one takes is measured by the caller,
 * outside the decision, which must not depend on the speed of a machine; a slow one comes back as 'benched' next time.
 */
export function runStrategies(
  bound: readonly BoundStrategy[],
  viewFor: ViewFor,
  state: Account['strategy_state'],
  maxSignalAgeMs: number,
): StrategyRun {
  const results = bound.map((strategy) => runOne(strategy, viewFor, state[strategy.name] ?? null, maxSignalAgeMs));
  const changed = results.flatMap(({ record, next }) => (next === undefined ? [] : [[record.strategy, next] as const]));
  return {
    records: results.map(({ record }) => record),
    proposals: results.flatMap(({ proposals }) => proposals),
    shadow: results.flatMap(({ shadow }) => shadow),
    dropped: results.flatMap(({ dropped }) => dropped),
    state: changed.length === 0 ? state : { ...state, ...Object.fromEntries(changed) },
  };
}

interface Result {
  readonly record: StrategyRecord;
  readonly proposals: readonly TradeProposal[];
  readonly shadow: readonly TradeProposal[];
  readonly dropped: readonly Dropped[];
  /** undefined: unchanged. */
  readonly next: StrategyState | undefined;
}

function runOne(bound: BoundStrategy, viewFor: ViewFor, state: StrategyState, maxSignalAgeMs: number): Result {
  if (bound.kind === 'disabled') return idle(bound.name, { status: 'skipped (disabled)', detail: null });
  if (bound.kind === 'benched') {
    return idle(bound.name, { status: 'skipped (benched)', detail: 'overran its time budget' });
  }
  if (bound.kind === 'unusable') return idle(bound.name, { status: 'failed', detail: bound.reason });
  try {
    const view = viewFor(bound);
    const { proposals, state: next } = askStrategy(bound, view, state);
    checkStanding(bound.name, proposals, view);
    const { kept, dropped } = inTime(view, maxSignalAgeMs)
      ? strongest(proposals, bound.settings.max_triggers_per_cycle)
      : exitsOnly(proposals, maxSignalAgeMs);
    const counted = { strategy: bound.name, proposals_count: proposals.length, detail: null };
    return bound.settings.shadow
      ? { record: { ...counted, status: 'shadow' }, proposals: [], shadow: kept, dropped: [], next }
      : { record: { ...counted, status: 'ran' }, proposals: kept, shadow: [], dropped, next };
  } catch (error) {
    return idle(bound.name, { status: 'failed', detail: reasonOf(error) });
  }
}

/** One strategy's answer in a sound shape. What it sees is frozen, and its state a copy. Throws what it throws. */
export function askStrategy({ strategy }: ReadyStrategy, view: StrategyView, state: StrategyState): StrategyOutput {
  return checkedOutput(strategy.generateProposals(frozen(view), deepFreeze(copyOf(state))));
}

/** As deep as a view goes: what its columns are made of cannot be frozen. */
function frozen(view: StrategyView): StrategyView {
  for (const symbol of view.symbols) {
    Object.freeze(symbol.candles);
    Object.freeze(symbol);
  }
  Object.freeze(view.symbols);
  Object.freeze(view.holdings);
  return Object.freeze(view);
}

function copyOf(state: StrategyState): StrategyState {
  return typeof state === 'object' && state !== null ? structuredClone(state) : state;
}

function idle(strategy: string, told: StrategyStatus): Result {
  return {
    record: { strategy, proposals_count: 0, ...told },
    proposals: [],
    shadow: [],
    dropped: [],
    next: undefined,
  };
}

/** A strategy speaks for itself, once per symbol, about symbols that it was shown. Throws otherwise. */
function checkStanding(name: string, proposals: readonly TradeProposal[], view: StrategyView): void {
  const open = new Set<string>(view.symbols.map(({ productId }) => productId));
  for (const { symbol, strategy } of proposals) {
    if (strategy !== name) throw new Error(`a proposal in the name of strategy ${JSON.stringify(strategy)}`);
    if (!open.delete(symbol))
      throw new Error(`${symbol} is not a symbol it was shown, or more than one proposal is for it`);
  }
}

/** Whether the bar that the strategy's opinion rests on closed recently enough to buy on it. */
export function inTime(
  { slotMs, interval }: Pick<StrategyView, 'slotMs' | 'interval'>,
  maxSignalAgeMs: number,
): boolean {
  return slotMs % INTERVAL_MS[interval] < maxSignalAgeMs;
}

interface Sifted {
  readonly kept: readonly TradeProposal[];
  readonly dropped: readonly Dropped[];
}

/** Leaving is never too late. */
function exitsOnly(proposals: readonly TradeProposal[], maxSignalAgeMs: number): Sifted {
  const record = denial('max_signal_age', STALE_SIGNAL, `its bar closed ${maxSignalAgeMs / 60_000} min ago or longer`);
  return {
    kept: proposals.filter(({ side }) => side === 'SELL'),
    dropped: proposals.filter(({ side }) => side === 'BUY').map((proposal) => ({ proposal, record })),
  };
}

/** At most so many entry triggers a cycle, the strongest first [REQ-S1]. Exits are not counted: they reduce risk. */
function strongest(proposals: readonly TradeProposal[], limit: number): Sifted {
  const entries = proposals
    .filter(({ side }) => side === 'BUY')
    .toSorted((a, b) => b.conviction - a.conviction || (a.symbol < b.symbol ? -1 : 1));
  const record = denial('max_triggers_per_cycle', 'max_triggers', `stronger triggers took all ${limit} places`);
  return {
    kept: [...proposals.filter(({ side }) => side === 'SELL'), ...entries.slice(0, limit)],
    dropped: entries.slice(limit).map((proposal) => ({ proposal, record })),
  };
}

function denial(rule: string, risk_reason: string, detail: string): Denial {
  return {
    rule,
    verdict: 'deny',
    risk_reason,
    cap_type: null,
    current_pct: null,
    proposed_pct: null,
    limit_pct: null,
    detail,
  };
}

/** It goes into records and alerts, which must not grow without bound. */
const MOST_REASON_CHARS = 1_000;

function reasonOf(error: unknown): string {
  const reason = readReason(error);
  return reason.length <= MOST_REASON_CHARS ? reason : `${reason.slice(0, MOST_REASON_CHARS - 3)}...`;
}

/** Anything can be thrown, also what throws when it is read. */
function readReason(error: unknown): string {
  try {
    if (error instanceof z.ZodError) return `unusable output: ${z.prettifyError(error)}`;
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return 'threw what cannot be read';
  }
}
