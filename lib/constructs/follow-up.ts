import { Duration } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { MEMORY_MB } from '../memory.ts';
import type { StageSettings } from '../stage-settings.ts';
import { BotFunction } from './bot-function.ts';
import type { BotTable } from './bot-table.ts';
import type { Paging } from './paging.ts';

export interface FollowUpProps {
  readonly settings: StageSettings;
  readonly paging: Paging;
  readonly table: BotTable;
  readonly code: Code;
}

const TIMEOUT = Duration.seconds(15);
const MAX_RECEIVES = 5;

/**
 * Looks at an alert again some time after it was sent, and calls somebody when it is still open [REQ-AL1]. What has
 * opened waits in a queue that delays every message; no function has to put it there, the topic does.
 */
export class FollowUp extends Construct {
  /** Also for what the topics could not deliver to anybody else: an alarm of its own would cost as much as a queue is free. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { settings, paging, table, code }: FollowUpProps) {
    super(scope, id);
    const { queue, deadLetters } = this.queues(settings);
    this.deadLetters = deadLetters;
    paging.topic.addSubscription(
      new SqsSubscription(queue, {
        rawMessageDelivery: true,
        deadLetterQueue: deadLetters,
        // CloudWatch's alarms carry no attributes: they stay out.
        filterPolicy: {
          event: SubscriptionFilter.stringFilter({ allowlist: ['opened'] }),
          escalates: SubscriptionFilter.stringFilter({ allowlist: ['true'] }),
        },
      }),
    );
    const { lambda } = new BotFunction(this, 'Escalate', {
      settings,
      paging,
      code,
      job: 'escalate',
      purpose: 'Calls somebody when an alert stays open',
      timeout: TIMEOUT,
      memoryMb: MEMORY_MB.escalate,
      maxEventAge: Duration.minutes(5),
      retryAttempts: 0,
      environment: {
        TABLE_NAME: table.table.tableName,
        ALERT_TOPIC_ARN: paging.topic.topicArn,
        ESCALATION_TOPIC_ARN: paging.escalations.topicArn,
        ESCALATION_QUEUE_URL: queue.queueUrl,
      },
    });
    lambda.addEventSource(new SqsEventSource(queue, { batchSize: 1 }));
    Grant.addToPrincipal({
      grantee: lambda,
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      resourceArns: [table.table.tableArn],
    });
    paging.grantTell(lambda);
    queue.grant(lambda, 'sqs:SendMessage');
    paging.alarm(this, 'DeadLetters', {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: 1,
      wakes: true,
      what: 'an open alert was not followed up, or a subscription did not take a message: look at trader alerts --open',
    });
  }

  /** Standard queues: a FIFO queue delays no single message, and a look taken twice or out of order does no harm. */
  private queues({ stage, escalateAfterSeconds }: StageSettings) {
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    const deadLetters = new Queue(this, 'DeadLetterQueue', {
      ...common,
      queueName: `247trader-${stage}-escalations-dead`,
      retentionPeriod: Duration.days(14),
    });
    const queue = new Queue(this, 'Queue', {
      ...common,
      queueName: `247trader-${stage}-escalations`,
      deliveryDelay: Duration.seconds(escalateAfterSeconds),
      visibilityTimeout: Duration.seconds(TIMEOUT.toSeconds() * 6),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    return { queue, deadLetters };
  }
}
