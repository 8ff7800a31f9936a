import { isTerminal } from '../../shared/core/execution/lifecycle.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { intentIdOf } from '../../shared/core/execution/routing.ts';
import { isProductId } from '../../shared/core/market/product.ts';
import { add, type Fixed, parseFixed, type Quantity, toText, ZERO_QUANTITY } from '../../shared/core/money/fixed.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import { heldQuantity } from '../../shared/core/portfolio/ledger.ts';
import type { ExchangeEvent } from '../../simulator/exchange/events.ts';
import { walkJournal } from './walk-journal.ts';

/** One thing that must never happen, found after the run. */
export interface Break {
  readonly kind: 'duplicate' | 'lost_fill' | 'oversell' | 'unexplained' | 'ledger';
  readonly subject: string;
  readonly detail: string;
}

export interface Evidence {
  /** What the exchange did, in its own order. */
  readonly journal: readonly ExchangeEvent[];
  /** What it holds at the end, by currency. */
  readonly balances: Readonly<Record<string, { readonly total: string }>>;
  readonly account: Account;
  readonly records: readonly OrderRecord[];
  /** Every client order id that ever held a reservation. */
  readonly reserved: ReadonlySet<string>;
}

/** Holds what the bot wrote down against what the exchange did. */
export function judge(evidence: Evidence): readonly Break[] {
  return [...walkJournal(evidence), ...lostFills(evidence), ...unexplained(evidence), ...ledgerBreaks(evidence)];
}

/** Fills made are fills booked, each once, by the order that made it. */
function lostFills({ journal, records }: Evidence): readonly Break[] {
  const booked = new Map<string, number>();
  for (const { entry_id } of records.flatMap(({ fills }) => fills)) {
    booked.set(entry_id, (booked.get(entry_id) ?? 0) + 1);
  }
  return journal.flatMap((event) => {
    if (event.kind !== 'fill') return [];
    const times = booked.get(event.entry_id) ?? 0;
    const detail = `${event.size} of ${event.order_id} stand ${times} times in the records`;
    return times === 1 ? [] : [{ kind: 'lost_fill', subject: event.entry_id, detail } as const];
  });
}

/** Every intent ends, and says why; nothing is held back for it any more. */
function unexplained({ reserved, records, account }: Evidence): readonly Break[] {
  const byId = new Map(records.map((record) => [record.client_order_id, record]));
  const replaced = new Set(records.map(({ intent }) => intent.replaces));
  const breaks: Break[] = [];
  for (const id of reserved) {
    const detail = faultOf(byId.get(id), replaced.has(id));
    if (detail !== null) breaks.push({ kind: 'unexplained', subject: id, detail });
  }
  for (const id of [...Object.keys(account.working), ...account.outbox]) {
    breaks.push({ kind: 'unexplained', subject: id, detail: 'it still holds a reservation' });
  }
  for (const [productId, reason] of Object.entries(account.frozen)) {
    breaks.push({ kind: 'unexplained', subject: productId, detail: `frozen: ${reason}` });
  }
  return breaks;
}

function faultOf(record: OrderRecord | undefined, isReplaced: boolean): string | null {
  // An order that gave way before it was published leaves no record.
  if (record === undefined) return isReplaced ? null : 'no record, and nothing took its place';
  if (!isTerminal(record.status)) return `it is ${record.status}`;
  return reasonOf(record) === null ? `${record.status} without a reason` : null;
}

/** Why an order ended; the exchange's own word is a reason. */
export function reasonOf({ status, reason, order_id }: OrderRecord): string | null {
  if (status === 'FILLED') return 'filled';
  return reason ?? (order_id === null ? null : `${status.toLowerCase()} by the exchange`);
}

/** To the last digit: no rounding, no dust. */
function ledgerBreaks({ account, balances }: Evidence): readonly Break[] {
  const expected = new Map<string, Fixed<string>>([['USD', account.cash]]);
  for (const [currency, amount] of Object.entries(account.external)) expected.set(currency, amount);
  for (const productId of Object.keys(account.positions).filter(isProductId)) {
    const base = productId.slice(0, productId.lastIndexOf('-'));
    const external: Quantity = account.external[base] ?? ZERO_QUANTITY;
    expected.set(base, add(external, heldQuantity(account, productId)));
  }
  return [...new Set([...expected.keys(), ...Object.keys(balances)])].flatMap((currency) => {
    const books = expected.get(currency) ?? (0n as Fixed<string>);
    const exchange = parseFixed<string>(balances[currency]?.total ?? '0');
    const detail = `the books say ${toText(books)}, the exchange ${toText(exchange)}`;
    return books === exchange ? [] : [{ kind: 'ledger', subject: currency, detail } as const];
  });
}

/** The intents behind the orders. */
export function intentsOf(reserved: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...reserved].map(intentIdOf));
}
