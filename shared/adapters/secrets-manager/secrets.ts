import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { ApiKey, Secrets } from '../../ports/secrets.ts';
import { keepSecret } from '../known-secrets.ts';

/** As Coinbase's key file spells it: `name` in ECDSA files, `id` in Ed25519 ones. */
const keyFileSchema = z
  .object({ name: z.string().min(1).optional(), id: z.string().min(1).optional(), privateKey: z.string().min(1) })
  .refine(({ name, id }) => name !== undefined || id !== undefined);

export interface SecretIds {
  readonly view: string;
  readonly trade: string;
}

/** Reads the key at each call: a rotated secret is used at once. */
export function secretsManagerSecrets(client: SecretsManagerClient, secretIds: SecretIds): Secrets {
  return {
    async apiKey(purpose): Promise<ApiKey> {
      const secretId = secretIds[purpose];
      const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
      return apiKeyFrom(text, `secret ${secretId} (${purpose} key)`);
    },
  };
}

/** Parses a key file's text. The error names the source and what is expected, never a part of the value [I11]. */
export function apiKeyFrom(text: string | undefined, source: string): ApiKey {
  const parsed = keyFileSchema.safeParse(jsonOrUndefined(text));
  const name = parsed.data?.name ?? parsed.data?.id;
  if (parsed.data === undefined || name === undefined) {
    throw new Error(`${source} must be the JSON text of a key file: a name (or id) and its privateKey`);
  }
  keepSecret(parsed.data.privateKey);
  return { name, privateKey: parsed.data.privateKey };
}

function jsonOrUndefined(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
