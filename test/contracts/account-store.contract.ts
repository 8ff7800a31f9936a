import { describe, expect, it } from 'vitest';
import { usd } from '../../shared/core/money/fixed.ts';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import type { AccountStore } from '../../shared/ports/stores.ts';
import { countOf, sampleAccount, TWENTY } from './samples.ts';

/** `open` gives the store of a bot and mode that nobody has used yet, unless the bot was opened before. */
export function accountStoreContract(name: string, open: (botId: string, mode: Mode) => AccountStore): void {
  let bots = 0;
  const fresh = () => {
    bots += 1;
    const botId = `acc${bots}`;
    const account = (version: number, fence: number, changes = {}) =>
      sampleAccount(botId, 'PAPER', { version, fence }, changes);
    return { botId, account, store: open(botId, 'PAPER') };
  };

  describe(`account store: ${name}`, () => {
    it('holds nothing before the first save', async () => {
      expect(await fresh().store.load()).toBeUndefined();
    });

    it('gives back what was saved, to the last digit', async () => {
      const { store, account } = fresh();
      expect(await store.save(account(1, 1))).toBe('saved');
      expect(await store.load()).toEqual(account(1, 1));
    });

    it('takes the next version only', async () => {
      const { store, account } = fresh();
      await store.save(account(1, 1));
      expect(await store.save(account(1, 1))).toBe('stale');
      expect(await store.save(account(3, 1))).toBe('stale');
      expect(await store.save(account(2, 1))).toBe('saved');
      expect(await store.save(account(2, 1, { cash: usd('1') }))).toBe('stale');
      expect((await store.load())?.cash).toBe(account(2, 1).cash);
    });

    it('refuses a second version where nothing is stored', async () => {
      const { store, account } = fresh();
      expect(await store.save(account(2, 1))).toBe('stale');
      expect(await store.load()).toBeUndefined();
    });

    it('fences off an older owner, whichever version it writes', async () => {
      const { store, account } = fresh();
      await store.save(account(1, 2));
      expect(await store.save(account(2, 1))).toBe('fenced');
      expect(await store.save(account(1, 1))).toBe('fenced');
      expect(await store.save(account(2, 2))).toBe('saved');
      expect(await store.save(account(3, 3))).toBe('saved');
    });

    it.each([1, 2])('lets exactly one of twenty savers of version %i win', async (version) => {
      const { store, account } = fresh();
      if (version === 2) await store.save(account(1, 1));
      // All alike on purpose: equal contents must not be taken for one's own write.
      const answers = await Promise.all(TWENTY.map(() => store.save(account(version, 1))));
      expect(countOf(answers, 'saved')).toBe(1);
      expect(countOf(answers, 'stale')).toBe(19);
    });

    it('[I10] keeps the modes apart and refuses an account of another mode', async () => {
      const { botId, store, account } = fresh();
      await store.save(account(1, 1));
      const live = open(botId, 'LIVE');
      expect(await live.load()).toBeUndefined();
      await expect(live.save(account(2, 1))).rejects.toThrow(/PAPER.*LIVE/);
    });
  });
}
