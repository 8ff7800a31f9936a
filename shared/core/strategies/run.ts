import * as z from 'zod';
import type { RiskRecord, StrategyRecord } from '../cycle/decision.ts';
import { deepFreeze } from '../cycle/deep-freeze.ts';
import type { Dropped } from '../integrator/candidate.ts';
import type { Account } from '../portfolio/account.ts';
import { productIdKey } from '../portfolio/account.ts';
import type { BoundStrategy } from './bind.ts';
import type { StrategyState, StrategyView, TradeProposal } from './strategy.ts';

export interface StrategyRun {
  readonly records: readonly StrategyRecord[];
  readonly proposals: readonly TradeProposal[];
  readonly dropped: readonly Dropped[];
  readonly state: Account['strategy_state'];
}

type Ready = Extract<BoundStrategy, { kind: 'ready' }>;

/**
 * Runs every strategy by itself: one that throws or returns rubbish is 'failed', loses its proposals and keeps its old
 * state, and the others do not notice. What they see is frozen and their own copy.
 */
export function runStrategies(
  bound: readonly BoundStrategy[],
  viewFor: (strategy: Ready) => StrategyView,
  state: Account['strategy_state'],
): StrategyRun {
  const results = bound.map((strategy) => runOne(strategy, viewFor, state[strategy.name] ?? null));
  const changed = results.flatMap(({ record, next }) => (next === undefined ? [] : [[record.strategy, next] as const]));
  return {
    records: results.map(({ record }) => record),
    proposals: results.flatMap(({ proposals }) => proposals),
    dropped: results.flatMap(({ dropped }) => dropped),
    state: { ...state, ...Object.fromEntries(changed) },
  };
}

interface Result {
  readonly record: StrategyRecord;
  readonly proposals: readonly TradeProposal[];
  readonly dropped: readonly Dropped[];
  /** undefined: unchanged. */
  readonly next: StrategyState | undefined;
}

function runOne(bound: BoundStrategy, viewFor: (strategy: Ready) => StrategyView, state: StrategyState): Result {
  if (bound.kind === 'disabled') return idle(bound.name, 'skipped (disabled)', null);
  if (bound.kind === 'unusable') return idle(bound.name, 'failed', bound.reason);
  try {
    const view = deepFreeze(viewFor(bound));
    const given = bound.strategy.generateProposals(view, deepFreeze(structuredClone(state)));
    const { proposals, state: next } = outputSchema.parse(given);
    checkStanding(bound.name, proposals, view);
    const { kept, dropped } = strongest(proposals, bound.settings.max_triggers_per_cycle);
    const record = { strategy: bound.name, status: 'ran', proposals_count: proposals.length, detail: null } as const;
    // The schema's copies hold nothing that the strategy could still reach.
    return { record, proposals: kept, dropped, next };
  } catch (error) {
    return idle(bound.name, 'failed', reasonOf(error));
  }
}

function idle(strategy: string, status: StrategyRecord['status'], detail: string | null): Result {
  return { record: { strategy, status, proposals_count: 0, detail }, proposals: [], dropped: [], next: undefined };
}

const figure = z.number().min(-1e6).max(1e6);

/**
 * The shape of an answer [REQ-R2]. Whether its figures keep to the policy is for risk to say; here they only have to be
 * figures, small enough to be money.
 */
const outputSchema = z.strictObject({
  proposals: z.array(
    z.strictObject({
      symbol: productIdKey,
      side: z.enum(['BUY', 'SELL']),
      notional_pct: figure,
      stop_loss_pct: figure,
      take_profit_pct: figure,
      conviction: figure,
      strategy: z.string(),
      reason: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'one lower-case word'),
      trigger: z.record(z.string(), z.number()),
    }),
  ),
  state: z.json(),
});

/** A strategy speaks for itself, once per symbol, about symbols that it was shown. Throws otherwise. */
function checkStanding(name: string, proposals: readonly TradeProposal[], view: StrategyView): void {
  const open = new Set<string>(view.symbols.map(({ productId }) => productId));
  for (const { symbol, strategy } of proposals) {
    if (strategy !== name) throw new Error(`a proposal in the name of strategy ${JSON.stringify(strategy)}`);
    if (!open.delete(symbol))
      throw new Error(`${symbol} is not a symbol it was shown, or more than one proposal is for it`);
  }
}

/** At most so many entry triggers a cycle, the strongest first [REQ-S1]. Exits are not counted: they reduce risk. */
function strongest(
  proposals: readonly TradeProposal[],
  limit: number,
): { readonly kept: readonly TradeProposal[]; readonly dropped: readonly Dropped[] } {
  const entries = proposals
    .filter(({ side }) => side === 'BUY')
    .toSorted((a, b) => b.conviction - a.conviction || (a.symbol < b.symbol ? -1 : 1));
  return {
    kept: [...proposals.filter(({ side }) => side === 'SELL'), ...entries.slice(0, limit)],
    dropped: entries.slice(limit).map((proposal) => ({ proposal, record: tooMany(limit) })),
  };
}

function tooMany(limit: number): RiskRecord {
  return {
    rule: 'max_triggers_per_cycle',
    verdict: 'deny',
    risk_reason: 'max_triggers',
    cap_type: null,
    current_pct: null,
    proposed_pct: null,
    limit_pct: null,
    detail: `stronger triggers took all ${limit} places`,
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return `unusable output: ${z.prettifyError(error)}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
