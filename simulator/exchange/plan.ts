import type { Quantity, Usd } from '../../shared/core/money/fixed.ts';
import type { Listing } from '../market/listing.ts';
import type { Book } from '../market/market.ts';
import { type Amount, type Fees, worstCost } from './amounts.ts';
import type { EndEvent } from './events.ts';
import type { OrderSpec, Side } from './order-spec.ts';
import { costOf, type Fill, type Take, take } from './taking.ts';

/** What becomes of an order the moment it arrives. */
export interface Plan {
  readonly hold: Amount;
  readonly fills: readonly Fill[];
  /** null: the rest stays open. */
  readonly end: { readonly status: EndEvent['status']; readonly message: string } | null;
}

const FILLED = { status: 'FILLED', message: '' } as const;

export function planOrder(side: Side, spec: OrderSpec, book: Book | null, listing: Listing, fees: Fees): Plan {
  if (spec.kind === 'market') return marketPlan(side, spec, book, listing, fees);
  const size = spec.baseSize as Quantity;
  const hold: Amount = side === 'BUY' && spec.limitPrice !== null ? worstCost(size, spec.limitPrice, fees) : size;
  if (spec.kind !== 'limit' || spec.isPostOnly) return { hold, fills: [], end: null };
  const taken = take({ side, size, budget: null, limit: spec.limitPrice }, book, listing, fees.taker);
  return { hold, ...limitOutcome(spec, taken) };
}

function marketPlan(side: Side, spec: OrderSpec, book: Book | null, listing: Listing, fees: Fees): Plan {
  const appetite = { side, size: spec.baseSize, budget: spec.quoteSize, limit: null };
  const { fills, isShort } = take(appetite, book, listing, fees.taker);
  const buyHold: Usd = spec.quoteSize ?? costOf(fills);
  const hold: Amount = side === 'BUY' ? buyHold : (spec.baseSize as Quantity);
  const isDone = !isShort && fills.length > 0;
  return { hold, fills, end: isDone ? FILLED : { status: 'CANCELLED', message: 'market order ran out of liquidity' } };
}

function limitOutcome({ timeInForce }: OrderSpec, { fills, isShort }: Take): Pick<Plan, 'fills' | 'end'> {
  if (!isShort) return { fills, end: FILLED };
  if (timeInForce === 'FOK') return { fills: [], end: { status: 'CANCELLED', message: 'could not be filled at once' } };
  if (timeInForce === 'IOC') return { fills, end: { status: 'CANCELLED', message: 'remainder cancelled' } };
  return { fills, end: null };
}
