import * as z from 'zod';
import { noticeFromTopic } from '../../shared/adapters/sns/topic-message.ts';
import type { AlertChannel } from '../../shared/ports/notifier.ts';
import { parseEvent } from '../runtime/event.ts';
import type { Compose } from '../runtime/once.ts';

export interface WebhookDeps {
  readonly channel: AlertChannel;
}

const event = z.object({
  Records: z
    .array(z.object({ Sns: z.object({ Subject: z.string().nullish(), Message: z.string(), Timestamp: z.string() }) }))
    .min(1),
});

/** Hands what a topic tells, alerts and alarms alike, on to the chat. What fails is repeated by the topic. */
export function createWebhookHandler(compose: Compose<WebhookDeps>): (event: unknown) => Promise<void> {
  return async (raw) => {
    const { Records: records } = parseEvent('webhook', event, raw);
    const { channel } = await compose();
    for (const { Sns: message } of records) await channel.send(noticeFromTopic(message));
  };
}
