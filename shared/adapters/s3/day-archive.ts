import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { CycleDay, ProductArchive } from '../../ports/day-archive.ts';
import { archiveDay, productsKey, slotIn } from '../archive-key.ts';
import { putText, type S3ArchivePlace, s3SnapshotArchive } from './snapshot-archive.ts';

/** What is read and written once a day. */
export function s3DayArchive(client: S3Client, place: S3ArchivePlace): CycleDay & ProductArchive {
  const { bucket, botId, mode } = place;
  return {
    get: s3SnapshotArchive(client, place).get,
    putProducts: (takenAtMs, text) => putText(client, bucket, productsKey(takenAtMs), text),
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
