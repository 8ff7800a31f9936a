import type { CyclePorts } from '../shared/app/ports.ts';
import { updateAccount } from '../shared/app/update-account.ts';
import { clientOrderId } from '../shared/core/execution/client-order-id.ts';
import { readyRecord } from '../shared/core/execution/order-step.ts';
import { AT_ONCE } from '../shared/core/execution/routing.ts';
import { productId } from '../shared/core/market/product.ts';
import {
  notional,
  type Price,
  sizeFor,
  toIncrement,
  type Usd,
  usd,
  ZERO_QUANTITY,
} from '../shared/core/money/fixed.ts';
import type { WorkingOrder } from '../shared/core/portfolio/account.ts';
import { openAccount } from '../shared/core/portfolio/ledger.ts';
import type { IntentMessage } from '../shared/ports/intent-queue.ts';

export type RouteKind = 'taker' | 'maker';

const MINUTE_MS = 60_000;
const PRODUCTS = ['BTC-USD', 'ETH-USD', 'SOL-USD'].map(productId);
const AMOUNT = usd('12');
const ROUTES = {
  taker: { kind: 'taker' },
  maker: { kind: 'maker', ttl_ms: 60_000, ticks_away: 0, reprices_left: 0, fallback: 'none' },
} as const;

/** The books of a bot that has just begun. */
export async function openIntents({ accounts, clock }: CyclePorts, botId: string): Promise<void> {
  const fresh = openAccount({ botId, mode: 'LIVE', cash: usd('10000'), external: {}, nowMs: clock.nowMs() });
  const saved = await accounts.save({ ...fresh, version: 1, fence: 0 });
  if (saved !== 'saved') throw new Error('the state folder is not a fresh one');
}

/** What committing and publishing leave behind for the worker: a reservation, a record, a message. */
export async function writeIntent(
  ports: CyclePorts,
  botId: string,
  route: RouteKind,
  ordinal: number,
): Promise<IntentMessage> {
  const order = await orderOf(ports, botId, route, ordinal);
  const { client_order_id, slot_ms } = order;
  await updateAccount(ports.accounts, (account) => ({
    ...account,
    working: { ...account.working, [client_order_id]: order },
  }));
  const decided = { mode: 'LIVE', configHash: 'bench', atMs: ports.clock.nowMs(), assessment: null };
  await ports.orders.create(readyRecord(order, decided));
  return { client_order_id, slot_ms };
}

async function orderOf(ports: CyclePorts, botId: string, route: RouteKind, ordinal: number): Promise<WorkingOrder> {
  const id = PRODUCTS[ordinal % PRODUCTS.length] ?? productId('BTC-USD');
  const [quotes, product] = await Promise.all([ports.marketData.quotes([id]), ports.marketData.product(id)]);
  const quote = quotes.kind === 'ok' ? quotes.value[0] : undefined;
  if (quote === undefined || product.kind !== 'ok') throw new Error(`no market for ${id}`);
  const { priceIncrement, baseIncrement } = product.value;
  const limit = toIncrement(((quote.ask * 1_003n) / 1_000n) as Price, priceIncrement, 'down');
  const size = toIncrement(sizeFor(AMOUNT, limit, 'down'), baseIncrement, 'down');
  const slotMs = Math.floor(ports.clock.nowMs() / MINUTE_MS) * MINUTE_MS;
  return {
    // One slot may bring several orders of a symbol here: the ordinal keeps them apart, and the routes with it.
    client_order_id: clientOrderId(botId, id, slotMs, 'entry', ordinal * 2 + (route === 'taker' ? 0 : 1)),
    product_id: id,
    side: 'BUY',
    quantity: size,
    limit_price: limit,
    reserved: ((notional(size, limit, 'up') * 1_015n) / 1_000n + 1n) as Usd,
    purpose: 'entry',
    ...AT_ONCE,
    route: ROUTES[route],
    reason: 'bench',
    strategy: 'bench',
    stop_price: null,
    take_profit_price: null,
    slot_ms: slotMs,
    not_after_ms: ports.clock.nowMs() + MINUTE_MS,
    status: 'READY',
    order_id: null,
    filled: ZERO_QUANTITY,
    sent_at_ms: null,
  };
}
