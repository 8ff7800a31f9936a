import { terminalEvent } from '../../shared/app/follow-order.ts';
import { baseOf, cashIn } from '../../shared/app/ledger-check.ts';
import { isTerminal } from '../../shared/core/execution/lifecycle.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { isProductId, type ProductId } from '../../shared/core/market/product.ts';
import { add, type Fixed, type Quantity, toText, ZERO_QUANTITY } from '../../shared/core/money/fixed.ts';
import type { Account, WorkingOrder } from '../../shared/core/portfolio/account.ts';
import { heldQuantity } from '../../shared/core/portfolio/ledger.ts';
import { type Answer, failureText, ok } from '../../shared/ports/answer.ts';
import type { Balance, Exchange, ExchangeOrder } from '../../shared/ports/exchange.ts';
import type { AccountStore, OrderStore } from '../../shared/ports/stores.ts';

/** One invariant that does not hold. */
export interface InvariantBreak {
  readonly invariant: string;
  readonly subject: string;
  readonly detail: string;
}

export interface AuditParts {
  readonly accounts: AccountStore;
  readonly orders: OrderStore;
  readonly exchange: Exchange;
  readonly quoteCurrency: string;
  /** Every client order id of this bot begins with it. */
  readonly botId: string;
  /** Everything that may have been traded. */
  readonly productIds: readonly ProductId[];
  /** The moment from which the exchange's orders are looked at. */
  readonly sinceMs: number;
  /** What the books knew of money from outside when this run began: an operator may have accepted it in between. */
  readonly flowsBefore: Account['flows'];
  /** So many calls as a cycle may make are there again. */
  readonly renewBudget: () => void;
}

/** Holds the books against the exchange when a run ends, to the last digit. Empty when all is well. */
export async function auditRun(parts: AuditParts): Promise<readonly InvariantBreak[]> {
  const account = await parts.accounts.load();
  if (account === undefined) return [];
  const [balances, orders] = [await parts.exchange.balances(), await everyOrder(parts)];
  const unanswered = [...failureOf('balances', balances), ...failureOf('orders', orders)];
  const ours =
    orders.kind === 'ok' ? orders.value.filter((order) => order.clientOrderId.startsWith(`${parts.botId}-`)) : [];
  return [
    ...unanswered,
    ...(balances.kind === 'ok' ? ledgerBreaks(account, ours, balances.value, parts.quoteCurrency) : []),
    ...flowBreaks(account, parts.flowsBefore),
    ...positionBreaks(account),
    ...duplicateBreaks(ours),
    ...(await recordBreaks(account, ours, parts.orders)),
    ...(await reservationBreaks(account, parts.orders)),
  ];
}

/** Product by product, each with calls of its own: those of one cycle list the orders of two weeks. */
async function everyOrder(parts: AuditParts): Promise<Answer<readonly ExchangeOrder[]>> {
  const all: ExchangeOrder[] = [];
  for (const productId of parts.productIds) {
    parts.renewBudget();
    const orders = await parts.exchange.ordersSince(parts.sinceMs, [productId]);
    if (orders.kind !== 'ok') return orders;
    all.push(...orders.value);
  }
  return ok(all);
}

/** [I7] Not even dust: nothing here was rounded on the way. What is in doubt cannot be compared; what rests can. */
function ledgerBreaks(
  account: Account,
  orders: readonly ExchangeOrder[],
  balances: readonly Balance[],
  quoteCurrency: string,
): readonly InvariantBreak[] {
  const filled = new Map(orders.map((order) => [order.clientOrderId, order.filledQuantity]));
  const inFlight = Object.values(account.working).filter((order) => isInDoubt(order, filled));
  const expected = holdingsOf(account);
  const found = new Map(balances.map(({ currency, available, hold }) => [currency, add(available, hold)]));
  found.delete(quoteCurrency);
  const coins = [...new Set([...expected.keys(), ...found.keys()])]
    .filter((currency) => !inFlight.some((order) => baseOf(order.product_id) === currency))
    .flatMap((currency) =>
      differs(currency, expected.get(currency) ?? ZERO_QUANTITY, found.get(currency) ?? ZERO_QUANTITY),
    );
  return inFlight.length > 0
    ? coins
    : [...coins, ...differs(quoteCurrency, account.cash, cashIn(balances, quoteCurrency))];
}

/** [I7] Nobody brings money to a run on this machine or takes any: what was booked as such is a fill or a fee booked wrongly. */
function flowBreaks({ flows }: Account, before: Account['flows']): readonly InvariantBreak[] {
  const known = new Set(before.map(({ at_ms, amount }) => `${at_ms} ${amount}`));
  const fresh = flows.filter(({ at_ms, amount }) => !known.has(`${at_ms} ${amount}`));
  return fresh.map(({ amount }) => {
    const detail = `${toText(amount)} was booked as brought in or taken out`;
    return { invariant: 'I7 ledger', subject: 'flows', detail };
  });
}

