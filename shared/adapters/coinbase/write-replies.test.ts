import { describe, expect, test } from 'vitest';
import { price, quantity, toText } from '../../core/money/fixed.ts';
import { cancelOrders } from './endpoints/cancel.ts';
import { createOrder } from './endpoints/create.ts';
import { editOrder, previewEdit } from './endpoints/edit.ts';
import { previewOrder } from './endpoints/preview.ts';
import { answered, failureOf, testBench } from './testing/test-client.ts';

const NONE = 'UNKNOWN_FAILURE_REASON';
const CREATE = { clientOrderId: 'c-1', body: '{}' };
const EDIT = { orderId: 'o-1', price: price('80000.5'), size: quantity('0.001') };

async function create(body: unknown) {
  const { client } = await testBench([{ body }]);
  return createOrder(client, CREATE);
}

const refusal = (fields: Readonly<Record<string, unknown>>) =>
  create({ success: false, error_response: { message: 'no', error_details: '', ...fields } });

describe('the reply to a create', () => {
  test('is an order id, whatever the reason fields say next to success', async () => {
    const success_response = { order_id: 'o-1', client_order_id: 'c-1', side: 'BUY' };
    const error_response = { error: 'INSUFFICIENT_FUND', new_order_failure_reason: NONE };
    const answer = await create({
      success: true,
      failure_reason: NONE,
      order_id: 'old',
      success_response,
      error_response,
    });
    expect(answered(answer)).toEqual({ orderId: 'o-1' });
  });

  test('with success but without a readable order id is ambiguous', async () => {
    for (const success_response of [undefined, null, {}, { order_id: '' }, { order_id: null }, 'x', { order_id: {} }]) {
      expect((await create({ success: true, order_id: 'top-level', success_response })).kind).toBe('ambiguous');
    }
  });

  test('about another client order id is ambiguous', async () => {
    const success_response = { order_id: 'o-1', client_order_id: 'c-2' };
    expect(failureOf(await create({ success: true, success_response }))).toContain('another order: c-2');
  });

  test.each([
    {},
    { success: null },
    { success: 'yes' },
    { order_id: 'o-1' },
    { success: false, success_response: { order_id: 'o-1' } },
  ])('that says neither, or both, is ambiguous: %j', async (body) =>
    expect((await create(body)).kind).toBe('ambiguous'),
  );

  test.each([
    ['error', { error: 'INSUFFICIENT_FUND', new_order_failure_reason: NONE }, ['INSUFFICIENT_FUND']],
    [
      'preview_failure_reason',
      { error: NONE, preview_failure_reason: 'PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE' },
      ['PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE'],
    ],
    ['new_order_failure_reason', { new_order_failure_reason: 'A_WORD_OF_2027' }, ['A_WORD_OF_2027']],
    [
      'all three, each once',
      { error: 'TRADING_DISABLED', preview_failure_reason: 'P', new_order_failure_reason: 'TRADING_DISABLED' },
      ['TRADING_DISABLED', 'P'],
    ],
    [
      'a cause beside the catch-all',
      { error: 'COMMANDER_REJECTED_NEW_ORDER', preview_failure_reason: 'PREVIEW_INSUFFICIENT_FUND' },
      ['COMMANDER_REJECTED_NEW_ORDER', 'PREVIEW_INSUFFICIENT_FUND'],
    ],
  ])('is a proven refusal where a cause is given in %s', async (_name, fields, reasons) => {
    expect(await refusal(fields)).toEqual({ kind: 'refused', status: 200, reasons, message: 'no' });
  });

  test.each([
    ['only UNKNOWN words', { error: NONE, preview_failure_reason: 'UNKNOWN_PREVIEW_FAILURE_REASON' }],
    ['nothing', {}],
    ['nulls', { error: null, new_order_failure_reason: null }],
    ['COMMANDER_REJECTED_NEW_ORDER', { error: NONE, new_order_failure_reason: 'COMMANDER_REJECTED_NEW_ORDER' }],
  ])('[I2] without a cause is ambiguous: %s', async (_name, fields) => {
    expect((await refusal(fields)).kind).toBe('ambiguous');
  });

  test('[I2] without any explanation is ambiguous', async () => {
    expect((await create({ success: false })).kind).toBe('ambiguous');
  });

  test.each([
    { error: 'DUPLICATE_CLIENT_ORDER_ID' },
    { error: 'INVALID_REQUEST', new_order_failure_reason: 'DUPLICATE_CLIENT_ORDER_ID' },
    { preview_failure_reason: 'PREVIEW_DUPLICATE_CLIENT_ORDER_ID' },
  ])('[I2] that calls the id a duplicate is ambiguous: the order exists and must be read back (%j)', async (fields) => {
    const answer = await refusal(fields);
    expect(answer.kind).toBe('ambiguous');
    expect(failureOf(answer)).toContain('client order id is taken');
  });
});

