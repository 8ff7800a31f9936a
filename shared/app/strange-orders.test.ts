import { describe, expect, it } from 'vitest';
import { quantity, usd } from '../core/money/fixed.ts';
import type { Account } from '../core/portfolio/account.ts';
import { ok } from '../ports/answer.ts';
import type { ExchangeOrder } from '../ports/exchange.ts';
import { reportFlows } from './flow-alerts.ts';
import { openOrLoad } from './open-account.ts';
import { reviewOpenOrders } from './open-orders.ts';
import { approvedOrder, BTC, type Desk } from './testing/desk.ts';
import { eachDesk } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';

let desk: Desk;
eachDesk((opened) => {
  desk = opened;
});

const told = () => desk.alerts.map(({ severity, fingerprint }) => `${severity} ${fingerprint}`);

async function account(): Promise<Account> {
  const opened = await openOrLoad(desk.ports, desk.settings, 1);
  if (opened.kind !== 'open') throw new Error('the desk has an account');
  return { ...opened.account, sightings: { ...opened.account.sightings, orders_listed_ms: 0 } };
}

describe('money that comes and goes', () => {
  it('[REQ-AL1] is told by its direction, and wakes somebody only when most of it goes', async () => {
    const books = await account();
    await reportFlows(desk.ports, desk.settings, books, [
      { kind: 'cash', amount: usd('50') },
      { kind: 'cash', amount: usd('-50') },
      { kind: 'coin', currency: 'BTC', amount: quantity('-1') },
    ]);
    await reportFlows(desk.ports, desk.settings, books, [{ kind: 'cash', amount: usd('-5000') }]);

    expect(told()).toEqual([
      'INFO DEPOSIT:USD',
      'WARNING WITHDRAWAL:USD',
      'WARNING WITHDRAWAL:BTC',
      'CRITICAL WITHDRAWAL:USD',
    ]);
  });
});

describe('orders on the exchange that the books do not expect', () => {
  const resting = (clientOrderId: string): ExchangeOrder =>
    ({
      orderId: `x-${clientOrderId}`,
      clientOrderId,
      productId: BTC,
      side: 'BUY',
      status: 'OPEN',
      baseSize: quantity('0.5'),
      limitPrice: null,
      filledQuantity: quantity('0'),
      filledValue: usd('0'),
      fees: usd('0'),
      createdMs: desk.nowMs,
    }) as unknown as ExchangeOrder;

  const review = async (seen: ExchangeOrder) =>
    reviewOpenOrders(
      {
        ...desk.ports,
        exchange: {
          ...desk.ports.exchange,
          openOrders: async () => ok([seen]),
          order: async () => ok(seen),
          cancel: async () => ok([]),
        },
      },
      desk.settings,
      await account(),
      1,
    );

  it('[REQ-AL1] are told when somebody else placed them', async () => {
    await review(resting('by-hand'));
    expect(told()).toEqual(['WARNING FOREIGN_ORDER:x-by-hand']);
  });

  it('[REQ-AL1] wake somebody when they are ours and the books have lost them', async () => {
    const id = `${desk.settings.config.botId}-BTC-USD-1767225600-e1`;
    await review(resting(id));
    expect(told()).toContain(`CRITICAL LOST_ORDER:${id}`);
  });

  it('[REQ-AL1] wake somebody when the books had ended them', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    await drain(desk);
    const [id = ''] = desk.posted;
    expect((await desk.ports.orders.find(id))?.status).toBe('FILLED');
    await review(resting(id));
    expect(told()).toContain(`CRITICAL GHOST_ORDER:${id}`);
  });
});
