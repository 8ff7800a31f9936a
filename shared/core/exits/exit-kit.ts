import type { DecisionConfig, Regime } from '../cycle/decision-config.ts';
import { lazyWindow } from '../indicators/anchor.ts';
import { atr } from '../indicators/atr.ts';
import { settledAt } from '../indicators/read.ts';
import type { Candidate } from '../integrator/candidate.ts';
import { lastClosedBarIndex } from '../market/interval.ts';
import type { ProductId } from '../market/product.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../market/snapshot.ts';
import { usableQuote } from '../market/staleness.ts';
import { type Price, toText, ZERO_USD } from '../money/fixed.ts';
import type { Account, Position } from '../portfolio/account.ts';
import { freeQuantity, heldSymbols, isDust } from '../portfolio/valuation.ts';
import { type StopLevels, stopLevels } from './stop-levels.ts';

export type ExitReason = 'stop' | 'trailing_stop' | 'target' | 'time';

/** What the exits are judged on, besides the account. */
export interface ExitContext {
  readonly snapshot: MarketSnapshot;
  readonly symbols: ReadonlyMap<ProductId, SymbolSnapshot>;
  readonly config: DecisionConfig;
  readonly regime: Regime;
  /** The highest price of each position since its entry (peak-price.ts). */
  readonly peaks: Readonly<Record<string, Price>>;
}

/**
 * Sells that are due, for every position whoever opened it, ascending by symbol. What is already being sold is not sold
 * twice, and what the exchange would not take is left. They go before every strategy and past every entry-only rule, but
 * not past the gates.
 */
export function dueExits(account: Account, context: ExitContext): readonly Candidate[] {
  const { snapshot, symbols, config } = context;
  const maxHoldMs = config.policy.exits.max_hold_hours * 3_600_000;
  return heldSymbols(account).flatMap((symbol) => {
    const position = account.positions[symbol] as Position;
    const bid = usableQuote(symbols.get(symbol))?.bid ?? null;
    const levels = levelsOf(symbol, position, context);
    const reason = exitReason(position, levels, bid, snapshot.asOfMs, maxHoldMs);
    const quantity = freeQuantity(account, symbol);
    if (reason === null || quantity <= 0n || isDust(position, symbols.get(symbol), snapshot)) return [];
    return [exitOf(symbol, position, reason, quantity, exitDetail(position, levels, bid))];
  });
}

/** Judged on the bid: the price at which a sale is possible. Touching the level counts. */
export function exitReason(
  { take_profit_price, opened_at_ms }: Pick<Position, 'take_profit_price' | 'opened_at_ms'>,
  { stop, trailing }: StopLevels,
  bid: Price | null,
  asOfMs: number,
  maxHoldMs: number,
): ExitReason | null {
  if (bid !== null && stop !== null && bid <= stop) return 'stop';
  if (bid !== null && trailing !== null && bid <= trailing) return 'trailing_stop';
  if (bid !== null && take_profit_price !== null && bid >= take_profit_price) return 'target';
  return asOfMs - opened_at_ms >= maxHoldMs ? 'time' : null;
}

/** Where the position is given up now. */
export function levelsOf(symbol: ProductId, position: Position, context: ExitContext): StopLevels {
  const { exits } = context.config.policy;
  const { trailing_stop_atr, trailing_atr_lookback_bars: lookback } = exits;
  return stopLevels(position, {
    exits,
    isCrash: context.regime === 'crash',
    peak: context.peaks[symbol] ?? null,
    atr: trailing_stop_atr > 0 ? atrOf(context.symbols.get(symbol), lookback, context.snapshot) : null,
  });
}

/** Of the base interval, over the anchored window: live and backtest see the same number [I8]. */
function atrOf(symbol: SymbolSnapshot | undefined, lookback: number, snapshot: MarketSnapshot): number | null {
  const candles = symbol?.candles[snapshot.baseInterval];
  const t = lastClosedBarIndex(snapshot.slotMs, snapshot.baseInterval);
  const window = candles && lazyWindow(candles, t, lookback);
  return window === undefined ? null : settledAt(atr, [lookback], window, window.length);
}

function exitOf(
  symbol: ProductId,
  { strategy }: Position,
  reason: ExitReason,
  quantity: Candidate['quantity'],
  detail: string,
): Candidate {
  const record = {
    rule: 'exit_kit',
    verdict: 'allow',
    risk_reason: null,
    cap_type: null,
    current_pct: null,
    proposed_pct: null,
    limit_pct: null,
    detail,
  } as const;
  return {
    symbol,
    side: 'SELL',
    purpose: 'exit',
    strategy,
    reason,
    proposal: null,
    agreedBy: [],
    budget: ZERO_USD,
    quantity,
    records: [record],
  };
}

function exitDetail({ take_profit_price }: Position, { stop, trailing }: StopLevels, bid: Price | null): string {
  const shown = (level: Price | null) => (level === null ? 'none' : toText(level));
  return `bid ${shown(bid)}, stop ${shown(stop)}, trailing stop ${shown(trailing)}, target ${shown(take_profit_price)}`;
}
