import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { IntentQueue } from '../../ports/intent-queue.ts';
import { deduplicationIdOf, intentMessageText } from './intent-message.ts';

interface QueueUrls {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/** Somebody who looks at a dead letter hides it for a while: it waits there all the same. */
const COUNTED = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

/** A FIFO queue: one message group per account keeps the order, the client order id drops repeats for 5 minutes. */
export function sqsIntentQueue(
  client: SQSClient,
  { queueUrl, deadLetterQueueUrl }: QueueUrls,
  accountId: string,
): IntentQueue {
  return {
    async send(message) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: intentMessageText(message),
          MessageGroupId: accountId,
          MessageDeduplicationId: deduplicationIdOf(message),
        }),
      );
    },
    async deadLetters() {
      const { Attributes: counts } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: deadLetterQueueUrl, AttributeNames: [...COUNTED] }),
      );
      // A count that is missing is not a count of 0: NaN is no number that anybody may trade on.
      const sum = COUNTED.reduce((total, name) => total + Number(counts?.[name] ?? Number.NaN), 0);
      if (!Number.isInteger(sum)) throw new Error('the queue of dead letters does not tell how many it holds');
      return sum;
    },
  };
}
