import type { Policy } from '../cycle/decision-config.ts';
import { add, type Price, portion, ratioFromPct, subtract, toIncrement } from '../money/fixed.ts';
import type { Position } from './account.ts';

/** The grid of every product: what rests on the exchange is put on its own when it is sent. */
export const FINEST = 1n as Price;

/** The stop and the target that a proposal may ask for at most, for what nobody has asked any for. */
export function widestLevels(
  at: Price,
  increment: Price,
  { proposals }: Pick<Policy, 'proposals'>,
): Pick<Position, 'stop_price' | 'take_profit_price'> {
  const below = portion(at, ratioFromPct(proposals.stop_loss_pct.max), 'up');
  const above = portion(at, ratioFromPct(proposals.take_profit_pct.max), 'up');
  return {
    stop_price: toIncrement(subtract(at, below), increment, 'down'),
    take_profit_price: toIncrement(add(at, above), increment, 'up'),
  };
}
