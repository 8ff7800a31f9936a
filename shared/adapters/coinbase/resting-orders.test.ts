import { describe, expect, test } from 'vitest';
import type { SendableOrder } from '../../core/execution/sendable-order.ts';
import { type OrderTerms, orderConfigurationOf } from '../../core/execution/terms.ts';
import { productId } from '../../core/market/product.ts';
import { price, quantity, toText } from '../../core/money/fixed.ts';
import { coinbaseExchange } from './exchange.ts';
import { order as orderPayload } from './testing/payloads.ts';
import { answered, testBench } from './testing/test-client.ts';

const size = { base_size: quantity('0.25'), limit_price: price('90000.5') };
const KINDS: Readonly<Record<OrderTerms['type'], OrderTerms>> = {
  sor_limit_ioc: { type: 'sor_limit_ioc', ...size },
  limit_limit_gtd: {
    type: 'limit_limit_gtd',
    ...size,
    end_time_ms: Date.parse('2026-11-20T10:02:00Z'),
    post_only: true,
  },
  stop_limit_stop_limit_gtc: { type: 'stop_limit_stop_limit_gtc', ...size, stop_price: price('90500') },
  trigger_bracket_gtc: { type: 'trigger_bracket_gtc', ...size, stop_trigger_price: price('80000') },
};
const ALL = Object.values(KINDS);
const OTHERS = { market_market_ioc: null, twap_limit_gtd: null };

type Fields = Readonly<Record<string, unknown>>;

/** The configuration as the exchange reads it back: other kinds empty beside it, and fields that nobody sent. */
function readBack(terms: OrderTerms): Fields {
  const [name, fields] = Object.entries(orderConfigurationOf(terms))[0] ?? expect.fail('no configuration');
  return { ...OTHERS, [name]: { ...fields, rfq_disabled: false, reduce_only: false, oco_ref: '' } };
}

async function ordered(fields: Fields) {
  const { client } = await testBench([{ body: { order: orderPayload(fields) } }]);
  return answered(await coinbaseExchange(client).order('o-1'));
}

function sendable(terms: OrderTerms): SendableOrder {
  const order_configuration = orderConfigurationOf(terms);
  const body = JSON.stringify({ client_order_id: 'c-1', product_id: 'BTC-USD', side: 'SELL', order_configuration });
  return { clientOrderId: 'c-1', body, record: { intent: { not_after_ms: Number.MAX_SAFE_INTEGER } } } as never;
}

describe('an order that rests', () => {
  test.each(ALL)('is read back with the size and limit it was sent with: $type', async (terms) => {
    const seen = await ordered({ status: 'OPEN', order_configuration: readBack(terms), filled_size: '0' });
    expect([seen.baseSize, seen.limitPrice].map((figure) => figure && toText(figure))).toEqual(['0.25', '90000.5']);
  });

  test.each([
    ['STOP_PENDING', 'PENDING'],
    ['STOP_PENDING', 'OPEN'],
    ['STOP_TRIGGERED', 'OPEN'],
    ['STOP_TRIGGERED', 'FILLED'],
    ['A_TRIGGER_OF_2027', 'OPEN'],
  ] as const)('with the trigger %s has the status %s: the trigger ends nothing', async (trigger_status, status) => {
    const stop = readBack(KINDS.stop_limit_stop_limit_gtc);
    const fields = { trigger_status, order_type: 'STOP_LIMIT', order_configuration: stop };
    expect((await ordered({ ...fields, status })).status).toBe(status);
  });

  test.each(['BRACKET', 'TAKE_PROFIT_STOP_LOSS', 'A_KIND_OF_2027'])(
    'is a bracket by its configuration, whatever its type is called: %s',
    async (order_type) => {
      const fields = { order_type, order_configuration: readBack(KINDS.trigger_bracket_gtc) };
      expect((await ordered({ ...fields, status: 'OPEN' })).limitPrice).toBe(price('90000.5'));
    },
  );

  test('that ran out of time may have fills', async () => {
    const fields = { status: 'EXPIRED', filled_size: '0.1', filled_value: '9000', total_fees: '45' };
    const seen = await ordered({ ...fields, order_configuration: readBack(KINDS.limit_limit_gtd) });
    expect([seen.status, toText(seen.filledQuantity)]).toEqual(['EXPIRED', '0.1']);
  });
});

describe('a refusal', () => {
  const WORDS = [
    ['limit_limit_gtd', 'INVALID_LIMIT_PRICE_POST_ONLY'],
    ['limit_limit_gtd', 'END_TIME_IS_IN_THE_PAST'],
    ['trigger_bracket_gtc', 'BRACKET_ORDER_NOT_SUPPORTED'],
    ['trigger_bracket_gtc', 'STOP_TRIGGER_PRICE_OUT_OF_BOUNDS'],
    ['stop_limit_stop_limit_gtc', 'STOP_ALREADY_TRIGGERED'],
  ] as const;

  test.each(WORDS)('of a %s names %s, on the create and on the preview', async (kind, word) => {
    const failure = { error: 'UNKNOWN_FAILURE_REASON', message: '', error_details: '', new_order_failure_reason: word };
    const { client, exchange } = await testBench((request) =>
      request.path === '/orders/preview'
        ? { body: { order_total: '', commission_total: '', errs: [`PREVIEW_${word}`], warning: [] } }
        : { body: { success: false, error_response: failure, order_configuration: {} } },
    );
    const port = coinbaseExchange(client);
    expect(await port.place(sendable(KINDS[kind]))).toMatchObject({ kind: 'refused', status: 200, reasons: [word] });
    const asked = { productId: productId('BTC-USD'), side: 'SELL', terms: KINDS[kind] } as const;
    expect(await port.preview(asked)).toMatchObject({ kind: 'refused', reasons: [`PREVIEW_${word}`] });
    const sent = exchange.received.map(({ body }) => (JSON.parse(body) as Fields)['order_configuration']);
    expect(sent).toEqual([orderConfigurationOf(KINDS[kind]), orderConfigurationOf(KINDS[kind])]);
  });

  test('of a read right after the create is no word about the order: it may not be listed yet', async () => {
    const body = { error: 'NOT_FOUND', error_details: 'order with this orderID was not found' };
    const { client } = await testBench([{ status: 404, body }]);
    expect(await coinbaseExchange(client).order('o-1')).toMatchObject({ kind: 'refused', status: 404 });
  });

  test.each([
    'ORDER_IS_FULLY_FILLED',
    'DUPLICATE_CANCEL_REQUEST',
    'UNKNOWN_CANCEL_ORDER',
    'COMMANDER_REJECTED_CANCEL_ORDER',
    'A_REASON_OF_2027',
  ])('of a cancel says %s and leaves the outcome to a read', async (failure_reason) => {
    const { client } = await testBench([{ body: { results: [{ success: false, failure_reason, order_id: 'o-1' }] } }]);
    const [result] = answered(await coinbaseExchange(client).cancel(['o-1']));
    expect(result).toEqual({ orderId: 'o-1', accepted: false, reason: failure_reason });
  });

  test.each([502, 503])('with status %i leaves a cancel ambiguous', async (status) => {
    const { client } = await testBench([{ status, body: 'go/sg/0d6e2f0a' }]);
    expect((await coinbaseExchange(client).cancel(['o-1'])).kind).toBe('ambiguous');
  });
});
