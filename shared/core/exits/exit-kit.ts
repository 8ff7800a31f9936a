import type { DecisionConfig } from '../cycle/decision-config.ts';
import type { Candidate } from '../integrator/candidate.ts';
import type { ProductId } from '../market/product.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../market/snapshot.ts';
import { usableQuote } from '../market/staleness.ts';
import { type Price, ZERO_USD } from '../money/fixed.ts';
import type { Account, Position } from '../portfolio/account.ts';
import { freeQuantity, heldSymbols, isDust } from '../portfolio/valuation.ts';

export type ExitReason = 'stop' | 'target' | 'time';

/**
 * Sells that are due, for every position whoever opened it, ascending by symbol. What is already being sold is not sold
 * twice, and what the exchange would not take is left. They go before every strategy and past every entry-only rule, but not past the gates.
 */
export function dueExits(
  account: Account,
  snapshot: MarketSnapshot,
  symbols: ReadonlyMap<ProductId, SymbolSnapshot>,
  config: DecisionConfig,
): readonly Candidate[] {
  const maxHoldMs = config.policy.exits.max_hold_hours * 3_600_000;
  return heldSymbols(account).flatMap((symbol) => {
    const position = account.positions[symbol] as Position;
    const bid = usableQuote(symbols.get(symbol))?.bid ?? null;
    const reason = exitReason(position, bid, snapshot.asOfMs, maxHoldMs);
    const quantity = freeQuantity(account, symbol);
    if (reason === null || quantity <= 0n || isDust(position, symbols.get(symbol), snapshot)) return [];
    const { strategy } = position;
    return [
      {
        symbol,
        side: 'SELL',
        purpose: 'exit',
        strategy,
        reason,
        proposal: null,
        budget: ZERO_USD,
        quantity,
        records: [],
      },
    ];
  });
}

/** Judged on the bid: the price at which a sale is possible. Touching the level counts. */
export function exitReason(
  { stop_price, take_profit_price, opened_at_ms }: Position,
  bid: Price | null,
  asOfMs: number,
  maxHoldMs: number,
): ExitReason | null {
  if (bid !== null && stop_price !== null && bid <= stop_price) return 'stop';
  if (bid !== null && take_profit_price !== null && bid >= take_profit_price) return 'target';
  return asOfMs - opened_at_ms >= maxHoldMs ? 'time' : null;
}
