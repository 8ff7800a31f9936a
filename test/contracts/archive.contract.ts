import { describe, expect, it } from 'vitest';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import type { SnapshotArchive } from '../../shared/ports/snapshot-archive.ts';
import { SLOT } from './samples.ts';

export function archiveContract(name: string, open: (botId: string, mode: Mode) => SnapshotArchive): void {
  describe(`snapshot archive: ${name}`, () => {
    it('gives back the very text, also a large one and any script', async () => {
      const archive = open('arc1', 'PAPER');
      const text = JSON.stringify({ prices: Array.from({ length: 20_000 }, (_, i) => i / 7), note: 'Ω 漢字 \u2028' });
      await archive.put(SLOT, text);
      expect(await archive.get(SLOT)).toBe(text);
    });

    it('has nothing for a slot that was never archived', async () => {
      expect(await open('arc2', 'PAPER').get(SLOT)).toBeUndefined();
    });

    it('keeps the newest text of a slot', async () => {
      const archive = open('arc3', 'PAPER');
      await archive.put(SLOT, 'first');
      await archive.put(SLOT, 'second');
      expect(await archive.get(SLOT)).toBe('second');
    });

    it('[I10] keeps slots, bots and modes apart', async () => {
      await open('arc4', 'PAPER').put(SLOT, 'paper');
      expect(await open('arc4', 'PAPER').get(SLOT + 1)).toBeUndefined();
      expect(await open('arc4', 'LIVE').get(SLOT)).toBeUndefined();
      expect(await open('arc5', 'PAPER').get(SLOT)).toBeUndefined();
    });
  });
}
