import type { CycleDay, ProductArchive } from '../../ports/day-archive.ts';
import { archiveDay, packed, productsKey, slotIn } from '../archive-key.ts';
import { withoutKnownSecrets } from '../known-secrets.ts';
import type { Bucket } from './bucket.ts';
import { PACKED, type S3ArchivePlace, s3SnapshotArchive } from './snapshot-archive.ts';

/** What is read and written once a day. */
export function s3DayArchive(bucket: Bucket, place: S3ArchivePlace): CycleDay & ProductArchive {
  const { botId, mode } = place;
  return {
    get: s3SnapshotArchive(bucket, place).get,
    putProducts: async (takenAtMs, text) =>
      bucket.put(productsKey(takenAtMs), await packed(withoutKnownSecrets(text)), PACKED),
    async slotsOf(dayMs) {
      const keys = await bucket.list(archiveDay(botId, mode, dayMs));
      return keys.flatMap((key) => slotIn(key) ?? []).sort((a, b) => a - b);
    },
  };
}