describe('the reply to a cancel', () => {
  test('is matched by id, and only its flag speaks', async () => {
    const results = [
      { success: false, failure_reason: 'UNKNOWN_CANCEL_ORDER', order_id: 'b' },
      { success: true, failure_reason: 'UNKNOWN_CANCEL_FAILURE_REASON', order_id: 'a' },
      { success: true, order_id: 'stranger' },
    ];
    const { client } = await testBench([{ body: { results } }]);
    expect(answered(await cancelOrders(client, ['a', 'b', 'c']))).toEqual([
      { orderId: 'a', accepted: true, reason: '' },
      { orderId: 'b', accepted: false, reason: 'UNKNOWN_CANCEL_ORDER' },
      { orderId: 'c', accepted: false, reason: 'NO_RESULT' },
    ]);
  });

  const echo = (body: string) => {
    const { order_ids } = JSON.parse(body) as { order_ids: string[] };
    return { body: { results: order_ids.map((order_id) => ({ success: true, order_id })) } };
  };

  test('comes in chunks of 100 ids, each id once', async () => {
    const ids = Array.from({ length: 250 }, (_, i) => `o-${i}`);
    const { client, exchange } = await testBench(({ body }) => echo(body));
    const results = answered(await cancelOrders(client, [...ids, ...ids]));
    expect(results.map(({ orderId }) => orderId)).toEqual(ids);
    expect(exchange.received.map(({ body }) => (JSON.parse(body) as { order_ids: [] }).order_ids.length)).toEqual([
      100, 100, 50,
    ]);
  });

  test('of one chunk does not stop the next, and a part that failed leaves the whole ambiguous', async () => {
    const ids = Array.from({ length: 150 }, (_, i) => `o-${i}`);
    const { client, exchange } = await testBench(({ body }, i) => (i === 0 ? { status: 400, body: {} } : echo(body)));
    expect((await cancelOrders(client, ids)).kind).toBe('ambiguous');
    expect(exchange.received).toHaveLength(2);
  });

  test('is not waited for when there is nothing to cancel', async () => {
    const { client, exchange } = await testBench([{ body: {} }]);
    expect(answered(await cancelOrders(client, []))).toEqual([]);
    expect(exchange.received).toHaveLength(0);
  });

  test.each([{}, { results: null }, { results: [{ order_id: 'a' }] }])(
    'that cannot be read is ambiguous: %j',
    async (body) => {
      const { client } = await testBench([{ body }]);
      expect((await cancelOrders(client, ['a'])).kind).toBe('ambiguous');
    },
  );
});

describe('the reply to an edit', () => {
  async function edit(body: unknown) {
    const { client, exchange } = await testBench([{ body }]);
    return { answer: await editOrder(client, EDIT), sent: exchange.received[0]?.body };
  }

  test('is the same order', async () => {
    const { answer, sent } = await edit({ success: true, errors: [] });
    expect(answered(answer)).toEqual({ orderId: 'o-1' });
    expect(sent).toBe('{"order_id":"o-1","price":"80000.5","size":"0.001"}');
  });

  test.each([
    [
      'a list',
      { errors: [{ edit_failure_reason: 'ONLY_OPEN_ORDERS_CAN_BE_EDITED', preview_failure_reason: 'UNKNOWN_X' }] },
    ],
    ['an object', { errors: { edit_failure_reason: 'ONLY_OPEN_ORDERS_CAN_BE_EDITED' } }],
    ['the older shape', { error_response: { edit_order_failure_reason: 'ONLY_OPEN_ORDERS_CAN_BE_EDITED' } }],
  ])('is refused with its cause from %s', async (_name, fields) => {
    const { answer } = await edit({ success: false, ...fields });
    expect(answer).toMatchObject({ kind: 'refused', reasons: ['ONLY_OPEN_ORDERS_CAN_BE_EDITED'] });
  });

  test.each([
    {},
    { success: false, errors: [] },
    { success: false, errors: [{ edit_failure_reason: 'COMMANDER_REJECTED_EDIT_ORDER' }] },
  ])('without a cause is ambiguous: %j', async (body) => expect((await edit(body)).answer.kind).toBe('ambiguous'));

  test('can be asked for beforehand', async () => {
    const { client, exchange } = await testBench([{ body: { slippage: '0', order_total: '80' } }]);
    expect((await previewEdit(client, EDIT)).kind).toBe('ok');
    expect(exchange.received[0]?.path).toBe('/orders/edit_preview');
  });
});

describe('the reply to a preview', () => {
  async function preview(body: unknown) {
    const { client } = await testBench([{ body }]);
    return previewOrder(client, {});
  }

  test('has totals and the warnings that say something', async () => {
    const body = {
      order_total: '80.28',
      commission_total: 0.28,
      errs: [],
      warning: ['UNKNOWN', 'BIG_ORDER'],
      slippage: '',
    };
    const { orderTotal, commissionTotal, warnings } = answered(await preview(body));
    expect([toText(orderTotal), toText(commissionTotal), warnings]).toEqual(['80.28', '0.28', ['BIG_ORDER']]);
  });

  test('is a refusal when it has errors, even unknown ones', async () => {
    const numbers = { order_total: '', commission_total: '' };
    expect(
      await preview({ ...numbers, errs: ['PREVIEW_INSUFFICIENT_FUND', 'UNKNOWN_PREVIEW_FAILURE_REASON'] }),
    ).toMatchObject({
      kind: 'refused',
      reasons: ['PREVIEW_INSUFFICIENT_FUND'],
    });
    expect((await preview({ ...numbers, errs: ['UNKNOWN_PREVIEW_FAILURE_REASON'] })).kind).toBe('refused');
  });

  test('without totals is no answer', async () => {
    expect(failureOf(await preview({ order_total: '', commission_total: '0', errs: [] }))).toContain(
      'reply.order_total',
    );
    expect(failureOf(await preview({ order_total: '1', commission_total: '0', errs: 'none' }))).toContain('reply.errs');
  });
});
