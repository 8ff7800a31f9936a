import { describe, expect, it } from 'vitest';
import { parseIntentMessage } from '../../shared/adapters/sqs/intent-message.ts';
import type { IntentQueue } from '../../shared/ports/intent-queue.ts';
import { SLOT } from './samples.ts';

export interface Received {
  readonly body: string;
  readonly receiveCount: number;
  readonly done: () => Promise<void>;
  /** Lets the visibility time-out pass. */
  readonly timeOut: () => Promise<void>;
}

/** A queue that gives a message to a consumer at most 3 times. */
export interface QueueParts {
  readonly queueFor: (accountId: string) => IntentQueue;
  readonly receive: () => Promise<Received | undefined>;
  readonly deadBodies: () => Promise<readonly string[]>;
}

const intent = (id: string) => ({ client_order_id: id, slot_ms: SLOT });

export function intentQueueContract(name: string, open: () => Promise<QueueParts>): void {
  const receiveId = async ({ receive }: QueueParts) => {
    const received = await receive();
    return received && { ...received, id: parseIntentMessage(received.body).client_order_id };
  };

  describe(`intent queue: ${name}`, () => {
    it('delivers what was sent, as sent', async () => {
      const parts = await open();
      await parts.queueFor('acc').send(intent('a'));
      const received = await parts.receive();
      expect(parseIntentMessage(received?.body ?? '')).toEqual(intent('a'));
      expect(received?.receiveCount).toBe(1);
    });

    it('keeps the order within an account, one at a time', async () => {
      const parts = await open();
      const queue = parts.queueFor('acc');
      for (const id of ['a', 'b', 'c']) await queue.send(intent(id));
      const seen: string[] = [];
      for (let received = await receiveId(parts); received; received = await receiveId(parts)) {
        seen.push(received.id);
        // Nothing else of the account while one is in flight.
        expect(await parts.receive()).toBeUndefined();
        await received.done();
      }
      expect(seen).toEqual(['a', 'b', 'c']);
    });

    it('does not let one account hold up another', async () => {
      const parts = await open();
      await parts.queueFor('one').send(intent('a'));
      await parts.queueFor('two').send(intent('b'));
      expect((await receiveId(parts))?.id).toBe('a');
      expect((await receiveId(parts))?.id).toBe('b');
    });

    it('[I2] drops a repeated client order id, also once the first was handled', async () => {
      const parts = await open();
      const queue = parts.queueFor('acc');
      await queue.send(intent('a'));
      await queue.send(intent('a'));
      await (await parts.receive())?.done();
      await queue.send(intent('a'));
      expect(await parts.receive()).toBeUndefined();
    });

    it('delivers again what was not handled in time, before what was sent later', async () => {
      const parts = await open();
      await parts.queueFor('acc').send(intent('a'));
      await parts.queueFor('acc').send(intent('b'));
      await (await parts.receive())?.timeOut();
      const again = await receiveId(parts);
      expect(again).toMatchObject({ id: 'a', receiveCount: 2 });
    });

    it('puts a message that always fails among the dead letters and goes on', async () => {
      const parts = await open();
      await parts.queueFor('acc').send(intent('poison'));
      await parts.queueFor('acc').send(intent('next'));
      expect(await parts.queueFor('acc').deadLetters()).toBe(0);
      for (let i = 0; i < 3; i += 1) await (await parts.receive())?.timeOut();
      expect((await receiveId(parts))?.id).toBe('next');
      const dead = await parts.deadBodies();
      expect(dead.map((body) => parseIntentMessage(body).client_order_id)).toEqual(['poison']);
      expect(await parts.queueFor('acc').deadLetters()).toBe(1);
    });

    it.each(['', '{}', '{"client_order_id":""}', '{"client_order_id":"a","slot_ms":1,"quantity":"9"}', '[]'])(
      'refuses a message body that is not an intent: %s',
      (body) => {
        expect(() => parseIntentMessage(body)).toThrow();
      },
    );
  });
}
