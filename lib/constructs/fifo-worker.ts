import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';
import type { Paging } from './paging.ts';

export interface FifoWorkerProps {
  readonly settings: StageSettings;
  readonly workerTimeout: Duration;
  readonly paging: Paging;
}

const MAX_RECEIVES = 3;
/** AWS's own rule for event source mappings: room for the batch's retries before a message shows again. */
const VISIBILITY_PER_TIMEOUT = 6;
const OLDEST_INTENT = Duration.seconds(60);

/** Intents in order, one at a time; what fails three times waits in the dead-letter queue for a person. */
export class FifoWorker extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { settings, workerTimeout, paging }: FifoWorkerProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...fifo(`247trader-${settings.stage}-intents-dead.fifo`),
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, 'Queue', {
      ...fifo(`247trader-${settings.stage}-intents.fifo`),
      visibilityTimeout: Duration.seconds(workerTimeout.toSeconds() * VISIBILITY_PER_TIMEOUT),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });

    const period = Duration.minutes(1);
    paging.alarm(this, 'DeadLetters', {
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      threshold: 1,
      what: 'an intent failed for good and waits in the dead-letter queue',
    });
    paging.alarm(this, 'QueueAge', {
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      threshold: OLDEST_INTENT.toSeconds(),
      what: `an intent waits for more than ${OLDEST_INTENT.toSeconds()} s`,
    });
  }

  /** No reserved concurrency on the worker: a throttled consumer burns the receive counts of good messages. */
  feed(worker: IFunction): void {
    worker.addEventSource(new SqsEventSource(this.queue, { batchSize: 1, reportBatchItemFailures: true }));
  }
}

function fifo(queueName: string) {
  return {
    // A FIFO queue's name must end so; some emulators make a standard queue when it is left to CloudFormation.
    queueName,
    fifo: true,
    // The client order id is the deduplication id: content must never decide what counts as the same order.
    contentBasedDeduplication: false,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  };
}
