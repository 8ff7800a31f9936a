import { describe, expect, it } from 'vitest';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { claim } from '../../shared/core/execution/sendable-order.ts';
import { productId } from '../../shared/core/market/product.ts';
import { quantity, usd } from '../../shared/core/money/fixed.ts';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import type { OrderQuery, OrderStore } from '../../shared/ports/stores.ts';
import { countOf, SLOT, sampleOrder, TWENTY } from './samples.ts';

export function orderStoreContract(name: string, open: (botId: string, mode: Mode) => OrderStore): void {
  describe(`order store: ${name}`, () => {
    it('finds nothing under an unknown id', async () => {
      expect(await open('ord1', 'PAPER').find('nobody')).toBeUndefined();
    });

    it('gives back what was created, to the last digit', async () => {
      const store = open('ord2', 'PAPER');
      const record = sampleOrder('a', { filled_quantity: quantity('0.000000000001'), fees: usd('0.1') });
      expect(await store.create(record)).toBe('created');
      expect(await store.find('a')).toEqual(record);
    });

    it('[REQ-X1] [I2] creates a client order id once, whatever its later status', async () => {
      const store = open('ord3', 'PAPER');
      await store.create(sampleOrder('a'));
      expect(await store.create(sampleOrder('a'))).toBe('exists');
      await store.save(sampleOrder('a', { version: 2, status: 'CANCELLED' }));
      expect(await store.create(sampleOrder('a'))).toBe('exists');
      expect((await store.find('a'))?.status).toBe('CANCELLED');
    });

    it('[REQ-X1] [I2] creates once when twenty try at the same time', async () => {
      const store = open('ord4', 'PAPER');
      const answers = await Promise.all(TWENTY.map(() => store.create(sampleOrder('a'))));
      expect(countOf(answers, 'created')).toBe(1);
    });

    it('[I2] lets exactly one of twenty workers claim an order, though all write the same', async () => {
      const store = open('ord5', 'PAPER');
      await store.create(sampleOrder('a'));
      const claimed = claim(sampleOrder('a'), SLOT + 5, 'hash');
      if (claimed === undefined) throw new Error('a READY order can be claimed');
      const answers = await Promise.all(TWENTY.map(() => store.save(claimed)));
      expect(countOf(answers, 'saved')).toBe(1);
      expect(countOf(answers, 'stale')).toBe(19);
      expect(await store.find('a')).toEqual(claimed);
    });

    it('saves nothing under an id that was never created', async () => {
      const store = open('ord6', 'PAPER');
      expect(await store.save(sampleOrder('a', { version: 2 }))).toBe('stale');
      expect(await store.find('a')).toBeUndefined();
    });

    it('[I10] keeps the modes apart', async () => {
      await open('ord7', 'PAPER').create(sampleOrder('a'));
      expect(await open('ord7', 'LIVE').find('a')).toBeUndefined();
      expect(await open('ord7', 'LIVE').create(sampleOrder('a'))).toBe('created');
    });

    it('lists the orders of a span of slots, whatever the symbol, and no other', async () => {
      const store = open('ord8', 'PAPER');
      for (const symbol of ['BTC', 'ETH', '00', 'ZRX']) {
        for (const minute of [0, 1, 2, 3]) await store.create(decidedAt('ord8', `${symbol}-USD`, minute));
      }
      await store.create(decidedAt('ord8', 'BTC-USD', 2, 'e1r1'));
      expect(await idsOf(store, span(1, 3))).toEqual([
        idAt('ord8', '00-USD', 1),
        idAt('ord8', '00-USD', 2),
        idAt('ord8', 'BTC-USD', 1),
        idAt('ord8', 'BTC-USD', 2),
        idAt('ord8', 'BTC-USD', 2, 'e1r1'),
        idAt('ord8', 'ETH-USD', 1),
        idAt('ord8', 'ETH-USD', 2),
        idAt('ord8', 'ZRX-USD', 1),
        idAt('ord8', 'ZRX-USD', 2),
      ]);
      expect(await idsOf(store, { ...span(2, 9), productId: productId('ETH-USD') })).toEqual([
        idAt('ord8', 'ETH-USD', 2),
        idAt('ord8', 'ETH-USD', 3),
      ]);
      expect(await idsOf(store, span(4, 9))).toEqual([]);
      expect(await idsOf(store, span(2, 2))).toEqual([]);
      expect(await idsOf(store, span(3, 1))).toEqual([]);
    });

    it('lists every order ever, also one whose id follows no rule', async () => {
      const store = open('ord9', 'PAPER');
      expect(await idsOf(store, EVER)).toEqual([]);
      await store.create(sampleOrder('a'));
      await store.create(decidedAt('ord9', 'BTC-USD', 0));
      await store.create(sampleOrder('z'));
      expect(await idsOf(store, EVER)).toEqual(['a', idAt('ord9', 'BTC-USD', 0), 'z']);
      expect(await idsOf(store, span(0, 1))).toEqual(['a', idAt('ord9', 'BTC-USD', 0), 'z']);
      expect(await idsOf(store, span(1, 9))).toEqual([]);
      expect(await idsOf(store, span(-9, 0))).toEqual([]);
      expect(await idsOf(open('ord9', 'LIVE'), EVER)).toEqual([]);
    });

    it('lists more orders than fit on a page, each once, in their newest version', async () => {
      const store = open('ord10', 'PAPER');
      const minutes = Array.from({ length: 230 }, (_, minute) => minute);
      await Promise.all(minutes.map((minute) => store.create(decidedAt('ord10', 'BTC-USD', minute))));
      await store.save({ ...decidedAt('ord10', 'BTC-USD', 229), version: 2, status: 'CANCELLED' });
      const listed = await everyPage(store, span(10, 1_000));
      expect(listed.map(({ client_order_id }) => client_order_id)).toEqual(
        minutes.slice(10).map((minute) => idAt('ord10', 'BTC-USD', minute)),
      );
      expect(listed.at(-1)?.status).toBe('CANCELLED');
    });
  });
}

const EVER: OrderQuery = { fromSlotMs: 0, toSlotMs: Number.POSITIVE_INFINITY };

function span(fromMinute: number, toMinute: number): OrderQuery {
  return { fromSlotMs: SLOT + fromMinute * 60_000, toSlotMs: SLOT + toMinute * 60_000 };
}

function idAt(botId: string, symbol: string, minute: number, nonce = 'e1'): string {
  return `${botId}-${symbol}-${SLOT / 1_000 + minute * 60}-${nonce}`;
}

function decidedAt(botId: string, symbol: string, minute: number, nonce = 'e1'): OrderRecord {
  const order = sampleOrder(idAt(botId, symbol, minute, nonce));
  return {
    ...order,
    intent: { ...order.intent, product_id: productId(symbol) },
    decided: { ...order.decided, slot_ms: SLOT + minute * 60_000 },
  };
}

async function idsOf(store: OrderStore, query: OrderQuery): Promise<readonly string[]> {
  return (await everyPage(store, query)).map(({ client_order_id }) => client_order_id);
}

async function everyPage(store: OrderStore, query: OrderQuery): Promise<readonly OrderRecord[]> {
  const orders: OrderRecord[] = [];
  let page = await store.list(query);
  orders.push(...page.orders);
  while (page.next !== null) {
    page = await store.list(query, page.next);
    orders.push(...page.orders);
  }
  return orders;
}