/** It may have reached the exchange, or has filled since the last cycle. */
function isInDoubt({ client_order_id, status, filled }: WorkingOrder, told: ReadonlyMap<string, Quantity>): boolean {
  return status === 'SENDING' || status === 'UNKNOWN' || (told.get(client_order_id) ?? filled) !== filled;
}

function holdingsOf(account: Account): ReadonlyMap<string, Quantity> {
  const holdings = new Map<string, Quantity>(Object.entries(account.external));
  for (const productId of Object.keys(account.positions).filter(isProductId)) {
    const base = baseOf(productId);
    holdings.set(base, add(holdings.get(base) ?? ZERO_QUANTITY, heldQuantity(account, productId)));
  }
  return holdings;
}

function differs<Unit extends string>(
  currency: string,
  books: Fixed<Unit>,
  exchange: Fixed<Unit>,
): readonly InvariantBreak[] {
  if (books === exchange) return [];
  const detail = `the books say ${toText(books)}, the exchange ${toText(exchange)}`;
  return [{ invariant: 'I7 ledger', subject: currency, detail }];
}

/** [I5] [I6] A position without a stop was booked without the order that it comes from. */
function positionBreaks(account: Account): readonly InvariantBreak[] {
  const negative = Object.keys(account.positions)
    .filter(isProductId)
    .filter((productId) => heldQuantity(account, productId) <= 0n)
    .map((productId) => ({ invariant: 'I5 long', subject: productId, detail: 'a position without coins' }));
  const unguarded = Object.entries(account.positions)
    .filter(([, { stop_price }]) => stop_price === null)
    .map(([productId]) => ({ invariant: 'I6 truth', subject: productId, detail: 'a position without a stop' }));
  const overdrawn = { invariant: 'I5 long', subject: 'cash', detail: `cash is ${toText(account.cash)}` };
  return [...negative, ...unguarded, ...(account.cash < 0n ? [overdrawn] : [])];
}

/** [I2] */
function duplicateBreaks(orders: readonly ExchangeOrder[]): readonly InvariantBreak[] {
  const seen = new Set<string>();
  return orders.flatMap(({ clientOrderId, orderId }) => {
    const isRepeated = seen.has(clientOrderId);
    seen.add(clientOrderId);
    return isRepeated ? [{ invariant: 'I2 once', subject: clientOrderId, detail: `also became ${orderId}` }] : [];
  });
}

/** [I3] [I6] An order on the exchange that nobody wrote down, or written down with other fills, or that nobody follows. */
async function recordBreaks(
  { working }: Account,
  orders: readonly ExchangeOrder[],
  store: OrderStore,
): Promise<readonly InvariantBreak[]> {
  const breaks: InvariantBreak[] = [];
  for (const order of orders) {
    const subject = order.clientOrderId;
    const isFollowed = working[subject] !== undefined;
    const detail = recordFault(await store.find(subject), order, isFollowed);
    if (detail !== null) breaks.push({ invariant: 'I6 truth', subject, detail });
    if (isFollowed || terminalEvent(order) !== null) continue;
    breaks.push({ invariant: 'I3 caps', subject, detail: `${order.status} on the exchange without a reservation` });
  }
  return breaks;
}

function recordFault(record: OrderRecord | undefined, order: ExchangeOrder, isFollowed: boolean): string | null {
  if (record === undefined) return 'the exchange has it, the records do not';
  if (!isTerminal(record.status)) return isFollowed ? null : `${record.status} and on nobody's list`;
  if (record.filled_quantity === order.filledQuantity) return null;
  return `recorded ${toText(record.filled_quantity)} filled, the exchange ${toText(order.filledQuantity)}`;
}

/** [I3] A finished order must not hold money back for ever. */
async function reservationBreaks(account: Account, store: OrderStore): Promise<readonly InvariantBreak[]> {
  const breaks: InvariantBreak[] = [];
  for (const { client_order_id } of Object.values(account.working)) {
    const record = await store.find(client_order_id);
    if (record === undefined || !isTerminal(record.status)) continue;
    breaks.push({ invariant: 'I3 caps', subject: client_order_id, detail: `${record.status} but still reserved` });
  }
  return breaks;
}

function failureOf(what: string, answer: Answer<unknown>): readonly InvariantBreak[] {
  return answer.kind === 'ok' ? [] : [{ invariant: 'audit', subject: what, detail: failureText(answer) }];
}
