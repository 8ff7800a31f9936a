import type { Delivery, FifoQueue } from './fifo-queue.ts';

export interface Drained {
  readonly handled: number;
  /** What the handler threw, per message; each comes again after its visibility time-out, up to the dead letters. */
  readonly failures: readonly { readonly delivery: Delivery; readonly error: unknown }[];
}

/**
 * Plays the event source: hands the messages to the handler one at a time until the queue is empty or everything left is
 * invisible. A handler that returns has done its message; one that throws has not. Bounded: no message comes more often
 * than the queue's receive limit.
 */
export async function drain(queue: FifoQueue, handler: (delivery: Delivery) => Promise<void>): Promise<Drained> {
  const failures: Drained['failures'][number][] = [];
  let handled = 0;
  for (let delivery = queue.receive(); delivery !== undefined; delivery = queue.receive()) {
    try {
      await handler(delivery);
      queue.acknowledge(delivery.receiptHandle);
      handled += 1;
    } catch (error) {
      failures.push({ delivery, error });
    }
  }
  return { handled, failures };
}
