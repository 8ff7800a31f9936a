// As every AWS tool does: region, credentials and endpoints come from variables that Lambda sets.
import { env } from 'node:process';
import type { AwsCredentials } from './sign.ts';
import { type AwsService, createSignedClient, type SignedClient } from './signed-client.ts';

/** The settings of the SDK's clients that this project uses. */
export interface ClientConfig {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: AwsCredentials;
  readonly maxAttempts?: number;
  readonly requestHandler?: { readonly requestTimeout?: number };
}

export interface Command<Output> {
  run(client: SignedClient, signal: AbortSignal | undefined): Promise<Output>;
}

/** The SDK waits for ever; a function that hangs is worse than one that fails. */
const TIMEOUT_MS = 5_000;
const MAX_ATTEMPTS = 3;

const ENDPOINT_VARIABLES: Readonly<Record<AwsService, string>> = {
  dynamodb: 'AWS_ENDPOINT_URL_DYNAMODB',
  s3: 'AWS_ENDPOINT_URL_S3',
  secretsmanager: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  sns: 'AWS_ENDPOINT_URL_SNS',
  sqs: 'AWS_ENDPOINT_URL_SQS',
  ssm: 'AWS_ENDPOINT_URL_SSM',
};

/** What stands in for a client of the SDK: made with the same settings, and it sends the commands of its module. */
export function serviceClient(service: AwsService) {
  return class {
    private readonly client: SignedClient;

    constructor(config: ClientConfig = {}) {
      this.client = createSignedClient(
        {
          region: config.region ?? needed('AWS_REGION'),
          credentials: async () => config.credentials ?? credentialsOfFunction(),
          endpoint: config.endpoint ?? (env[ENDPOINT_VARIABLES[service]] || env['AWS_ENDPOINT_URL'] || undefined),
        },
        {
          maxAttempts: config.maxAttempts ?? MAX_ATTEMPTS,
          timeoutMs: config.requestHandler?.requestTimeout ?? TIMEOUT_MS,
        },
      );
    }

    send<Output>(command: Command<Output>, options: { readonly abortSignal?: AbortSignal } = {}): Promise<Output> {
      return command.run(this.client, options.abortSignal);
    }
  };
}

/** Lambda puts the credentials of a function's role into its environment; they outlive the process. */
function credentialsOfFunction(): AwsCredentials {
  return {
    accessKeyId: needed('AWS_ACCESS_KEY_ID'),
    secretAccessKey: needed('AWS_SECRET_ACCESS_KEY'),
    sessionToken: env['AWS_SESSION_TOKEN'] || undefined,
  };
}

function needed(name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`environment: ${name} is not set; Lambda sets it`);
  return value;
}
