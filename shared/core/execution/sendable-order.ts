import { toText } from '../money/fixed.ts';
import type { OrderIntent } from '../risk/approved-order.ts';
import { transition } from './lifecycle.ts';
import type { OrderRecord } from './order-record.ts';

declare const sendable: unique symbol;

/** The create-order body exactly as it goes over the wire (keys as Coinbase spells them, fact sheet section 8.1). */
export interface OrderBody {
  readonly client_order_id: string;
  readonly product_id: string;
  readonly side: 'BUY' | 'SELL';
  readonly order_configuration: {
    readonly sor_limit_ioc: { readonly base_size: string; readonly limit_price: string };
  };
}

/**
 * An order whose claim READY -> SENDING is stored with `sent_at_ms` and `body_hash`. The exchange port takes nothing
 * else, so nothing unapproved and nothing unclaimed can be posted [I1, I2]. Made by `sendableFrom` only.
 */
export interface SendableOrder {
  readonly [sendable]: true;
  readonly clientOrderId: string;
  readonly record: OrderRecord;
  /** The JSON text; its SHA-256 is record.body_hash. */
  readonly body: string;
}

/** The exact body text of an order record: the same record always gives the same bytes. */
export function bodyOf(record: OrderRecord): string {
  const { intent } = record;
  const body: OrderBody = {
    client_order_id: record.client_order_id,
    product_id: intent.product_id,
    side: intent.side,
    order_configuration: orderConfigurationOf(intent),
  };
  return JSON.stringify(body);
}

/** The one order type sent so far: a marketable limit that never rests, so the worst case is exactly the reservation. */
export function orderConfigurationOf(intent: OrderIntent): OrderBody['order_configuration'] {
  return { sor_limit_ioc: { base_size: toText(intent.quantity), limit_price: toText(intent.limit_price) } };
}

/** Moves a READY record to SENDING with its evidence, ready to be saved. undefined when the move is illegal. */
export function claim(record: OrderRecord, atMs: number, bodyHash: string): OrderRecord | undefined {
  const moved = transition(record.status, 'claim');
  if (moved.kind === 'illegal') return undefined;
  return {
    ...record,
    version: record.version + 1,
    status: moved.status,
    sent_at_ms: atMs,
    body_hash: bodyHash,
    history: [...record.history, { at_ms: atMs, event: 'claim', status: moved.status }],
  };
}

/** Call it with the record as saved. Throws unless it is a claimed one. */
export function sendableFrom(record: OrderRecord): SendableOrder {
  if (record.status !== 'SENDING' || record.body_hash === null || record.sent_at_ms === null) {
    throw new Error(`order ${record.client_order_id} is ${record.status}: only a claimed order may be sent`);
  }
  return { clientOrderId: record.client_order_id, record, body: bodyOf(record) } as SendableOrder;
}
