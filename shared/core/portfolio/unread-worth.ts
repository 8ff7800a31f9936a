import type { Policy } from '../cycle/decision-config.ts';
import type { MarketSnapshot } from '../market/snapshot.ts';
import { add, larger, notional, subtract, type Usd, ZERO_USD } from '../money/fixed.ts';
import type { Account, Position } from './account.ts';
import { unpriced, withoutPrice } from './external.ts';
import { markOf, positionQuantity, positionValue } from './valuation.ts';

/** What is missing in the equity, or in it at cost only, because nobody has read what it is worth. */
export interface UnreadWorth {
  /** Ascending. */
  readonly names: readonly string[];
  /** How much more of it there may be: positions at their highest price so far. null where nobody can say. */
  readonly most: Usd | null;
}

/**
 * A market that was read and has neither a quote nor a bar is dead, as is one that is not listed: what is held there is worth
 * no more than the equity has it at.
 */
export function unreadWorth(account: Account, snapshot: MarketSnapshot, policy: Policy): UnreadWorth {
  const { symbols, baseInterval } = snapshot;
  const isListKnown = symbols.some(({ product }) => product !== null);
  const unread = symbols.filter(
    ({ product, candles }) => !isListKnown || (product !== null && candles[baseInterval] === undefined),
  );
  const held = unread.filter(
    (symbol) => account.positions[symbol.productId] !== undefined && markOf(symbol, snapshot) === null,
  );
  const external = isListKnown
    ? unpriced(account, { ...snapshot, symbols: unread }, policy)
    : withoutPrice(account, snapshot, policy);
  const names = [...held.map(({ productId }) => productId), ...Object.keys(external)].sort();
  const gains = held.map(({ productId }) => possibleGain(account.positions[productId] as Position));
  const isUnknown = Object.keys(external).length > 0 || gains.includes(null);
  return { names, most: isUnknown ? null : gains.reduce<Usd>((sum, gain) => add(sum, gain as Usd), ZERO_USD) };
}

/** Above its cost, at its highest price so far; null where that is not known. */
function possibleGain(position: Position): Usd | null {
  const { peak_price } = position;
  if (peak_price === undefined) return null;
  const cost = positionValue(position, null, 'bid', 'down');
  return subtract(larger(notional(positionQuantity(position), peak_price, 'up'), cost), cost);
}
