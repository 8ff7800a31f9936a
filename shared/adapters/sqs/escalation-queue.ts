import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { EscalationStep } from '../../core/alerts/escalate.ts';
import type { EscalationQueue } from '../../ports/notifier.ts';

/** A message of SQS waits no longer than this; what is due later is put aside again when it comes early. */
const MAX_DELAY_SECONDS = 900;

/** A standard queue: only those delay single messages. Twice or out of order does no harm. */
export function sqsEscalationQueue(client: SQSClient, queueUrl: string): EscalationQueue {
  return {
    async putAside(step, delayMs) {
      const delay = Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil(delayMs / 1_000)));
      await client.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(step), DelaySeconds: delay }),
      );
    },
  };
}

/** A step of ours, or the message of an alert as its topic handed it on: both name the same three things. */
const stepSchema = z.object({
  fingerprint: z.string().min(1),
  opened_at_ms: z.number().min(0),
  escalation: z.int().min(0),
});

/** Throws on anything else, so that it ends among the dead letters. */
export function parseEscalationStep(body: string): EscalationStep {
  return stepSchema.parse(JSON.parse(body));
}
