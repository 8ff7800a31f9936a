import type { AssessmentRecord, Decision } from '../core/cycle/decision.ts';
import { entriesToWithdraw } from '../core/cycle/withdraw-entries.ts';
import type { OrderRecord } from '../core/execution/order-record.ts';
import { readyRecord } from '../core/execution/order-step.ts';
import type { MarketSnapshot } from '../core/market/snapshot.ts';
import type { Account, WorkingOrder } from '../core/portfolio/account.ts';
import type { CyclePorts, CycleSettings } from './ports.ts';
import { type AccountUpdate, updateAccount } from './update-account.ts';

/** What this cycle saw and said: the head of the audit chain of the orders that it decided. */
export interface DecidedNow {
  readonly assessments: readonly AssessmentRecord[];
  readonly symbols: readonly Pick<MarketSnapshot['symbols'][number], 'productId' | 'quote'>[];
}

/**
 * Hands every approved intent to the queue: record first (once per client order id), then the message, then the outbox
 * entry goes. Interrupted anywhere, the next cycle does the rest; the queue and the record both drop repeats [I2, I6].
 */
export async function publishOutbox(
  ports: CyclePorts,
  settings: CycleSettings,
  account: Account,
  fence: number,
  decidedNow: DecidedNow = { assessments: [], symbols: [] },
): Promise<AccountUpdate> {
  if (account.outbox.length === 0) return { kind: 'unchanged', account };
  for (const clientOrderId of account.outbox) {
    const order = account.working[clientOrderId];
    if (order === undefined) continue;
    await ports.orders.create(
      readyRecord(order, {
        mode: account.mode,
        configHash: settings.config.configHash,
        atMs: ports.clock.nowMs(),
        ...headOf(order, decidedNow),
      }),
    );
    await ports.queue.send({ client_order_id: clientOrderId, slot_ms: order.slot_ms });
  }
  const sent = new Set(account.outbox);
  return updateAccount(
    ports.accounts,
    (stored) => ({ ...stored, outbox: stored.outbox.filter((id) => !sent.has(id)) }),
    fence,
  );
}

/** Has what rests to enter taken off the exchange, where this slot's decision would or may enter nothing [REQ-DD1] [REQ-M1]. */
export async function publishWithdrawals(
  { queue }: Pick<CyclePorts, 'queue'>,
  account: Account,
  decision: Pick<Decision, 'gates' | 'regime_multiplier'>,
  slot_ms: number,
  mayEnter = true,
): Promise<void> {
  for (const client_order_id of entriesToWithdraw(account, decision, mayEnter)) {
    await queue.send({ client_order_id, slot_ms, withdraw: true });
  }
}

/**
 * Nothing for an order of an earlier cycle (a later leg, an outbox that a crash left behind): today's market and words are
 * not those it was decided on. An audit reads the first leg's, or decides that slot again from the archive.
 */
function headOf(order: WorkingOrder, { assessments, symbols }: DecidedNow): Head {
  const assessment = assessments.find(({ client_order_id }) => client_order_id === order.client_order_id);
  if (assessment === undefined) return { assessment: null, quote: null };
  const quote = symbols.find(({ productId }) => productId === order.product_id)?.quote ?? null;
  return { assessment: asJson(assessment), quote: quote === null ? null : { bid: quote.bid, ask: quote.ask } };
}

interface Head {
  readonly assessment: OrderRecord['assessment'];
  readonly quote: OrderRecord['decided']['quote'];
}

/** Through text: a figure that JSON cannot say must not keep an approved order from being recorded. */
function asJson(assessment: AssessmentRecord): OrderRecord['assessment'] {
  return JSON.parse(JSON.stringify(assessment)) as OrderRecord['assessment'];
}
