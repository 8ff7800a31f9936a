import {
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  type SecretVersionsListEntry,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { KeyVault } from '../../ports/key-vault.ts';
import type { SecretIds } from './secrets.ts';

const CURRENT = 'AWSCURRENT';
const PENDING = 'AWSPENDING';

/** The secrets of a stage, by name. The stack names them alike (a test compares the two). */
export function keySecretNames(stage: string): SecretIds {
  return { view: `247trader/${stage}/coinbase-view`, trade: `247trader/${stage}/coinbase-trade` };
}

/**
 * Ages are those of versions: the secret's own "last changed" moves with every tag and description and would make an old
 * key look young.
 */
export function secretsManagerVault(client: SecretsManagerClient, ids: SecretIds): KeyVault {
  const versions = async (secretId: string): Promise<readonly SecretVersionsListEntry[]> =>
    (await client.send(new ListSecretVersionIdsCommand({ SecretId: secretId, MaxResults: 100 }))).Versions ?? [];
  const current = async (secretId: string) =>
    (await versions(secretId)).find(({ VersionStages: stages }) => stages?.includes(CURRENT) === true);
  return {
    changedAtMs: async (purpose) => (await current(ids[purpose]))?.CreatedDate?.getTime() ?? null,
    async stage(purpose, text) {
      const put = new PutSecretValueCommand({
        SecretId: ids[purpose],
        SecretString: text,
        VersionStages: [PENDING],
      });
      const { VersionId: versionId } = await client.send(put);
      if (versionId === undefined) throw new Error(`${ids[purpose]}: the staged version has no id`);
      return versionId;
    },
    async promote(purpose, versionId) {
      const before = (await current(ids[purpose]))?.VersionId;
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: ids[purpose],
          VersionStage: CURRENT,
          MoveToVersionId: versionId,
          ...(before !== undefined && { RemoveFromVersionId: before }),
        }),
      );
      await unstage(client, ids[purpose], versionId);
    },
    withdraw: (purpose, versionId) => unstage(client, ids[purpose], versionId),
  };
}

/** A version without any label is deleted by the service in its own time. */
async function unstage(client: SecretsManagerClient, secretId: string, versionId: string): Promise<void> {
  await client.send(
    new UpdateSecretVersionStageCommand({ SecretId: secretId, VersionStage: PENDING, RemoveFromVersionId: versionId }),
  );
}
