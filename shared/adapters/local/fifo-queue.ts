import type { Clock } from '../../ports/clock.ts';
import type { IntentQueue } from '../../ports/intent-queue.ts';
import { deduplicationIdOf, intentMessageText } from '../sqs/intent-message.ts';

/** One message as the consumer gets it, in the vocabulary of SQS. */
export interface Delivery {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly groupId: string;
  readonly deduplicationId: string;
  readonly receiveCount: number;
  readonly sentAtMs: number;
}

export interface FifoSettings {
  readonly clock: Clock;
  readonly visibilityTimeoutMs: number;
  /** A message received more often goes to the dead letters. */
  readonly maxReceives: number;
}

export interface SendOptions {
  readonly groupId: string;
  readonly deduplicationId: string;
}

export interface FifoQueue {
  /** 'duplicate': the same deduplication id was sent within 5 minutes; dropped. */
  send(body: string, options: SendOptions): 'sent' | 'duplicate';
  /** The next message of a group with nothing in flight (batch size 1); it is invisible until its time-out. */
  receive(): Delivery | undefined;
  /** Deletes it; a receipt that has timed out deletes nothing. */
  acknowledge(receiptHandle: string): void;
  deadLetters(): readonly Delivery[];
  /** Messages not yet acknowledged, visible or not. */
  size(): number;
}

const DEDUPLICATION_MS = 300_000;

interface Held extends SendOptions {
  readonly messageId: string;
  readonly body: string;
  readonly sentAtMs: number;
  receiveCount: number;
  invisibleUntilMs: number;
}

/**
 * SQS FIFO in memory. What it holds is lost with the process: an order whose message was lost stays READY, passes its
 * deadline and is expired by the next reconciliation, so nothing is sent twice and nothing is sent late.
 */
export function fifoQueue({ clock, visibilityTimeoutMs, maxReceives }: FifoSettings): FifoQueue {
  let held: readonly Held[] = [];
  const dead: Delivery[] = [];
  const sentAt = new Map<string, number>();
  let sequence = 0;

  return {
    send(body, options) {
      const nowMs = clock.nowMs();
      forgetOld(sentAt, nowMs);
      if (sentAt.has(options.deduplicationId)) return 'duplicate';
      sentAt.set(options.deduplicationId, nowMs);
      sequence += 1;
      const state = { receiveCount: 0, invisibleUntilMs: 0 };
      held = [...held, { ...options, messageId: `message-${sequence}`, body, sentAtMs: nowMs, ...state }];
      return 'sent';
    },
    receive() {
      const nowMs = clock.nowMs();
      for (;;) {
        const message = nextVisible(held, nowMs);
        if (message === undefined) return undefined;
        if (message.receiveCount < maxReceives) {
          message.receiveCount += 1;
          message.invisibleUntilMs = nowMs + visibilityTimeoutMs;
          return deliveryOf(message);
        }
        held = held.filter((other) => other !== message);
        dead.push(deliveryOf(message));
      }
    },
    acknowledge(receiptHandle) {
      const nowMs = clock.nowMs();
      held = held.filter((message) => message.invisibleUntilMs <= nowMs || receiptOf(message) !== receiptHandle);
    },
    deadLetters: () => [...dead],
    size: () => held.length,
  };
}

/** The intent queue port on a FIFO queue: groups and deduplication as in the cloud. */
export function fifoIntentQueue(queue: FifoQueue, accountId: string): IntentQueue {
  return {
    async send(message) {
      queue.send(intentMessageText(message), { groupId: accountId, deduplicationId: deduplicationIdOf(message) });
    },
    deadLetters: async () => queue.deadLetters().length,
  };
}

function forgetOld(sentAt: Map<string, number>, nowMs: number): void {
  for (const [id, atMs] of sentAt) {
    if (nowMs - atMs < DEDUPLICATION_MS) return;
    sentAt.delete(id);
  }
}

function nextVisible(held: readonly Held[], nowMs: number): Held | undefined {
  const blocked = new Set<string>();
  for (const message of held) {
    if (message.invisibleUntilMs > nowMs) blocked.add(message.groupId);
    if (!blocked.has(message.groupId)) return message;
  }
  return undefined;
}

function deliveryOf(message: Held): Delivery {
  const { messageId, body, groupId, deduplicationId, receiveCount, sentAtMs } = message;
  return {
    messageId,
    receiptHandle: receiptOf(message),
    body,
    groupId,
    deduplicationId,
    receiveCount,
    sentAtMs,
  };
}

function receiptOf({ messageId, receiveCount }: Held): string {
  return `${messageId}/${receiveCount}`;
}
