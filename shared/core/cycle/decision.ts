import type { AlertKind } from '../alerts/catalogue.ts';
import type { ProductId } from '../market/product.ts';
import type { Account, UniverseMemory } from '../portfolio/account.ts';
import type { Adoption } from '../portfolio/external.ts';
import type { RegimeFigures } from '../regime/detector.ts';
import type { RegimeNow } from '../regime/regime.ts';
import type { ApprovedOrder } from '../risk/approved-order.ts';
import type { TradeProposal } from '../strategies/strategy.ts';
import type { Regime, Tier } from './decision-config.ts';

/**
 * How much of a decision is put into words. 'brief' leaves out what only a reader wants: figures of the universe, what the
 * rules behind the first denial said, breaches. Orders, changes, outcomes and reasons are the same.
 */
export type Detail = 'full' | 'brief';

/** Why a symbol may or may not be traded in this cycle [REQ-U1]. */
export interface UniverseRecord {
  readonly symbol: ProductId;
  readonly tier: Tier;
  readonly theme: string | null;
  readonly eligible: boolean;
  readonly exclusion_reason: string | null;
  /** The measured figure against its threshold, where one decided. */
  readonly figures: Readonly<Record<string, string | number | null>>;
}

export type StrategyRecord = { readonly strategy: string; readonly proposals_count: number } & StrategyStatus;

export type StrategyStatus =
  /**
   * 'skipped (disabled)' [REQ-STR2]; 'skipped (halted)': a gate that stops everything is active [REQ-K1]; 'failed' carries
   * the reason and the others still ran; 'skipped (benched)': it overran its time budget lately. 'shadow': it ran beside the others without authority.
   */
  | { readonly status: 'failed'; readonly detail: string }
  | {
      readonly status: 'ran' | 'shadow' | 'skipped (disabled)' | 'skipped (halted)' | 'skipped (benched)';
      readonly detail: string | null;
    };

/** One rule's word on one candidate; every rule leaves one, also after a denial. */
export interface RiskRecord {
  readonly rule: string;
  readonly verdict: 'allow' | 'cap' | 'deny';
  readonly risk_reason: string | null;
  readonly cap_type: string | null;
  readonly current_pct: number | null;
  readonly proposed_pct: number | null;
  readonly limit_pct: number | null;
  readonly detail: string | null;
}

/** A record that ends what it speaks of. */
export interface Denial extends RiskRecord {
  readonly verdict: 'deny';
  readonly risk_reason: string;
}

export type AssessmentRecord = {
  readonly symbol: ProductId;
  readonly side: 'BUY' | 'SELL';
  readonly purpose: 'entry' | 'exit' | 'protect';
  /** 'stop', 'target', 'time' for the exit kit's own orders; else the strategy's trigger. */
  readonly reason: string;
  readonly proposal: TradeProposal | null;
  /** Every strategy that asked for this symbol and side in this cycle. Empty for the exit kit's own orders. */
  readonly agreed_by: readonly string[];
  readonly records: readonly RiskRecord[];
} & (
  | { readonly outcome: 'approved'; readonly risk_reason: null; readonly client_order_id: string }
  /** For the first denial's reason. */
  | { readonly outcome: 'rejected'; readonly risk_reason: string; readonly client_order_id: null }
);

/** Every symbol of the universe ends here with exactly one [I12]. */
export interface SymbolReason {
  readonly symbol: ProductId;
  readonly outcome: 'order' | 'no_order';
  /** One machine-readable word: 'entry', 'exit_stop', 'cooldown', 'spread', 'no_signal', 'killed' ... */
  readonly reason: string;
  readonly detail: string | null;
}

/** The whole outcome of one cycle: what is recorded, replayed and compared byte for byte [I8]. */
export interface Decision {
  readonly slot: string;
  readonly as_of: string;
  readonly config_hash: string;
  readonly regime: Regime;
  /** Whose word the regime is [REQ-U3]: see regime/regime.ts. */
  readonly regime_source: RegimeNow['source'];
  readonly regime_figures: RegimeFigures | null;
  readonly regime_multiplier: number;
  /** Decimal text. */
  readonly equity: string;
  readonly drawdown_pct: number;
  /** Gates that are active: no entry is ordered while this is not empty, and no exit except under ledger and drawdown [I4]. */
  readonly gates: readonly { readonly gate: string; readonly reason: string }[];
  /** Breaches worth an alert: stable kind (e.g. 'STALENESS', 'DRAWDOWN', 'STRATEGY_FAILED'), subject, detail. */
  readonly breaches: readonly { readonly kind: AlertKind; readonly subject: string; readonly detail: string }[];
  readonly universe: readonly UniverseRecord[];
  readonly strategies: readonly StrategyRecord[];
  readonly proposals_count: number;
  /** What strategies without authority would have asked for. */
  readonly shadow_proposals: readonly TradeProposal[];
  readonly assessments: readonly AssessmentRecord[];
  readonly orders: readonly ApprovedOrder[];
  readonly reasons: readonly SymbolReason[];
  /** What the commit writes into the account besides the orders. */
  readonly account_changes: {
    readonly high_water_mark: string;
    /** Decimal text, like every amount here. Flows are in them. */
    readonly marks: {
      readonly day: { readonly start_ms: number; readonly equity: string };
      readonly week: { readonly start_ms: number; readonly equity: string };
      readonly peaks: Readonly<Record<string, string>>;
    };
    /** The highest price of each position since its entry. */
    readonly peak_prices: Readonly<Record<string, string>>;
    readonly universe_memory: UniverseMemory;
    /** Coins from before the bot that it takes over with this decision. */
    readonly adoptions: readonly Adoption[];
    /** Coins that came or went without a price, which the marks still do not know of. */
    readonly unsettled_coins: Readonly<Record<string, string>>;
    /** Whether coins from before the bot are in the equity and the marks of this decision. */
    readonly external_counted: boolean;
    /** The paper score of the strategies without authority. */
    readonly shadow: Account['shadow'];
    readonly strategy_state: Readonly<Record<string, unknown>>;
    /** Whether this decision was made under the kill switch. */
    readonly halted: boolean;
  };
}
