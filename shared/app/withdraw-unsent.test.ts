import { beforeEach, describe, expect, it } from 'vitest';
import type { Decision } from '../core/cycle/decision.ts';
import type { OrderRecord } from '../core/execution/order-record.ts';
import type { CyclePorts } from './ports.ts';
import { approvedOrder, type Desk } from './testing/desk.ts';
import { eachDesk } from './testing/each-desk.ts';
import { decideWith, drain } from './testing/pipeline.ts';

let desk: Desk;
eachDesk((opened) => {
  desk = opened;
});
const SHUT = { gates: [{ gate: 'ledger', reason: 'balances: down' }] as unknown as Decision['gates'] };

describe('an entry whose cycle died before its message was sent, when the next one would enter nothing', () => {
  let id: string;
  beforeEach(async () => {
    const order = approvedOrder(desk);
    id = order.client_order_id;
    const dying = {
      ...desk.ports,
      queue: { ...desk.ports.queue, send: () => Promise.reject(new Error('the process was killed')) },
    };
    await expect(decideWith(dying, desk.settings, [order], 1)).rejects.toThrow('the process was killed');
    desk.nowMs += 10_000;
  });

  it('[I6] [I12] ends with its record, which says why', async () => {
    await decideWith(deaf(), desk.settings, [], 1, SHUT);

    expect(await desk.ports.orders.find(id)).toMatchObject({
      status: 'CANCELLED',
      reason: 'withdrawn before it was sent',
    });
    expect(await desk.ports.accounts.load()).toMatchObject({ working: {}, outbox: [] });
  });

  it('[I6] ends with a record that is ended and books that are not: the next cycle does the rest', async () => {
    const ports = deaf();
    const dying = { ...ports, accounts: { ...ports.accounts, save: () => Promise.reject(new Error('killed')) } };
    await expect(decideWith(dying, desk.settings, [], 1, SHUT)).rejects.toThrow('killed');
    await decideWith(desk.ports, desk.settings, [], 1);
    await drain(desk);

    expect(await desk.ports.accounts.load()).toMatchObject({ working: {}, outbox: [] });
    expect(desk.messages).toEqual([]);
    expect(await desk.ports.orders.find(id)).toMatchObject({ status: 'CANCELLED' });
  });

  it('[I3] keeps what it reserves where a worker has claimed it all the same', async () => {
    const record = (await desk.ports.orders.find(id)) as OrderRecord;
    const claimed = { ...record, version: record.version + 1, status: 'SENDING', sent_at_ms: desk.nowMs } as const;
    await desk.ports.orders.save(claimed);
    await decideWith(deaf(), desk.settings, [], 1, SHUT);

    expect((await desk.ports.accounts.load())?.working[id]).toBeDefined();
    expect(await desk.ports.orders.find(id)).toMatchObject({ status: 'SENDING' });
  });
});

/** Nothing is heard of the exchange: no order is followed. */
function deaf(): CyclePorts {
  const balances = async () => ({ kind: 'unavailable', message: 'down' }) as const;
  return { ...desk.ports, exchange: { ...desk.ports.exchange, balances } };
}
