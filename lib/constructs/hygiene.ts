import { Duration, TimeZone } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { MEMORY_MB } from '../memory.ts';
import type { StageSettings } from '../stage-settings.ts';
import { BotFunction } from './bot-function.ts';
import type { BotTable } from './bot-table.ts';
import type { CycleArchive } from './cycle-archive.ts';
import type { ExchangeKeys } from './exchange-keys.ts';
import type { Paging } from './paging.ts';

export interface HygieneProps {
  readonly settings: StageSettings;
  readonly paging: Paging;
  readonly table: BotTable;
  readonly keys: ExchangeKeys;
  readonly archive: CycleArchive;
  readonly code: Code;
}

/**
 * The daily look at what gets old by itself [REQ-SEC2], at what was decided yesterday [I8], and at what the exchange lists. It
 * sees since when a key is in use and cannot read it.
 */
export class Hygiene extends Construct {
  constructor(scope: Construct, id: string, { settings, paging, table, keys, archive, code }: HygieneProps) {
    super(scope, id);
    const { lambda } = new BotFunction(this, 'Daily', {
      settings,
      paging,
      code,
      job: 'hygiene',
      purpose: 'Looks once a day at the age of the keys, replays yesterday and keeps the list of products',
      // The replay takes three minutes at most; the other looks take seconds.
      timeout: Duration.seconds(270),
      memoryMb: MEMORY_MB.hygiene,
      maxEventAge: Duration.hours(1),
      retryAttempts: 2,
      environment: {
        TABLE_NAME: table.table.tableName,
        ALERT_TOPIC_ARN: paging.topic.topicArn,
        ESCALATION_TOPIC_ARN: paging.escalations.topicArn,
        ARCHIVE_BUCKET: archive.bucket.bucketName,
        VIEW_KEY_SECRET: keys.view.secretArn,
        TRADE_KEY_SECRET: keys.trade.secretArn,
      },
    });
    Grant.addToPrincipal({
      grantee: lambda,
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      resourceArns: [table.table.tableArn],
    });
    Grant.addToPrincipal({
      grantee: lambda,
      actions: ['secretsmanager:ListSecretVersionIds'],
      resourceArns: [keys.view.secretArn, keys.trade.secretArn],
    });
    archive.grantDaily(lambda);
    paging.grantTell(lambda);
    new Schedule(this, 'Day', {
      description: `247trader ${settings.stage}: the daily look at what gets old`,
      schedule: ScheduleExpression.expression('cron(17 6 * * ? *)', TimeZone.ETC_UTC),
      timeWindow: TimeWindow.flexible(Duration.minutes(15)),
      target: new LambdaInvoke(lambda, { retryAttempts: 2, maxEventAge: Duration.hours(1) }),
    });
  }
}
