import { describe, expect, it } from 'vitest';
import { claim } from '../../shared/core/execution/sendable-order.ts';
import { quantity, usd } from '../../shared/core/money/fixed.ts';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import type { OrderStore } from '../../shared/ports/stores.ts';
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
  });
}
