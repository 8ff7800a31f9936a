import { describe, expect, it } from 'vitest';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import type { FactStore } from '../../shared/ports/stores.ts';
import { countOf, TWENTY } from './samples.ts';

export function factStoreContract(name: string, open: (botId: string, mode: Mode) => FactStore): void {
  describe(`fact store: ${name}`, () => {
    it('holds nothing under a name that was never saved', async () => {
      expect(await open('fac1', 'PAPER').load('book')).toBeUndefined();
    });

    it('counts the versions and gives back the value', async () => {
      const store = open('fac2', 'PAPER');
      expect(await store.save('book', { cash: '1.5', list: [null, true] }, 0)).toBe('saved');
      expect(await store.load('book')).toEqual({ version: 1, value: { cash: '1.5', list: [null, true] } });
      expect(await store.save('book', 'next', 1)).toBe('saved');
      expect(await store.load('book')).toEqual({ version: 2, value: 'next' });
    });

    it('refuses a save on any version but the one that is stored', async () => {
      const store = open('fac3', 'PAPER');
      expect(await store.save('book', 1, 1)).toBe('stale');
      await store.save('book', 1, 0);
      for (const version of [0, 2]) expect(await store.save('book', 2, version)).toBe('stale');
      expect((await store.load('book'))?.value).toBe(1);
    });

    it('lets exactly one of twenty savers win', async () => {
      const store = open('fac4', 'PAPER');
      const answers = await Promise.all(TWENTY.map(() => store.save('book', 'same', 0)));
      expect(countOf(answers, 'saved')).toBe(1);
    });

    it.each([[{ money: 5n }], [Number.NaN], [undefined]])(
      'refuses a value that would come back changed',
      async (value) => {
        await expect(open('fac5', 'PAPER').save('book', value, 0)).rejects.toThrow();
      },
    );

    it('[I10] keeps names and modes apart', async () => {
      await open('fac6', 'PAPER').save('book', 1, 0);
      expect(await open('fac6', 'PAPER').load('halt')).toBeUndefined();
      expect(await open('fac6', 'LIVE').load('book')).toBeUndefined();
    });
  });
}
