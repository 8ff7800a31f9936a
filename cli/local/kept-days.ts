import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { archiveKey } from '../../shared/adapters/archive-key.ts';
import { isThere } from '../../shared/adapters/is-there.ts';
import { type ArchiveOwner, fileSnapshotArchive } from '../../shared/adapters/local/file-archive.ts';
import type { SnapshotArchive } from '../../shared/ports/snapshot-archive.ts';

const DAY_MS = 86_400_000;

/**
 * The archive of a local run, which forgets the days before the newest `days`: on a hurried clock a day of inputs (some
 * 90 MB) passes within minutes, and nothing else would ever stop it from filling the disk.
 */
export function keptDaysArchive(stateDir: string, owner: ArchiveOwner, days: number): SnapshotArchive {
  const archive = fileSnapshotArchive(stateDir, owner);
  const folder = dirname(dirname(join(stateDir, archiveKey(owner.botId, owner.mode, 0))));
  let prunedBefore = '';
  return {
    get: archive.get,
    async put(slotMs, inputs) {
      await archive.put(slotMs, inputs);
      const oldest = new Date(slotMs - (days - 1) * DAY_MS).toISOString().slice(0, 10);
      if (oldest === prunedBefore) return;
      prunedBefore = oldest;
      removeBefore(folder, oldest);
    },
  };
}

/** Folders are named by their day, so the order of names is the order of time. */
function removeBefore(folder: string, oldest: string): void {
  if (!isThere(folder)) return;
  for (const day of readdirSync(folder).filter((name) => name < oldest)) {
    rmSync(join(folder, day), { recursive: true, force: true });
  }
}
