import { DescribeContinuousBackupsCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { ListSubscriptionsByTopicCommand, type SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { newestCycles } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { killSwitchName, ssmKillSwitch } from '../../shared/adapters/ssm/kill-switch.ts';
import { dailyLookVerdict } from '../../shared/app/daily-look.ts';
import { liveLeft } from '../../shared/app/live-left.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { UNREADABLE } from '../../shared/ports/kill-switch.ts';
import { stagePartsSchema } from '../operator/aws-stage.ts';
import type { DoctorClients } from './clients.ts';
import { type Check, type Finding, notChecked, ok, problem } from './finding.ts';
import { jitterCheck } from './jitter-check.ts';

export interface StageParts {
  readonly clients: DoctorClients;
  readonly config: LoadedConfig;
  /** null: they could not be read. */
  readonly facts: z.output<typeof stagePartsSchema> | null;
  readonly nowMs: number;
}

/** Where the stage's parts are; throws when that cannot be read. */
export async function readFacts({ ssm }: DoctorClients, stage: string): Promise<NonNullable<StageParts['facts']>> {
  const { Parameter: parameter } = await ssm.send(new GetParameterCommand({ Name: `/247trader/${stage}/parts` }));
  return stagePartsSchema.parse(JSON.parse(parameter?.Value ?? ''));
}

/** What the stack made: there, guarded, not overflowing, heard by somebody. */
export function stageChecks(parts: StageParts): readonly Check[] {
  const { clients, config, facts } = parts;
  const { stage } = config;
  return [
    { name: 'kill switch', run: () => killSwitchCheck(parts) },
    ...(facts === null
      ? []
      : [
          { name: 'table', run: () => tableCheck(parts, facts.table_name) },
          { name: 'last cycle', run: () => cycleCheck(parts, facts.table_name) },
          { name: 'daily look', run: () => dailyLookCheck(parts, facts.table_name) },
          { name: 'LIVE books', run: () => liveBooksCheck(parts, facts.table_name) },
          { name: 'jitter', run: () => jitterCheck(parts, facts.table_name) },
          { name: 'archive', run: () => archiveCheck(parts, facts.archive_bucket) },
          { name: 'alerts', run: () => topicCheck(clients.sns, 'alerts', facts.alert_topic_arn) },
          { name: 'escalations', run: () => topicCheck(clients.sns, 'escalations', facts.escalation_topic_arn) },
        ]),
    ...Object.entries(DEAD_LETTERS).map(([name, mend]) => ({
      name,
      run: () => deadLetterCheck(clients.sqs, { check: name, queue: `247trader-${stage}-${name}`, mend }),
    })),
    { name: 'intents', run: () => queueCheck(clients.sqs, `247trader-${stage}-intents.fifo`) },
  ];
}

async function killSwitchCheck({ clients, config: { stage } }: StageParts): Promise<readonly Finding[]> {
  const state = await ssmKillSwitch(clients.ssm, killSwitchName(stage)).read();
  if (state.kind === 'armed') return [ok('kill switch', 'armed')];
  if (state.reason.startsWith(UNREADABLE)) {
    const isMissing = state.reason.includes('ParameterNotFound');
    const mend = isMissing ? 'npx cdk deploy makes it again' : 'mend what keeps "parts" from being read, or its value';
    return [problem('kill switch', state.reason, `${mend}; the parameter is ${killSwitchName(stage)}`)];
  }
  return [
    problem('kill switch', `pulled: ${state.reason}`, `trader rearm --stage ${stage} --reason "WHAT WAS CHECKED"`),
  ];
}

async function tableCheck({ clients, config: { stage } }: StageParts, name: string): Promise<readonly Finding[]> {
  const { Table: table } = await clients.dynamodb.send(new DescribeTableCommand({ TableName: name }));
  if (table?.TableStatus !== 'ACTIVE')
    return [problem('table', `${name} is ${table?.TableStatus}`, 'wait, then look again')];
  const found = [ok('table', `${name} is active, ${table.ItemCount ?? 0} items`)];
  if (stage === 'dev') return found;
  const guard = table.DeletionProtectionEnabled === true;
  const mend = `npx cdk deploy -c stage=${stage} puts it back`;
  return [
    ...found,
    guard ? ok('table guard', 'deletion protection is on') : problem('table guard', 'deletion protection is off', mend),
    await recoveryFinding(clients, name, mend),
  ];
}

async function recoveryFinding(clients: DoctorClients, name: string, mend: string): Promise<Finding> {
  const { ContinuousBackupsDescription: backups } = await clients.dynamodb.send(
    new DescribeContinuousBackupsCommand({ TableName: name }),
  );
  const status = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
  if (status === 'ENABLED') return ok('table recovery', 'recovery to any point in time is on');
  return problem('table recovery', `recovery to any point in time is ${status ?? 'unknown'}`, mend);
}

/** The heartbeat as the table shows it: stands in for the alarm, which cannot be asked from here. */
async function cycleCheck({ clients, config, nowMs }: StageParts, table: string): Promise<readonly Finding[]> {
  const { app } = config;
  const client = DynamoDBDocumentClient.from(clients.dynamodb);
  const newest = await newestCycles(client, table, { botId: app.bot_id, mode: app.mode }, 10);
  const last = newest.find(({ status }) => status === 'completed');
  const mend = `read the log group /aws/lambda/247trader-${config.stage}-decide`;
  if (last === undefined) return [problem('last cycle', `none has completed in ${app.mode}`, mend)];
  const ageSeconds = Math.round((nowMs - last.slot_ms) / 1_000);
  const allowed = 3 * app.schedule.interval_seconds;
  const text = `${ageSeconds} s ago, at ${new Date(last.slot_ms).toISOString()}`;
  return [ageSeconds <= allowed ? ok('last cycle', text) : problem('last cycle', text, mend)];
}

/** That of the function: `trader hygiene` looks at the keys alone. */
async function dailyLookCheck({ clients, config, nowMs }: StageParts, table: string): Promise<readonly Finding[]> {
  const { bot_id: botId, mode } = config.app;
  const facts = dynamoFactStore(DynamoDBDocumentClient.from(clients.dynamodb), table, { botId, mode });
  const verdict = await dailyLookVerdict(facts, nowMs);
  if (verdict === null) return [notChecked('daily look', 'nobody has asked for one yet', 'look again in an hour')];
  if (!verdict.isSilent) return [ok('daily look', verdict.detail)];
  const mend = `read the log group /aws/lambda/247trader-${config.stage}-hygiene; npx cdk deploy brings its schedule back`;
  return [problem('daily look', verdict.detail, mend)];
}

async function liveBooksCheck({ clients, config }: StageParts, table: string): Promise<readonly Finding[]> {
  const { bot_id: botId, mode } = config.app;
  const client = DynamoDBDocumentClient.from(clients.dynamodb);
  const left = liveLeft(await dynamoAccountStore(client, table, { botId, mode: 'LIVE' }).load(), mode);
  if (left === null) return [ok('LIVE books', mode === 'LIVE' ? 'LIVE follows them' : 'nothing of LIVE is left alone')];
  return [problem('LIVE books', left, 'sell or watch them by hand at the exchange, or set mode LIVE again')];
}

async function archiveCheck({ clients }: StageParts, bucket: string | undefined): Promise<readonly Finding[]> {
  if (bucket === undefined) return [notChecked('archive', 'the stage does not tell its bucket', 'deploy this version')];
  await clients.s3.send(new HeadBucketCommand({ Bucket: bucket }));
  return [ok('archive', bucket)];
}

/** Amazon answers 'PendingConfirmation' in place of an ARN until the addressee has confirmed. */
async function topicCheck(sns: SNSClient, check: string, topicArn: string): Promise<readonly Finding[]> {
  const people = (await subscriptions(sns, topicArn)).filter(
    ({ Protocol }) => !['sqs', 'lambda'].includes(Protocol ?? ''),
  );
  const mend = `name people in app.alerts.subscriptions and deploy, or aws sns subscribe --topic-arn ${topicArn} --protocol email --notification-endpoint YOU@EXAMPLE.COM`;
  if (people.length === 0) return [problem(check, 'nobody is subscribed: alerts reach no one', mend)];
  const pending = people.filter(({ SubscriptionArn: arn }) => arn?.startsWith('arn:') !== true);
  const confirmed = people.length - pending.length;
  if (confirmed === 0) return [problem(check, 'no subscription is confirmed', 'open the link in the message from AWS')];
  const waiting = pending.length === 0 ? '' : `, ${pending.length} still waiting for their confirmation`;
  return [ok(check, `${confirmed} confirmed${waiting}`)];
}

const MOST_PAGES = 20;

async function subscriptions(sns: SNSClient, topicArn: string) {
  const all = [];
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn, NextToken: after }));
    all.push(...(answer.Subscriptions ?? []));
    after = answer.NextToken;
    if (after === undefined) break;
  }
  return all;
}

const DEAD_LETTERS = {
  'intents-dead.fifo': 'compare them with `trader orders`, then delete them; nothing sends them again',
  'escalations-dead':
    'a subscription took no message, or an open alert was not followed up: read them, see `trader alerts --open`, mend, then delete them',
} as const;

async function deadLetterCheck(
  sqs: SQSClient,
  { check, queue, mend }: { readonly check: string; readonly queue: string; readonly mend: string },
): Promise<readonly Finding[]> {
  const waiting = await messagesIn(sqs, queue);
  return [waiting === 0 ? ok(check, 'empty') : problem(check, `${waiting} dead letters`, mend)];
}

async function queueCheck(sqs: SQSClient, queue: string): Promise<readonly Finding[]> {
  return [ok('intents', `${await messagesIn(sqs, queue)} waiting`)];
}

async function messagesIn(sqs: SQSClient, name: string): Promise<number> {
  const { QueueUrl: url } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(attributes?.['ApproximateNumberOfMessages'] ?? 0);
}
