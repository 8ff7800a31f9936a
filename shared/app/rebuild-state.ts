import { isTerminal } from '../core/execution/lifecycle.ts';
import { intentIdOf } from '../core/execution/routing.ts';
import type { ProductId } from '../core/market/product.ts';
import { add, type Quantity, toText, ZERO_QUANTITY } from '../core/money/fixed.ts';
import type { Account, Position, WorkingOrder } from '../core/portfolio/account.ts';
import { FILL_OVERLAP_MS } from '../core/portfolio/ledger.ts';
import { type PastOrder, rebuildAccount, withWidestLevels } from '../core/portfolio/rebuild.ts';
import { type Answer, failureText, ok } from '../ports/answer.ts';
import type { Balance, ExchangeFill, ExchangeOrder } from '../ports/exchange.ts';
import { alert } from './alerts.ts';
import { cooldownsOf, terminalEvent } from './follow-order.ts';
import { cashIn, externalHoldings } from './ledger-check.ts';
import type { TraderSettings, TradingPorts } from './ports.ts';
import { isOurs, recoveredOrder, recoveredRecord } from './recover-order.ts';

/** On top of the longest holding time, for a sale that took long: every lot's purchase is to be inside. */
const LONGER_MS = 30 * 24 * 3_600_000;
const MOST_READS = 3;

export type Rebuilt =
  /** The exchange has never heard of this bot: it is new. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'rebuilt'; readonly account: Account; readonly detail: string }
  | { readonly kind: 'unanswered'; readonly detail: string };

/**
 * The books again from the exchange's memory, for a bot whose account is not in the table although its orders are on the
 * exchange. Nothing is guessed: what could not be read in full leaves the bot without an account until it can.
 */
export async function rebuildState(ports: TradingPorts, settings: TraderSettings): Promise<Rebuilt> {
  const orders = await ordersOfOurs(ports, settings);
  if (orders.kind !== 'ok') return unanswered(`orders: ${failureText(orders)}`);
  if (orders.value.length === 0) return { kind: 'nothing' };
  const read = await consistentRead(ports, orders.value);
  if (read.kind !== 'ok') return unanswered(failureText(read));
  const { fills, balances, atMs } = read.value;
  const missing = orders.value.find((order) => filledBy(fills, order.orderId) < order.filledQuantity);
  if (missing !== undefined) return unanswered(`the fills of ${missing.clientOrderId} are not all listed yet`);

  const past = await Promise.all(orders.value.map((seen) => pastOrder(ports, settings, orders.value, seen)));
  const account = rebuildAccount(
    { bot_id: settings.config.botId, mode: settings.mode },
    {
      cash: cashIn(balances, settings.quoteCurrency),
      coins: externalHoldings(balances, settings.quoteCurrency),
      orders: past,
      fills,
      atMs,
    },
    cooldownsOf(settings),
  );
  const complete = { ...account, positions: withLevels(account.positions, settings.config) };
  for (const { order, isOpen } of past) if (isOpen) await ports.orders.create(recoveredRecord(order, ports, settings));
  return { kind: 'rebuilt', account: complete, detail: wordsOf(complete, orders.value.length, fills.length) };
}

export async function alertRebuilt(ports: TradingPorts, botId: string, detail: string): Promise<void> {
  ports.audit.append('state_rebuilt', { detail });
  await alert(ports, 'STATE_REBUILT', botId, detail);
}

function unanswered(detail: string): Rebuilt {
  return { kind: 'unanswered', detail };
}

async function ordersOfOurs(
  ports: TradingPorts,
  { config: { botId, policy }, quoteCurrency }: TraderSettings,
): Promise<Answer<readonly ExchangeOrder[]>> {
  const open = await ports.exchange.openOrders();
  if (open.kind !== 'ok') return open;
  const windowMs = policy.exits.max_hold_hours * 3_600_000 + LONGER_MS;
  const recent = await ports.exchange.ordersSince(ports.clock.nowMs() - windowMs, []);
  if (recent.kind !== 'ok') return recent;
  // The list of recent ones was read later: where both have an order, it knows more.
  const all = new Map([...open.value, ...recent.value].map((order) => [order.orderId, order]));
  const ours = [...all.values()].filter((order) => isOurs(order, botId));
  return ok(ours.filter(({ productId }) => productId.endsWith(`-${quoteCurrency}`)));
}

