import { describe, expect, it } from 'vitest';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import type { CycleStore } from '../../shared/ports/stores.ts';
import { countOf, SLOT, TWENTY } from './samples.ts';

const MINUTE = 60_000;

export function cycleStoreContract(name: string, open: (botId: string, mode: Mode) => CycleStore): void {
  describe(`cycle store: ${name}`, () => {
    it('begins a slot once, also after it is finished', async () => {
      const store = open('cyc1', 'PAPER');
      expect(await store.begin(SLOT, SLOT + 5)).toBe('begun');
      expect(await store.begin(SLOT, SLOT + 9)).toBe('repeated');
      await store.finish({ slot_ms: SLOT, status: 'completed', started_at_ms: SLOT + 5, summary: { orders: 1 } });
      expect(await store.begin(SLOT, SLOT + 9)).toBe('repeated');
      expect(await store.begin(SLOT + MINUTE, SLOT + MINUTE)).toBe('begun');
    });

    it('begins once when twenty ticks of one slot arrive together', async () => {
      const store = open('cyc2', 'PAPER');
      const answers = await Promise.all(TWENTY.map(() => store.begin(SLOT, SLOT)));
      expect(countOf(answers, 'begun')).toBe(1);
    });

    it('knows the newest slot, whatever the order in which they were begun', async () => {
      const store = open('cyc3', 'PAPER');
      expect(await store.lastSlotMs()).toBeUndefined();
      // Fewer digits, so that an order by text alone would be wrong.
      for (const slot of [9 * MINUTE, SLOT, SLOT - MINUTE]) await store.begin(slot, slot);
      expect(await store.lastSlotMs()).toBe(SLOT);
    });

    it('refuses to finish what was never begun', async () => {
      const record = { slot_ms: SLOT, status: 'completed', started_at_ms: SLOT, summary: {} } as const;
      await expect(open('cyc4', 'PAPER').finish(record)).rejects.toThrow(/never begun/);
    });

    it('[I10] keeps the modes apart', async () => {
      await open('cyc5', 'PAPER').begin(SLOT, SLOT);
      expect(await open('cyc5', 'LIVE').lastSlotMs()).toBeUndefined();
      expect(await open('cyc5', 'LIVE').begin(SLOT, SLOT)).toBe('begun');
    });
  });
}
