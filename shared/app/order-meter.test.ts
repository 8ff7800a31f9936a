import { beforeEach, describe, expect, it } from 'vitest';
import { price } from '../core/money/fixed.ts';
import type { OrderStore } from '../ports/stores.ts';
import { meteredOrders } from './order-meter.ts';
import { placeOrder } from './place-order.ts';
import { approvedOrder, type Desk } from './testing/desk.ts';
import { deskOpener } from './testing/each-desk.ts';
import { cycleWith } from './testing/pipeline.ts';

let desk: Desk;
let told: unknown[];
const openDesk = deskOpener();
beforeEach(() => {
  desk = openDesk();
  told = [];
});

/** One intent from decision to fill on a store that is listened to, its message delivered `deliveries` times. */
async function tradeListened(deliveries: number) {
  const inner = desk.ports.orders;
  const quote = { bid: price('99.9'), ask: price('100') };
  // The cycle of this desk has no market of its own to remember.
  const remembering: OrderStore = {
    ...inner,
    create: (record) => inner.create({ ...record, decided: { ...record.decided, quote } }),
  };
  const orders = meteredOrders(remembering, {
    sent: () => told.push('sent'),
    filled: (fill) => told.push(fill),
  });
  const ports = { ...desk.ports, orders };
  await cycleWith(ports, desk.settings, [approvedOrder(desk)]);
  const message = desk.messages[0] as (typeof desk.messages)[number];
  desk.ask = '100.1';
  for (let delivery = 0; delivery < deliveries; delivery += 1) await placeOrder(ports, desk.settings, message);
}

describe('what is measured about orders', () => {
  it('[REQ-OB1] tells of an order and of its fill with fee and slippage against the quote of the decision', async () => {
    await tradeListened(1);

    // 0.5 at 100.1, decided at an ask of 100; the fee is 1.2 % of it.
    expect(told).toEqual(['sent', { feeUsd: 0.6006, slippageBps: 10 }]);
  });

  it('[REQ-OB1] counts nothing twice when the message comes again', async () => {
    await tradeListened(3);

    expect(told).toHaveLength(2);
  });

  it('[REQ-OB1] tells nothing of a write that was refused', async () => {
    const orders = meteredOrders(
      { ...desk.ports.orders, save: async () => 'stale' },
      { sent: () => told.push('sent'), filled: () => told.push('filled') },
    );
    const ports = { ...desk.ports, orders };
    await cycleWith(ports, desk.settings, [approvedOrder(desk)]);
    const message = desk.messages[0] as (typeof desk.messages)[number];
    await placeOrder(ports, desk.settings, message);

    expect(told).toEqual([]);
  });
});
