import type { OrderRecord } from '../core/execution/order-record.ts';
import { EMPTY_SCAN, mayBeDeclaredNotPlaced, note, step } from '../core/execution/order-step.ts';
import { release } from '../core/portfolio/ledger.ts';
import { failureText } from '../ports/answer.ts';
import { alert, resolve } from './alerts.ts';
import { type FollowOutcome, followOrder } from './follow-order.ts';
import type { TraderSettings, TradingPorts } from './ports.ts';
import { updateAccount } from './update-account.ts';

/** Looked for from a little before the send: the exchange's clock and ours differ by less than this. */
export const SCAN_MARGIN_MS = 60_000;

/**
 * Finds out what became of an order whose POST had no readable answer. It is never sent again: the exchange's list of
 * the product is searched for the client order id. Found: followed like any other. Not found in two complete scans
 * after the settle time while the books balance: NOT_PLACED, and the next cycle decides afresh [I2].
 */
export async function resolveUnknown(
  ports: TradingPorts,
  settings: TraderSettings,
  record: OrderRecord,
  booksBalance: boolean,
): Promise<FollowOutcome> {
  const sentAtMs = record.sent_at_ms;
  if (sentAtMs === null) throw new Error(`${record.client_order_id} is UNKNOWN but was never sent`);
  const found = await ports.exchange.ordersSince(sentAtMs - SCAN_MARGIN_MS, [record.intent.product_id]);
  if (found.kind !== 'ok') {
    await alertUnknown(ports, record);
    return { kind: 'unanswered', record, detail: failureText(found) };
  }

  const seen = found.value.find((order) => order.clientOrderId === record.client_order_id);
  if (seen !== undefined) {
    const outcome = await followOrder(ports, settings, record, seen);
    await alertResolved(ports, record, `it is ${seen.status} on the exchange`);
    return outcome;
  }
  await alertUnknown(ports, record);
  return countEmptyScan(ports, settings, record, sentAtMs, booksBalance);
}

async function countEmptyScan(
  ports: TradingPorts,
  settings: TraderSettings,
  record: OrderRecord,
  sentAtMs: number,
  booksBalance: boolean,
): Promise<FollowOutcome> {
  const nowMs = ports.clock.nowMs();
  const settleMs = settings.config.policy.execution.unknown_settle_seconds * 1_000;
  if (nowMs < sentAtMs + settleMs) return { kind: 'working', record };

  if (mayBeDeclaredNotPlaced(record, settleMs)) {
    // Seen often enough: only the books are missing, however long that takes.
    if (!booksBalance) return { kind: 'working', record };
    const gone = step(record, 'vanish', nowMs, { reason: 'not found on the exchange' });
    if (gone === undefined || (await ports.orders.save(gone)) === 'stale') return { kind: 'working', record };
    await updateAccount(ports.accounts, (account) => release(account, record.client_order_id));
    await alertResolved(ports, record, 'it was never placed');
    return { kind: 'settled', record: gone };
  }
  const noted = note(record, EMPTY_SCAN, nowMs);
  const saved = await ports.orders.save(noted);
  return { kind: 'working', record: saved === 'saved' ? noted : record };
}

/** Raised for as long as it lasts (the notifier drops repeats) ... */
function alertUnknown(ports: TradingPorts, { client_order_id, reason }: OrderRecord): Promise<void> {
  return alert(ports, 'ORDER_UNKNOWN', client_order_id, reason ?? 'no answer to the POST');
}

/** ... and taken back by the one who finds out. */
function alertResolved(ports: TradingPorts, { client_order_id }: OrderRecord, detail: string): Promise<void> {
  return resolve(ports, 'ORDER_UNKNOWN', client_order_id, detail);
}