interface Read {
  readonly fills: readonly ExchangeFill[];
  readonly balances: readonly Balance[];
  readonly atMs: number;
}

/** Fills, balances, and the fills again: nothing was dealt in between when both lists are the same. */
async function consistentRead(ports: TradingPorts, orders: readonly ExchangeOrder[]): Promise<Answer<Read>> {
  const ids = new Set(orders.map(({ orderId }) => orderId));
  const sinceMs = Math.min(...orders.map(({ createdMs }) => createdMs)) - FILL_OVERLAP_MS;
  const readFills = async (): Promise<Answer<readonly ExchangeFill[]>> => {
    const fills = await ports.exchange.fillsSince(sinceMs);
    return fills.kind === 'ok' ? ok(fills.value.filter(({ orderId }) => ids.has(orderId))) : fills;
  };
  let before = await readFills();
  for (let attempt = 0; attempt < MOST_READS; attempt += 1) {
    if (before.kind !== 'ok') return before;
    const atMs = ports.clock.nowMs();
    const balances = await ports.exchange.balances();
    if (balances.kind !== 'ok') return balances;
    const after = await readFills();
    if (after.kind !== 'ok') return after;
    if (after.value.length === before.value.length) return ok({ fills: after.value, balances: balances.value, atMs });
    before = after;
  }
  return { kind: 'unavailable', message: 'the orders are filling while they are read' };
}

function filledBy(fills: readonly ExchangeFill[], orderId: string): Quantity {
  return fills.reduce<Quantity>(
    (sum, fill) => (fill.orderId === orderId ? add(sum, fill.quantity) : sum),
    ZERO_QUANTITY,
  );
}

/** With its own record where that has survived: then strategy, stop and route are known as well. */
async function pastOrder(
  ports: TradingPorts,
  settings: TraderSettings,
  all: readonly ExchangeOrder[],
  seen: ExchangeOrder,
): Promise<PastOrder> {
  const isOpen = terminalEvent(seen) === null;
  const record = isOpen || seen.filledQuantity > 0n ? await ports.orders.find(seen.clientOrderId) : undefined;
  const recovered = { ...recoveredOrder(seen, settings), prior_filled: filledBefore(all, seen) };
  const order: WorkingOrder =
    record === undefined ? recovered : { ...recovered, ...record.intent, status: openStatus(record.status) };
  // What the records call ended is no reservation: the review of open orders ends it on the exchange, too.
  return { orderId: seen.orderId, order, isOpen: isOpen && (record === undefined || !isTerminal(record.status)) };
}

function openStatus(status: string): WorkingOrder['status'] {
  return status === 'SENDING' || status === 'UNKNOWN' ? status : 'WORKING';
}

/** What the legs before it filled. */
function filledBefore(all: readonly ExchangeOrder[], seen: ExchangeOrder): Quantity {
  const intent = intentIdOf(seen.clientOrderId);
  return all
    .filter((other) => other.createdMs < seen.createdMs && intentIdOf(other.clientOrderId) === intent)
    .reduce<Quantity>((sum, { filledQuantity }) => add(sum, filledQuantity), ZERO_QUANTITY);
}

/** Without a question to the exchange, which may have no answer now: no position is left without a stop. */
function withLevels(positions: Account['positions'], { policy }: TraderSettings['config']): Account['positions'] {
  const entries = Object.entries(positions) as [ProductId, Position][];
  return Object.fromEntries(
    entries.map(([productId, position]) => [productId, withWidestLevels(position, policy)]),
  ) as Account['positions'];
}

function wordsOf({ positions, working, cash, external }: Account, orders: number, fills: number): string {
  const listed = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '));
  return [
    `the account was not in the table; rebuilt from ${orders} orders and ${fills} fills on the exchange`,
    `cash ${toText(cash)}`,
    `positions: ${listed(Object.keys(positions))}`,
    `open orders: ${listed(Object.keys(working))}`,
    `left alone: ${listed(Object.keys(external))}`,
  ].join('; ');
}
