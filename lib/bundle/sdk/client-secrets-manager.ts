import { randomUUID } from 'node:crypto';
import type {
  GetSecretValueCommandInput,
  ListSecretVersionIdsCommandInput,
  PutSecretValueCommandInput,
  UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { jsonCommand, withDates } from './json-command.ts';
import { serviceClient } from './service-client.ts';

const SERVICE = 'secretsmanager';

export const SecretsManagerClient = serviceClient(SERVICE);
export const GetSecretValueCommand = jsonCommand<GetSecretValueCommandInput>(SERVICE, 'GetSecretValue', {
  decode: (output) => ({ ...output, ...(withDates(output, 'CreatedDate') as object) }),
});
export const ListSecretVersionIdsCommand = jsonCommand<ListSecretVersionIdsCommandInput>(
  SERVICE,
  'ListSecretVersionIds',
  {
    decode: ({ Versions: versions, ...rest }) => ({
      ...rest,
      Versions: Array.isArray(versions)
        ? versions.map((version) => withDates(version, 'CreatedDate', 'LastAccessedDate'))
        : undefined,
    }),
  },
);
export const PutSecretValueCommand = jsonCommand<PutSecretValueCommandInput>(SERVICE, 'PutSecretValue', {
  // The service wants a word by which it knows a repeat.
  encode: (input) => ({ ClientRequestToken: randomUUID(), ...input }),
});
export const UpdateSecretVersionStageCommand = jsonCommand<UpdateSecretVersionStageCommandInput>(
  SERVICE,
  'UpdateSecretVersionStage',
);
