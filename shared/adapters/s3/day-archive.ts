import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { CycleDay, ProductArchive } from '../../ports/day-archive.ts';
import { archiveDay, packed, productsKey, slotIn } from '../archive-key.ts';
import type { Bucket } from './bucket.ts';
import { PACKED, type S3ArchivePlace, s3SnapshotArchive } from './snapshot-archive.ts';

/** What is read and written once a day. Only listing needs S3's own client. */
export function s3DayArchive(
  files: Bucket,
  client: S3Client,
  place: S3ArchivePlace & { readonly bucket: string },
): CycleDay & ProductArchive {
  const { bucket, botId, mode } = place;
  return {
    get: s3SnapshotArchive(files, place).get,
    putProducts: async (takenAtMs, text) => files.put(productsKey(takenAtMs), await packed(text), PACKED),
    async slotsOf(dayMs) {
      const slots: number[] = [];
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: archiveDay(botId, mode, dayMs),
            ContinuationToken: token,
          }),
        );
        slots.push(...(page.Contents ?? []).flatMap(({ Key: key }) => slotIn(key ?? '') ?? []));
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return slots.sort((a, b) => a - b);
    },
  };
}
