import type { Policy, Tier } from '../cycle/decision-config.ts';
import { type Quantity, subtract, type Usd, ZERO_QUANTITY } from '../money/fixed.ts';
import type { Route, WorkingOrder } from '../portfolio/account.ts';
import type { OrderRecord } from './order-record.ts';

/** How an order is to be sent, and what it follows or replaces. */
export type Routing = Pick<WorkingOrder, 'route' | 'leg' | 'prior_filled' | 'replaces' | 'expected_price'>;

/** The plainest way of sending: one marketable order that waits for nothing. */
export const AT_ONCE: Routing = {
  route: { kind: 'taker' },
  leg: 0,
  prior_filled: ZERO_QUANTITY,
  replaces: null,
  expected_price: null,
};

/** How entries of a tier are sent. */
export function entryRoute({ entry_route, maker }: Policy['execution'], tier: Tier): Route {
  if (entry_route === 'taker') return { kind: 'taker' };
  return {
    kind: 'maker',
    ttl_ms: maker.ttl_seconds[tier] * 1_000,
    ticks_away: 0,
    reprices_left: maker.max_reprices,
    fallback: maker.taker_fallback ? 'taker' : 'none',
  };
}

/** The exchange's word for a maker's order that would have dealt at once; nothing was placed. */
const WOULD_CROSS = /POST_ONLY/;

/** The intent that an order is a leg of: the id of its first order. */
export function intentIdOf(clientOrderId: string): string {
  return clientOrderId.replace(/r\d+$/, '');
}

/**
 * The next order of an intent whose last one ended without filling it, or null when the intent has ended with it. It
 * takes over what is left of the reservation in the same write that gives the old one up, so that an intent never has two
 * live orders [I2] and never more than it was approved for [I3]. A maker that ran out of time, or was refused for
 * crossing, tries again; the last try may take. Whatever else ended an order ends its intent.
 */
export function successorOf(record: OrderRecord, notAfterMs: number): WorkingOrder | null {
  const { intent } = record;
  const route = nextRoute(record);
  const left = subtract(intent.quantity, record.filled_quantity);
  if (route === null || left <= 0n) return null;
  const leg = intent.leg + 1;
  return {
    ...intent,
    client_order_id: `${intentIdOf(record.client_order_id)}r${leg}`,
    quantity: left,
    reserved: shareUp(intent.reserved, left, intent.quantity),
    route,
    leg,
    prior_filled: (intent.prior_filled + record.filled_quantity) as Quantity,
    replaces: null,
    not_after_ms: notAfterMs,
    status: 'READY',
    order_id: null,
    filled: ZERO_QUANTITY,
    sent_at_ms: null,
  };
}

function nextRoute(record: OrderRecord): Route | null {
  const { route } = record.intent;
  if (route.kind !== 'maker') return null;
  const crossed = isRefusedForCrossing(record);
  if (!crossed && !hasRunOut(record)) return null;
  if (route.reprices_left === 0) return route.fallback === 'taker' ? { kind: 'taker' } : null;
  return { ...route, reprices_left: route.reprices_left - 1, ticks_away: crossed ? route.ticks_away + 1 : 0 };
}

/** By the POST, or by the preview before it. */
function isRefusedForCrossing({ status, reason, order_id }: OrderRecord): boolean {
  const isRefused = status === 'REJECTED' || (status === 'CANCELLED' && order_id === null);
  return isRefused && WOULD_CROSS.test(reason ?? '');
}

/** Without an exchange id it expired on our side of the wire: nobody sent it, and it is too late to. */
function hasRunOut({ status, order_id }: OrderRecord): boolean {
  return status === 'EXPIRED' && order_id !== null;
}

function shareUp(amount: Usd, part: Quantity, whole: Quantity): Usd {
  return ((amount * part + whole - 1n) / whole) as Usd;
}
