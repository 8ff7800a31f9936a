import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Mode } from '../../core/portfolio/account.ts';
import type { ProductArchive } from '../../ports/day-archive.ts';
import type { SnapshotArchive } from '../../ports/snapshot-archive.ts';
import { archiveKey, packed, productsKey, unpacked } from '../archive-key.ts';
import { isThere } from '../is-there.ts';
import { withoutKnownSecrets } from '../known-secrets.ts';

export interface ArchiveOwner {
  readonly botId: string;
  readonly mode: Mode;
}

/** The archive of a local run, laid out under the state folder as in the bucket. */
export function fileSnapshotArchive(stateDir: string, { botId, mode }: ArchiveOwner): SnapshotArchive {
  const fileOf = (slotMs: number) => path.join(stateDir, archiveKey(botId, mode, slotMs));
  return {
    put: (slotMs, inputs) => putText(fileOf(slotMs), inputs),
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

/** The products of each day, laid out alike. The first list of a day stays: from then on it was known. */
export function fileProductArchive(stateDir: string): ProductArchive {
  return {
    async putProducts(takenAtMs, text) {
      const file = path.join(stateDir, productsKey(takenAtMs));
      if (!isThere(file)) await putText(file, text);
    },
  };
}

/** Renamed into place: a process killed half-way leaves no torn archive behind. */
async function putText(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.part`, await packed(withoutKnownSecrets(text)), { mode: 0o600 });
  await rename(`${file}.part`, file);
}
