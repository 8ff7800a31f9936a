import type { OrderFill, OrderRecord } from '../core/execution/order-record.ts';
import { toNumber } from '../core/money/fixed.ts';
import type { OrderStore } from '../ports/stores.ts';

/** Hears of what happens to orders, each thing once: when the record that tells of it was written. */
export interface OrderMeter {
  sent(): void;
  /** `slippageBps`: how much worse than the quote of the decision; null when nobody remembers that. */
  filled(fill: { readonly feeUsd: number; readonly slippageBps: number | null }): void;
}

/** More than one event reads; a process that lives for weeks must not collect them all. */
const MAX_KNOWN = 500;

/**
 * The same store, listened to. A fill counts when the conditional write that takes it in has succeeded: a repeated message
 * counts nothing twice, and a crash right after the write counts it never.
 */
export function meteredOrders(inner: OrderStore, meter: OrderMeter): OrderStore {
  const known = new Map<string, OrderRecord>();
  const remember = (record: OrderRecord) => {
    known.delete(record.client_order_id);
    known.set(record.client_order_id, record);
    const [oldest] = known.keys();
    if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
  };
  return {
    list: inner.list,
    async create(record) {
      const outcome = await inner.create(record);
      if (outcome === 'created') remember(record);
      return outcome;
    },
    async find(clientOrderId) {
      const record = await inner.find(clientOrderId);
      if (record !== undefined) remember(record);
      return record;
    },
    async save(next) {
      const outcome = await inner.save(next);
      if (outcome === 'saved') {
        tell(meter, known.get(next.client_order_id), next);
        remember(next);
      }
      return outcome;
    },
  };
}

/** Nothing is told about a record whose former state nobody read: it would be a guess. */
function tell(meter: OrderMeter, before: OrderRecord | undefined, after: OrderRecord): void {
  if (before === undefined) return;
  if (before.sent_at_ms === null && after.sent_at_ms !== null) meter.sent();
  const booked = new Set(before.fills.map(({ entry_id }) => entry_id));
  for (const fill of after.fills) {
    if (booked.has(fill.entry_id)) continue;
    meter.filled({ feeUsd: toNumber(fill.commission), slippageBps: slippageBps(fill, after) });
  }
}

function slippageBps({ price }: OrderFill, { intent, decided }: OrderRecord): number | null {
  const touch = intent.side === 'BUY' ? decided.quote?.ask : decided.quote?.bid;
  if (touch === undefined || touch <= 0n) return null;
  const expected = toNumber(touch);
  const worse = ((toNumber(price) - expected) / expected) * (intent.side === 'BUY' ? 10_000 : -10_000);
  return Math.round(worse * 100) / 100 + 0;
}
