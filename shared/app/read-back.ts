import { failureText } from '../ports/answer.ts';
import type { ExchangeOrder } from '../ports/exchange.ts';
import { terminalEvent } from './follow-order.ts';
import type { HaltPorts } from './ports.ts';

/** Requests at once while reading back: below every rate limit of the exchange. */
const READERS = 10;

/** Enough of an order to ask for it, alone or in a list. */
export type Asked = Pick<ExchangeOrder, 'orderId' | 'productId' | 'createdMs'>;

export interface ReadBack {
  readonly orders: readonly ExchangeOrder[];
  readonly alive: readonly string[];
  readonly faults: readonly string[];
}

/**
 * Not being listed as open is a sign, the order's own final status is the proof. One list tells it of most orders; those
 * it does not tell of are asked for one by one. Only these requests are never refused for a spent budget.
 */
export async function readBack(ports: HaltPorts, asked: readonly Asked[]): Promise<ReadBack> {
  const orders = [...(await endedOf(ports, asked))];
  const told = new Set(orders.map(({ orderId }) => orderId));
  const faults: string[] = [];
  const waiting = asked.map(({ orderId }) => orderId).filter((id) => !told.has(id));
  const reader = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const answer = await ports.exchange.order(next);
      if (answer.kind === 'ok') orders.push(answer.value);
      else faults.push(`order ${next}: ${failureText(answer)}`);
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  const alive = orders.filter((order) => terminalEvent(order) === null).map(({ orderId }) => orderId);
  return { orders, alive, faults };
}

/** A list since the day of a stop that has rested for weeks has a page for every hundred orders since: by then it is late. */
const LISTED_MS = 86_400_000;

export function isRecent({ clock }: HaltPorts): (order: Pick<Asked, 'createdMs'>) => boolean {
  return ({ createdMs }) => createdMs >= clock.nowMs() - LISTED_MS;
}

async function endedOf(ports: HaltPorts, all: readonly Asked[]): Promise<readonly ExchangeOrder[]> {
  const asked = all.filter(isRecent(ports));
  if (asked.length < 2) return [];
  const sinceMs = Math.min(...asked.map(({ createdMs }) => createdMs));
  const products = [...new Set(asked.map(({ productId }) => productId))];
  const answer = await ports.exchange.ordersSince(sinceMs, products);
  const ids = new Set(asked.map(({ orderId }) => orderId));
  return answer.kind === 'ok'
    ? answer.value.filter((order) => ids.has(order.orderId) && terminalEvent(order) !== null)
    : [];
}
