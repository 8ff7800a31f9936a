import { type Quantity, type Usd, ZERO_QUANTITY, ZERO_USD } from '../money/fixed.ts';
import type { WorkingOrder } from '../portfolio/account.ts';
import { type OrderEvent, transition } from './lifecycle.ts';
import type { OrderRecord } from './order-record.ts';

/** The first record of an approved intent, ready to be created before its message is sent. */
export function readyRecord(
  order: WorkingOrder,
  decided: {
    readonly mode: string;
    readonly configHash: string;
    readonly atMs: number;
    readonly assessment: OrderRecord['assessment'];
    /** Not there for an order that is recorded later than it was decided. */
    readonly quote?: OrderRecord['decided']['quote'];
  },
): OrderRecord {
  const { status: _status, order_id: _orderId, filled: _filled, sent_at_ms: _sentAt, ...intent } = order;
  return {
    client_order_id: order.client_order_id,
    version: 1,
    status: 'READY',
    intent,
    decided: {
      slot_ms: order.slot_ms,
      config_hash: decided.configHash,
      mode: decided.mode,
      quote: decided.quote ?? null,
    },
    assessment: decided.assessment,
    terms: null,
    preview: null,
    body_hash: null,
    sent_at_ms: null,
    order_id: null,
    filled_quantity: ZERO_QUANTITY,
    filled_value: ZERO_USD,
    fees: ZERO_USD,
    fills: [],
    reason: null,
    history: [{ at_ms: decided.atMs, event: 'approve', status: 'READY' }],
  };
}

export interface StepFacts {
  readonly orderId?: string;
  readonly reason?: string;
  readonly filledQuantity?: Quantity;
  readonly filledValue?: Usd;
  readonly fees?: Usd;
  readonly fills?: OrderRecord['fills'];
}

/** One legal move of the lifecycle as the next version of the record; undefined when the table forbids it. */
export function step(
  record: OrderRecord,
  event: OrderEvent,
  atMs: number,
  facts: StepFacts = {},
): OrderRecord | undefined {
  const moved = transition(record.status, event);
  if (moved.kind === 'illegal') return undefined;
  return {
    ...record,
    version: record.version + 1,
    status: moved.status,
    order_id: facts.orderId ?? record.order_id,
    reason: facts.reason ?? record.reason,
    filled_quantity: facts.filledQuantity ?? record.filled_quantity,
    filled_value: facts.filledValue ?? record.filled_value,
    fees: facts.fees ?? record.fees,
    fills: facts.fills ?? record.fills,
    history: [...record.history, { at_ms: atMs, event, status: moved.status }],
  };
}

/** Notes something that is no move of the lifecycle (an empty scan, a late fill). */
export function note(record: OrderRecord, event: string, atMs: number, facts: StepFacts = {}): OrderRecord {
  return {
    ...record,
    version: record.version + 1,
    order_id: facts.orderId ?? record.order_id,
    filled_quantity: facts.filledQuantity ?? record.filled_quantity,
    filled_value: facts.filledValue ?? record.filled_value,
    fees: facts.fees ?? record.fees,
    fills: facts.fills ?? record.fills,
    history: [...record.history, { at_ms: atMs, event, status: record.status }],
  };
}

/** Empty scans after the settle time: two of them (and balanced books) make an UNKNOWN order NOT_PLACED. */
export const EMPTY_SCAN = 'scan-empty';
const EMPTY_SCANS_NEEDED = 2;

export function mayBeDeclaredNotPlaced(record: OrderRecord, settleMs: number): boolean {
  const sentAt = record.sent_at_ms;
  if (record.status !== 'UNKNOWN' || sentAt === null) return false;
  const scans = record.history.filter(({ event, at_ms }) => event === EMPTY_SCAN && at_ms >= sentAt + settleMs);
  return scans.length >= EMPTY_SCANS_NEEDED;
}
