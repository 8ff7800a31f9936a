import * as z from 'zod';
import type { IntentMessage } from '../../ports/intent-queue.ts';

const intentMessageSchema = z.strictObject({
  client_order_id: z.string().min(1).max(128),
  slot_ms: z.int().min(0),
  withdraw: z.literal(true).optional(),
});

/** The body of a queue message. Throws on anything else, so that it ends among the dead letters. */
export function parseIntentMessage(body: string): IntentMessage {
  return intentMessageSchema.parse(JSON.parse(body));
}

export function intentMessageText({ client_order_id, slot_ms, withdraw }: IntentMessage): string {
  return JSON.stringify({ client_order_id, slot_ms, withdraw });
}

/** An order is sent once, and withdrawn once a slot until it has ended. */
export function deduplicationIdOf({ client_order_id, slot_ms, withdraw }: IntentMessage): string {
  return withdraw === undefined ? client_order_id : `${client_order_id}-withdraw-${slot_ms}`;
}
