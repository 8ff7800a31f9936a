import type { Mode } from '../../core/portfolio/account.ts';
import type { SnapshotArchive } from '../../ports/snapshot-archive.ts';
import { archiveKey, packed, unpacked } from '../archive-key.ts';
import { withoutKnownSecrets } from '../known-secrets.ts';
import type { Bucket } from './bucket.ts';

export interface S3ArchivePlace {
  readonly botId: string;
  readonly mode: Mode;
}

export const PACKED = { 'content-type': 'application/json', 'content-encoding': 'gzip' };

export function s3SnapshotArchive(bucket: Bucket, { botId, mode }: S3ArchivePlace): SnapshotArchive {
  return {
    put: async (slotMs, inputs) =>
      bucket.put(archiveKey(botId, mode, slotMs), await packed(withoutKnownSecrets(inputs)), PACKED),
    get: async (slotMs) => {
      const bytes = await bucket.get(archiveKey(botId, mode, slotMs));
      return bytes && unpacked(bytes);
    },
  };
}
