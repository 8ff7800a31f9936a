import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';

/** Every service that the doctor asks. */
export interface DoctorClients {
  readonly ssm: SSMClient;
  readonly secrets: SecretsManagerClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
}

type ClientConfig = NonNullable<ConstructorParameters<typeof SSMClient>[0]>;

/** With nothing given: region and credentials of the environment, as for every AWS tool. */
export function doctorClients(config: Pick<ClientConfig, 'endpoint' | 'region' | 'credentials'> = {}): DoctorClients {
  const hurried = { ...config, maxAttempts: 2 };
  return {
    ssm: new SSMClient(hurried),
    secrets: new SecretsManagerClient(hurried),
    sns: new SNSClient(hurried),
    sqs: new SQSClient(hurried),
    s3: new S3Client({ ...hurried, forcePathStyle: config.endpoint !== undefined }),
    dynamodb: new DynamoDBClient(hurried),
  };
}

export function closeClients(clients: DoctorClients): void {
  for (const client of Object.values(clients)) client.destroy();
}
