import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { IntentQueue } from '../../ports/intent-queue.ts';
import { intentMessageText } from './intent-message.ts';

/** A FIFO queue: one message group per account keeps the order, the client order id drops repeats for 5 minutes. */
export function sqsIntentQueue(client: SQSClient, queueUrl: string, accountId: string): IntentQueue {
  return {
    async send(message) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: intentMessageText(message),
          MessageGroupId: accountId,
          MessageDeduplicationId: message.client_order_id,
        }),
      );
    },
  };
}
