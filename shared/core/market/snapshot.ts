import type { Ratio } from '../money/fixed.ts';
import type { Candles } from './candles.ts';
import type { Interval } from './interval.ts';
import type { Product, ProductId } from './product.ts';
import type { Quote } from './quote.ts';

/** All that is known about one symbol in one cycle. What could not be fetched says why instead of being empty. */
export interface SymbolSnapshot {
  readonly productId: ProductId;
  /** null: the exchange does not list it. */
  readonly product: Product | null;
  /** null: no two-sided quote. */
  readonly quote: Quote | null;
  /** Gapless closed bars per interval, from the anchor on (see indicators/anchor.ts). A missing interval was not fetched. */
  readonly candles: Readonly<Partial<Record<Interval, Candles>>>;
  /** Absolute index of the newest bar of the base interval that really traded; null when none is known. */
  readonly lastTradedBarIndex: number | null;
  /** Why data is missing, one machine-readable word each ("candles_unavailable"). Empty when complete. */
  readonly faults: readonly string[];
}

export interface FeeRates {
  readonly maker: Ratio;
  readonly taker: Ratio;
  /** 'account': read from the exchange; 'config': the configured fallback. */
  readonly source: 'account' | 'config';
}

/** Nothing speaks against trading. */
export const ALL_CLEAR: Conditions = {
  killed: null,
  clockDriftMs: 0,
  clockRefusal: null,
  exchangeDown: null,
  ledgerBreak: null,
  operatorSilent: null,
  deadLetters: null,
  flattening: false,
  benched: [],
};

/** What the outside says about whether trading is permitted at all, read once per cycle. */
export interface Conditions {
  /** null when armed; else why the kill switch counts as pulled ("unreadable" included). */
  readonly killed: string | null;
  /** Worst case |local clock - exchange clock| in ms, for the record; null when it could not be shown. */
  readonly clockDriftMs: number | null;
  /** null when the drift is shown to be within the configured bound; else why the clock is not trusted [REQ-TIME1]. */
  readonly clockRefusal: string | null;
  /** null when the exchange answers; else what failed. */
  readonly exchangeDown: string | null;
  /** null when the cash ledger equals the exchange; else why entries are frozen. Single products: account.frozen. */
  readonly ledgerBreak: string | null;
  /** null when an operator has shown up lately, or need not; else since when nobody has. */
  readonly operatorSilent: string | null;
  /** null when no intent has failed for good; else how many wait for a person, or why they cannot be counted. */
  readonly deadLetters: string | null;
  /** An operator pulled the kill switch and wants out as well: `killed` is null then, and everything is sold. */
  readonly flattening: boolean;
  /** Strategies that took too long in an earlier cycle, ascending: they are not asked in this one. */
  readonly benched: readonly string[];
}

/** The inputs of one decision, beside the account and the config. Plain data: archived, replayed and compared. */
export interface MarketSnapshot {
  /** The schedule slot: the identity of the cycle. */
  readonly slotMs: number;
  /** The exchange's time when the quotes were asked for. */
  readonly asOfMs: number;
  readonly baseInterval: Interval;
  /** Ascending by productId. */
  readonly symbols: readonly SymbolSnapshot[];
  readonly fees: FeeRates;
  readonly conditions: Conditions;
}
