import { describe, expect, it } from 'vitest';
import { ok } from '../ports/answer.ts';
import { placeOrder } from './place-order.ts';
import type { CyclePorts } from './ports.ts';
import { approvedOrder } from './testing/desk.ts';
import { deskOpener } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';

describe('a list of fills that lags behind', () => {
  const openDesk = deskOpener();

  it('[I6] takes no fill back from the record of an order that has ended', async () => {
    const desk = openDesk();
    const order = approvedOrder(desk);
    await cycleWith(desk.ports, desk.settings, [order]);
    const [message] = desk.messages;
    await drain(desk);
    const booked = await desk.ports.orders.find(order.client_order_id);
    expect(booked?.status).toBe('FILLED');
    expect(booked?.fills).toHaveLength(1);

    // The same message once more, answered by a server that has not heard of the fill yet.
    const behind: CyclePorts = { ...desk.ports, exchange: { ...desk.ports.exchange, fillsSince: async () => ok([]) } };
    if (message !== undefined) await placeOrder(behind, desk.settings, message);

    expect(await desk.ports.orders.find(order.client_order_id)).toEqual(booked);
  });
});
