import { compareLedger, isBalanced } from '../../shared/app/ledger-check.ts';
import { isTerminal } from '../../shared/core/execution/lifecycle.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { intentIdOf } from '../../shared/core/execution/routing.ts';
import { toText } from '../../shared/core/money/fixed.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import type { SimulatedOrder } from '../../simulator/exchange/state.ts';
import type { Stand } from './stand.ts';

/** What is wrong with the end of a run, each thing in words; all empty when nothing is. */
export interface Verdict {
  /** More than one order, or more coins, than the intent was for [I2]. */
  readonly duplicates: readonly string[];
  /** Fills of the exchange that the books do not have, or the other way round [I6]. */
  readonly lost_fills: readonly string[];
  /** Sold, or tried to sell, what was not there [I5]. */
  readonly oversells: readonly string[];
  /** Reservations, ledger, orders without an end, doubts without an alert [I3, I7]. */
  readonly others: readonly string[];
}

/** Compares what the bot believes with what the exchange knows, after everything has come to rest. */
export async function judge(stand: Stand): Promise<Verdict> {
  const account = await stand.stores.accounts.load();
  const records = stand.stores.allOrders();
  const orders = [...stand.venue.state.orders.values()];
  if (account === undefined) {
    return {
      duplicates: [],
      lost_fills: [],
      oversells: [],
      others: orders.length > 0 ? ['orders, but no account'] : [],
    };
  }
  return {
    duplicates: [...postedAgain(stand), ...aliveTogether(stand), ...boughtTooMuch(records, orders)],
    lost_fills: [...unbooked(stand, account), ...misrecorded(records, orders)],
    oversells: oversold(stand, account),
    others: [
      ...wrongReservations(account, orders),
      ...withoutEnd(records, account),
      ...strangers(records, orders),
      ...(await ledgerBreaks(stand, account)),
      ...silentDoubts(stand, records),
    ],
  };
}

/** Only an exit of unknown fate may be posted again, and only as the same bytes: the exchange then makes no second order. */
function postedAgain({ posts }: Stand): readonly string[] {
  return posts.flatMap(({ clientOrderId, body, purpose }, position) => {
    const earlier = posts.slice(0, position).find((post) => post.clientOrderId === clientOrderId);
    const isAllowed = earlier === undefined || (purpose === 'exit' && earlier.body === body);
    return isAllowed ? [] : [`${clientOrderId} was posted twice`];
  });
}

function aliveTogether({ posts }: Stand): readonly string[] {
  return posts.flatMap(({ clientOrderId, answer, alive }) =>
    answer.kind === 'ok' && alive.length > 0 ? [`${clientOrderId} was taken beside ${alive.join(', ')}`] : [],
  );
}

function boughtTooMuch(records: readonly OrderRecord[], orders: readonly SimulatedOrder[]): readonly string[] {
  const dealt = new Map<string, bigint>();
  for (const { clientOrderId, filledSize } of orders) {
    const id = intentIdOf(clientOrderId);
    dealt.set(id, (dealt.get(id) ?? 0n) + filledSize);
  }
  return records.flatMap(({ client_order_id: id, intent }) =>
    (dealt.get(id) ?? 0n) > intent.quantity ? [`${id} dealt more than ${toText(intent.quantity)}`] : [],
  );
}

function unbooked({ venue }: Stand, account: Account): readonly string[] {
  const known = new Set(venue.state.fills.map(({ entryId }) => entryId));
  const missing = [...known].filter((id) => account.booked_fills[id] === undefined);
  const invented = Object.keys(account.booked_fills).filter((id) => !known.has(id));
  return [...missing.map((id) => `fill ${id} is not booked`), ...invented.map((id) => `fill ${id} never happened`)];
}

function misrecorded(records: readonly OrderRecord[], orders: readonly SimulatedOrder[]): readonly string[] {
  const recorded = new Map(records.map((record) => [record.client_order_id, record.filled_quantity]));
  return orders.flatMap(({ clientOrderId: id, filledSize }) => {
    const ours = recorded.get(id);
    return ours === undefined || ours === filledSize ? [] : [`${id} filled ${toText(filledSize)}, not ${toText(ours)}`];
  });
}

function oversold({ posts, venue }: Stand, { frozen }: Account): readonly string[] {
  const negative = [...venue.state.balances].filter(([, { available, hold }]) => available < 0n || hold < 0n);
  const refused = posts.filter(
    ({ side, answer }) => side === 'SELL' && answer.kind === 'refused' && /FUND/.test(answer.reasons.join()),
  );
  return [
    ...negative.map(([currency]) => `${currency} below nothing`),
    ...refused.map(({ clientOrderId }) => `${clientOrderId} sold coins that were not free`),
    ...Object.entries(frozen)
      .filter(([, why]) => why?.startsWith('sold more'))
      .map(([id]) => `${id} sold more than held`),
  ];
}

/** Only a protection that rests on the exchange may keep its reservation. */
function wrongReservations({ working, outbox, frozen }: Account, orders: readonly SimulatedOrder[]): readonly string[] {
  const open = new Map(orders.filter(({ status }) => status === 'OPEN').map((order) => [order.clientOrderId, order]));
  const left = Object.values(working).filter(
    (order) => order.purpose !== 'protect' || order.status !== 'WORKING' || !open.has(order.client_order_id),
  );
  const unreserved = [...open.keys()].filter((id) => working[id] === undefined);
  return [
    ...left.map(({ client_order_id, status }) => `${client_order_id} still holds a reservation (${status})`),
    ...unreserved.map((id) => `${id} rests without a reservation`),
    ...outbox.map((id) => `${id} is still in the outbox`),
    ...Object.entries(frozen).map(([id, why]) => `${id} is frozen: ${why}`),
  ];
}

function withoutEnd(records: readonly OrderRecord[], { working }: Account): readonly string[] {
  const alive = records.filter(({ status, client_order_id: id }) => !isTerminal(status) && working[id] === undefined);
  return alive.map(({ client_order_id: id, status }) => `${id} is ${status} and on nobody's list`);
}

function strangers(records: readonly OrderRecord[], orders: readonly SimulatedOrder[]): readonly string[] {
  const known = new Set(records.map(({ client_order_id }) => client_order_id));
  return orders
    .filter(({ clientOrderId }) => !known.has(clientOrderId))
    .map((order) => `${order.clientOrderId}: no record`);
}

async function ledgerBreaks({ venue }: Stand, account: Account): Promise<readonly string[]> {
  const balances = await venue.exchange.balances();
  if (balances.kind !== 'ok') return ['the balances cannot be read'];
  // Holds are part of the totals: what rests does not blur the comparison.
  const differences = compareLedger({ ...account, working: {} }, balances.value, 'USD');
  return isBalanced(differences)
    ? []
    : [`ledger: ${JSON.stringify({ ...differences.products, cash: differences.cash })}`];
}

/** A doubt that outlived the first look must have been told. */
function silentDoubts({ alerts }: Stand, records: readonly OrderRecord[]): readonly string[] {
  const told = new Set(alerts.map(({ fingerprint }) => fingerprint));
  return records
    .filter(({ client_order_id: id, status }) => status === 'NOT_PLACED' && !told.has(`ORDER_UNKNOWN:${id}`))
    .map(({ client_order_id: id }) => `${id} was in doubt and nobody was told`);
}
