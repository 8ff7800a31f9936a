import type { OrderRecord } from '../core/execution/order-record.ts';
import { readyRecord } from '../core/execution/order-step.ts';
import { AT_ONCE } from '../core/execution/routing.ts';
import {
  add,
  notional,
  type Price,
  portion,
  type Quantity,
  ratioFromPct,
  sizeFor,
  ZERO_QUANTITY,
  ZERO_USD,
} from '../core/money/fixed.ts';
import type { Account, WorkingOrder } from '../core/portfolio/account.ts';
import type { ExchangeOrder } from '../ports/exchange.ts';
import { type FollowOutcome, followOrder, terminalEvent } from './follow-order.ts';
import type { TraderSettings, TradingPorts } from './ports.ts';
import { updateAccount } from './update-account.ts';

/** Who holds what was found again on the exchange. No strategy has this name. */
export const RECOVERED = 'recovered';

export function isOurs({ clientOrderId }: ExchangeOrder, botId: string): boolean {
  return clientOrderId.startsWith(`${botId}-`);
}

/**
 * An order of ours as far as the exchange can tell: what it buys or sells, for how much, and by its name what for. Nobody
 * remembers its strategy, its stop and how it was to go on, so it ends with itself.
 */
export function recoveredOrder(seen: ExchangeOrder, { config }: TraderSettings): WorkingOrder {
  const quantity = seen.baseSize ?? seen.filledQuantity;
  const limit = seen.limitPrice ?? averagePrice(seen);
  const name = NAME.exec(seen.clientOrderId);
  const purpose = PURPOSES[name?.[2] ?? ''] ?? (seen.side === 'BUY' ? 'entry' : 'exit');
  const isProtection = purpose === 'protect';
  return {
    ...AT_ONCE,
    client_order_id: seen.clientOrderId,
    product_id: seen.productId,
    side: seen.side,
    quantity,
    limit_price: limit,
    reserved: seen.side === 'SELL' ? ZERO_USD : worstCost(notional(quantity, limit, 'up'), config.policy.execution),
    purpose,
    // Which of the two kinds it is cannot be told; a stop that stands elsewhere than it should is replaced.
    route: { kind: isProtection ? 'stop_limit' : 'taker' },
    leg: Number(name?.[3] ?? 0),
    reason: RECOVERED,
    strategy: RECOVERED,
    stop_price: isProtection ? limit : null,
    take_profit_price: null,
    slot_ms: name === null ? seen.createdMs : Number(name[1]) * 1_000,
    not_after_ms: seen.createdMs,
    status: 'WORKING',
    order_id: seen.orderId,
    filled: ZERO_QUANTITY,
    sent_at_ms: seen.createdMs,
  };
}

/** The durable record of a recovered order, as if its worker had just heard that it was accepted. */
export function recoveredRecord(order: WorkingOrder, ports: TradingPorts, settings: TraderSettings): OrderRecord {
  const atMs = ports.clock.nowMs();
  const { mode, config } = settings;
  const ready = readyRecord(order, { mode, configHash: config.configHash, atMs, assessment: null });
  return {
    ...ready,
    status: 'WORKING',
    order_id: order.order_id,
    sent_at_ms: order.sent_at_ms,
    reason: RECOVERED,
    history: [{ at_ms: atMs, event: 'recover', status: 'WORKING' }],
  };
}

/**
 * Takes an order of ours that the stores have lost back into the books and follows it. Safe to repeat: the record is
 * created once, the reservation is added only where there is none, and fills count by their ids.
 */
export async function recoverOrder(
  ports: TradingPorts,
  settings: TraderSettings,
  seen: ExchangeOrder,
): Promise<FollowOutcome> {
  const found = recoveredOrder(seen, settings);
  await ports.orders.create(recoveredRecord(found, ports, settings));
  const record = await ports.orders.find(seen.clientOrderId);
  if (record === undefined) throw new Error(`${seen.clientOrderId} was recorded and is not there`);
  // A record that has survived knows what the order was meant for.
  const order = { ...found, ...record.intent, sent_at_ms: record.sent_at_ms };
  // One that has ended reserves nothing, and its older fills may be booked and forgotten: the cursor tells [I6].
  const mayFill = terminalEvent(seen) === null;
  await updateAccount(ports.accounts, (account) =>
    mayFill && account.working[order.client_order_id] === undefined
      ? {
          ...account,
          working: { ...account.working, [order.client_order_id]: { ...order, filled: booked(account, record) } },
        }
      : account,
  );
  return followOrder(ports, settings, record, seen);
}

function booked({ booked_fills }: Account, { fills }: OrderRecord): Quantity {
  return fills
    .filter(({ entry_id }) => booked_fills[entry_id] !== undefined)
    .reduce<Quantity>((sum, { quantity }) => add(sum, quantity), ZERO_QUANTITY);
}

/** `<bot>-<symbol>-<slot>-<letter><ordinal>`, and `r<leg>` behind it for a later leg. */
const NAME = /-(\d{1,12})-([exp])\d+(?:r(\d{1,4}))?$/;
const PURPOSES: Readonly<Record<string, WorkingOrder['purpose']>> = { e: 'entry', x: 'exit', p: 'protect' };

function averagePrice({ filledValue, filledQuantity }: ExchangeOrder): Price {
  if (filledQuantity <= 0n) return 0n as Price;
  // Dividing money by coins is what sizeFor does; the result is a price.
  return sizeFor(filledValue, filledQuantity as bigint as Price, 'up') as bigint as Price;
}

function worstCost(value: typeof ZERO_USD, { taker_fee_bps }: { readonly taker_fee_bps: number }): typeof ZERO_USD {
  return add(value, portion(value, ratioFromPct(taker_fee_bps / 100), 'up'));
}
