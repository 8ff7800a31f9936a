import { add, type Price, portion, ratioFromPct, subtract, toIncrement } from '../money/fixed.ts';
import type { TradeProposal } from '../strategies/strategy.ts';

/** Stop and target of an entry on the product's grid, measured from the ask it is expected to fill at. */
export function protectionAt(
  ask: Price,
  increment: Price,
  { stop_loss_pct, take_profit_pct }: Pick<TradeProposal, 'stop_loss_pct' | 'take_profit_pct'>,
): { readonly stop_price: Price; readonly take_profit_price: Price } {
  const below = subtract(ask, portion(ask, ratioFromPct(stop_loss_pct), 'up'));
  const above = add(ask, portion(ask, ratioFromPct(take_profit_pct), 'up'));
  return {
    stop_price: toIncrement(below, increment, 'down'),
    take_profit_price: toIncrement(above, increment, 'up'),
  };
}
