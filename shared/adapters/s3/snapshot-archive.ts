import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Mode } from '../../core/portfolio/account.ts';
import type { SnapshotArchive } from '../../ports/snapshot-archive.ts';
import { archiveKey, packed, unpacked } from '../archive-key.ts';
import { withoutKnownSecrets } from '../known-secrets.ts';

export interface S3ArchivePlace {
  readonly bucket: string;
  readonly botId: string;
  readonly mode: Mode;
}

export function s3SnapshotArchive(client: S3Client, { bucket, botId, mode }: S3ArchivePlace): SnapshotArchive {
  return {
    put: (slotMs, inputs) => putText(client, bucket, archiveKey(botId, mode, slotMs), inputs),
    async get(slotMs) {
      const bytes = await bytesAt(client, bucket, archiveKey(botId, mode, slotMs));
      return bytes && unpacked(bytes);
    },
  };
}

export async function putText(client: S3Client, bucket: string, key: string, text: string): Promise<void> {
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: await packed(withoutKnownSecrets(text)),
      ContentType: 'application/json',
      ContentEncoding: 'gzip',
    }),
  );
}

async function bytesAt(client: S3Client, bucket: string, key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await body?.transformToByteArray();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
