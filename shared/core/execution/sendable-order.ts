import { transition } from './lifecycle.ts';
import type { OrderRecord } from './order-record.ts';
import { orderConfigurationOf } from './terms.ts';

declare const claimed: unique symbol;

/**
 * An order whose claim READY -> SENDING is stored with `sent_at_ms` and `body_hash`. The exchange port takes nothing
 * else, so nothing unapproved and nothing unclaimed can be posted [I1, I2]. Made by `sendableFrom` only.
 */
export interface SendableOrder {
  readonly [claimed]: true;
  readonly clientOrderId: string;
  readonly record: OrderRecord;
  /** The JSON text; its SHA-256 is record.body_hash. */
  readonly body: string;
}

/** The exact body text of a claimed record (fact sheet, section 8.1): the same record always gives the same bytes. */
export function bodyOf({ client_order_id, intent, terms }: OrderRecord): string {
  if (terms === null) throw new Error(`order ${client_order_id} has no terms yet: only a claimed order has a body`);
  const { product_id, side } = intent;
  return JSON.stringify({ client_order_id, product_id, side, order_configuration: orderConfigurationOf(terms) });
}

/** Moves a READY record with its terms to SENDING with its evidence, ready to be saved. undefined when the move is illegal. */
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
  return sendable(record);
}

/** The same bytes again, for an exit of unknown fate while it is fresh; undefined for everything else [I2]. */
export function repeatableFrom(record: OrderRecord, nowMs: number): SendableOrder | undefined {
  const { status, terms, intent } = record;
  const isRepeatable = status === 'UNKNOWN' && terms !== null && intent.purpose === 'exit';
  return isRepeatable && nowMs <= intent.not_after_ms ? sendable(record) : undefined;
}

function sendable(record: OrderRecord): SendableOrder {
  return { clientOrderId: record.client_order_id, record, body: bodyOf(record) } as SendableOrder;
}
