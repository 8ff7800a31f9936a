import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Mode } from '../../core/portfolio/account.ts';
import type { SnapshotArchive } from '../../ports/snapshot-archive.ts';
import { archiveKey, packed, unpacked } from '../archive-key.ts';
import { withoutKnownSecrets } from '../known-secrets.ts';

export interface ArchiveOwner {
  readonly botId: string;
  readonly mode: Mode;
}

/** The archive of a local run, laid out under the state folder as in the bucket. */
export function fileSnapshotArchive(stateDir: string, { botId, mode }: ArchiveOwner): SnapshotArchive {
  const fileOf = (slotMs: number) => path.join(stateDir, archiveKey(botId, mode, slotMs));
  return {
    async put(slotMs, inputs) {
      const file = fileOf(slotMs);
      await mkdir(path.dirname(file), { recursive: true });
      // Renamed into place: a process killed half-way leaves no torn archive behind.
      await writeFile(`${file}.part`, await packed(withoutKnownSecrets(inputs)), { mode: 0o600 });
      await rename(`${file}.part`, file);
    },
    async get(slotMs) {
      try {
        return await unpacked(await readFile(fileOf(slotMs)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}
