import { describe, expect, it } from 'vitest';
import { ok } from '../ports/answer.ts';
import { placeOrder } from './place-order.ts';
import type { CyclePorts } from './ports.ts';
import { approvedOrder } from './testing/desk.ts';
import { deskOpener } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';

describe('the fills of an order', () => {
  const openDesk = deskOpener();

  it('[I6] are asked for by its id: in the weeks that a stop may rest others fill thousands of times', async () => {
    const desk = openDesk();
    const asked: (readonly string[] | undefined)[] = [];
    const fillsSince: CyclePorts['exchange']['fillsSince'] = (sinceMs, orderIds) => {
      asked.push(orderIds);
      return desk.exchange.fillsSince(sinceMs, orderIds);
    };
    const order = approvedOrder(desk);
    await cycleWith(desk.ports, desk.settings, [order]);
    const [message] = desk.messages;
    if (message === undefined) throw new Error('the cycle has sent it');
    await placeOrder({ ...desk.ports, exchange: { ...desk.ports.exchange, fillsSince } }, desk.settings, message);

    const record = await desk.ports.orders.find(order.client_order_id);
    expect(record?.status).toBe('FILLED');
    expect(new Set(asked)).toEqual(new Set([[record?.order_id]]));
  });
});

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
