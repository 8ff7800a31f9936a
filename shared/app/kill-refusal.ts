import type { OrderIntent } from '../core/risk/approved-order.ts';
import type { KillState } from '../ports/kill-switch.ts';

/** Why the switch keeps this order from being sent; null: it does not. Only an operator's flattening sells under it [I4]. */
export function killRefusal(kill: KillState, { purpose, side }: Pick<OrderIntent, 'purpose' | 'side'>): string | null {
  if (kill.kind === 'armed') return null;
  const isSoldOut = kill.flatten === true && purpose === 'exit' && side === 'SELL';
  return isSoldOut ? null : `killed: ${kill.reason}`;
}
