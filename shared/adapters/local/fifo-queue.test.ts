import { describe, expect, it } from 'vitest';
import { parseIntentMessage } from '../sqs/intent-message.ts';
import { drain } from './drain.ts';
import { fifoIntentQueue, fifoQueue } from './fifo-queue.ts';
import { virtualClock } from './virtual-clock.ts';

const VISIBILITY = 30_000;

function open(maxReceives = 3) {
  const clock = virtualClock(0);
  const queue = fifoQueue({ clock, visibilityTimeoutMs: VISIBILITY, maxReceives });
  const send = (id: string, groupId = 'a') => queue.send(id, { groupId, deduplicationId: id });
  const receive = () => queue.receive()?.body;
  return { clock, queue, send, receive };
}

describe('fifoQueue', () => {
  it('holds a group back while one of its messages is in flight, and no other group', () => {
    const { send, receive } = open();
    send('a1');
    send('a2');
    send('b1', 'b');
    expect([receive(), receive(), receive()]).toEqual(['a1', 'b1', undefined]);
  });

  it('hands the same message out again, first, once its visibility has timed out', () => {
    const { clock, queue, send, receive } = open();
    send('a1');
    send('a2');
    receive();
    clock.advanceTo(VISIBILITY - 1);
    expect(receive()).toBeUndefined();
    clock.advanceTo(VISIBILITY);
    expect(queue.receive()).toMatchObject({ body: 'a1', receiveCount: 2 });
  });

  it('lets an outdated receipt delete nothing', () => {
    const { clock, queue, send } = open();
    send('a1');
    const first = queue.receive();
    clock.advanceTo(VISIBILITY);
    queue.acknowledge(first?.receiptHandle ?? '');
    expect(queue.size()).toBe(1);
    const second = queue.receive();
    queue.acknowledge(first?.receiptHandle ?? '');
    expect(queue.size()).toBe(1);
    queue.acknowledge(second?.receiptHandle ?? '');
    expect(queue.size()).toBe(0);
  });

  it('puts a message among the dead letters after its last receive and goes on with the group', () => {
    const { clock, queue, send, receive } = open(2);
    send('poison');
    send('next');
    receive();
    clock.advanceTo(VISIBILITY);
    receive();
    clock.advanceTo(2 * VISIBILITY);
    expect(receive()).toBe('next');
    expect(queue.deadLetters().map(({ body, receiveCount }) => [body, receiveCount])).toEqual([['poison', 2]]);
  });

  it('drops a repeat within 5 minutes of the first, also after it was handled, and takes it afterwards', () => {
    const { clock, queue, send } = open();
    expect(send('a1')).toBe('sent');
    queue.acknowledge(queue.receive()?.receiptHandle ?? '');
    clock.advanceTo(299_999);
    expect(send('a1')).toBe('duplicate');
    clock.advanceTo(300_000);
    expect(send('a1')).toBe('sent');
  });
});

describe('drain', () => {
  it('handles everything in order and tells what failed without going round in circles', async () => {
    const { queue, send } = open();
    for (const id of ['a1', 'a2', 'a3']) send(id);
    const seen: string[] = [];
    const drained = await drain(queue, async ({ body }) => {
      seen.push(body);
      if (body === 'a2') throw new Error('not now');
    });
    // a3 waits behind a2, as its group demands.
    expect(seen).toEqual(['a1', 'a2']);
    expect(drained.handled).toBe(1);
    expect(drained.failures.map(({ delivery }) => delivery.body)).toEqual(['a2']);
  });

  it('comes back to a failed message after its time-out and then to those behind it', async () => {
    const { clock, queue, send } = open();
    send('a1');
    send('a2');
    await drain(queue, () => Promise.reject(new Error('down')));
    clock.advanceTo(VISIBILITY);
    const seen: string[] = [];
    await drain(queue, async ({ body, receiveCount }) => {
      seen.push(`${body}/${receiveCount}`);
    });
    expect(seen).toEqual(['a1/2', 'a2/1']);
    expect(queue.size()).toBe(0);
  });

  it('[I2] takes an intent once, and its withdrawal once a slot', async () => {
    const { queue, receive } = open();
    const intents = fifoIntentQueue(queue, 'a');
    const entry = { client_order_id: 'b-BTC-USD-0-e1', slot_ms: 0 };
    const withdrawal = (slot_ms: number) => ({ ...entry, slot_ms, withdraw: true as const });
    for (const message of [entry, entry, withdrawal(60), withdrawal(60), withdrawal(120)]) await intents.send(message);

    const received = [];
    for (let body = receive(); body !== undefined; body = receive()) received.push(parseIntentMessage(body));
    expect(received).toEqual([entry]);
    expect(queue.size()).toBe(3);
  });
});
