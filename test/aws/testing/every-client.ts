import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { openBucket } from '../../../shared/adapters/s3/bucket.ts';
import { s3SnapshotArchive } from '../../../shared/adapters/s3/snapshot-archive.ts';
import { secretsManagerSecrets } from '../../../shared/adapters/secrets-manager/secrets.ts';
import { snsAlertChannel } from '../../../shared/adapters/sns/alert-channel.ts';
import { sqsIntentQueue } from '../../../shared/adapters/sqs/intent-queue.ts';
import { ssmKillSwitch } from '../../../shared/adapters/ssm/kill-switch.ts';
import { raised } from '../../../shared/app/alerts.ts';
import { loneNotice } from '../../../shared/core/alerts/keep-alerts.ts';

/** Uses every AWS client once, the way the functions do. Bundled by a test and run against a server on loopback. */
export async function useEveryClient(
  queueUrl: string,
): Promise<Readonly<Record<'absent' | 'keyName' | 'armed' | 'missing' | 'conflict', unknown>>> {
  const table = DynamoDBDocumentClient.from(new DynamoDBClient());
  const archive = s3SnapshotArchive(openBucket('archive', table.config, process.env['AWS_ENDPOINT_URL']), {
    botId: 'bot',
    mode: 'PAPER',
  });
  const notice = loneNotice(raised('ALERT_TEST', 'b', 'c', 0), { runbookUrl: 'docs/runbook.md' });
  const topic = 'arn:aws:sns:eu-west-1:111122223333:alerts';

  await archive.put(60_000, '{}');
  const queues = { queueUrl, deadLetterQueueUrl: queueUrl };
  await sqsIntentQueue(new SQSClient(), queues, 'bot-PAPER').send({ client_order_id: 'bot-1', slot_ms: 60_000 });
  await snsAlertChannel(new SNSClient(), { alerts: topic, escalations: topic }).send(notice);
  const key = await secretsManagerSecrets(new SecretsManagerClient(), { view: 'v', trade: 't' }).apiKey('view');
  const conflict = await table
    .send(new PutCommand({ TableName: 'state', Item: { pk: 'a', sk: 'b' } }))
    .catch((error: unknown) => error instanceof ConditionalCheckFailedException);
  return {
    absent: (await archive.get(60_000)) ?? 'absent',
    keyName: key.name,
    armed: await ssmKillSwitch(new SSMClient(), '/armed').read(),
    missing: await ssmKillSwitch(new SSMClient(), '/missing').read(),
    conflict,
  };
}
