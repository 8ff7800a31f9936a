import { describe, expect, it } from 'vitest';
import { createExecuteHandler, type ExecuteDeps } from './handler.ts';

/** Knows no order: a good message ends as `absent`, one for `broken` throws. */
function depsWith(seen: string[], failed: string[]): ExecuteDeps {
  const find = async (clientOrderId: string) => {
    if (clientOrderId === 'broken') throw new Error('the table does not answer');
    return undefined;
  };
  return {
    report: ({ client_order_id }, { kind }) => seen.push(`${client_order_id}: ${kind}`),
    reportFailure: (messageId) => failed.push(messageId),
    settings: {} as ExecuteDeps['settings'],
    ports: {
      orders: { find },
      notifier: { notify: async () => undefined },
      clock: { nowMs: () => 0 },
    } as unknown as ExecuteDeps['ports'],
  };
}

const record = (messageId: string, body: unknown) => ({ messageId, body: JSON.stringify(body) });
const intent = (messageId: string, client_order_id: string) => record(messageId, { client_order_id, slot_ms: 0 });

async function run(...records: readonly unknown[]) {
  const seen: string[] = [];
  const failed: string[] = [];
  const response = await createExecuteHandler(() => depsWith(seen, failed))({ Records: records });
  return { seen, failed, again: response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

describe('the execute handler', () => {
  it('takes every message of the batch in order', async () => {
    expect(await run(intent('1', 'a'), intent('2', 'b'))).toEqual({
      seen: ['a: absent', 'b: absent'],
      failed: [],
      again: [],
    });
  });

  it('hands back the message that failed and all behind it, so that the order stays', async () => {
    expect(await run(intent('1', 'a'), intent('2', 'broken'), intent('3', 'c'))).toEqual({
      seen: ['a: absent'],
      failed: ['2'],
      again: ['2', '3'],
    });
  });

  it.each([
    ['no JSON', { messageId: '1', body: 'buy everything' }],
    ['no order id', record('1', { slot_ms: 0 })],
    ['an unknown key', record('1', { client_order_id: 'a', slot_ms: 0, quantity: '1' })],
  ])('lets a message with %s become a dead letter', async (_what, message) => {
    expect(await run(message)).toEqual({ seen: [], failed: ['1'], again: ['1'] });
  });

  it.each([undefined, {}, { Records: [] }, { Records: [{}] }])('refuses %j', async (event) => {
    const composed = createExecuteHandler(() => depsWith([], []));

    await expect(composed(event)).rejects.toThrow('execute refuses its event');
  });
});
