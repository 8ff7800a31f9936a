import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { OrderRecord } from '../../core/execution/order-record.ts';
import { AT_ONCE } from '../../core/execution/routing.ts';
import { bodyOf, claim, type SendableOrder, sendableFrom } from '../../core/execution/sendable-order.ts';
import { price, quantity, ratio, usd } from '../../core/money/fixed.ts';
import { coinbaseExchange } from './exchange.ts';
import { answered, failureOf, testBench } from './testing/test-client.ts';
import { virtualClock } from './testing/virtual-clock.ts';

const clock = virtualClock();

function order(notAfterMs: number): SendableOrder {
  const record: OrderRecord = {
    client_order_id: '247t-e-1',
    version: 1,
    status: 'READY',
    intent: {
      client_order_id: '247t-e-1',
      product_id: 'BTC-USD' as never,
      side: 'BUY',
      quantity: quantity('0.00100000'),
      limit_price: price('80000.50'),
      reserved: usd('81'),
      purpose: 'entry',
      ...AT_ONCE,
      reason: 'breakout',
      strategy: 'donchian',
      stop_price: null,
      take_profit_price: null,
      slot_ms: 0,
      not_after_ms: notAfterMs,
    },
    decided: { slot_ms: 0, config_hash: 'x', mode: 'LIVE', quote: null },
    assessment: null,
    terms: {
      type: 'sor_limit_ioc',
      base_size: quantity('0.00100000'),
      limit_price: price('80000.50'),
    },
    preview: null,
    body_hash: null,
    sent_at_ms: null,
    order_id: null,
    filled_quantity: quantity('0'),
    filled_value: usd('0'),
    fees: usd('0'),
    fills: [],
    reason: null,
    history: [],
  };
  const claimed = claim(record, clock.nowMs(), sha256(bodyOf(record)));
  return sendableFrom(claimed ?? expect.fail('not claimable'));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const ACCEPTED = { body: { success: true, success_response: { order_id: 'o-1', client_order_id: '247t-e-1' } } };

describe('placing', () => {
  test('[I2] sends exactly the bytes whose hash was stored, and takes acceptance for no more', async () => {
    const { client, exchange } = await testBench([ACCEPTED]);
    const sendable = order(clock.nowMs() + 30_000);
    expect(answered(await coinbaseExchange(client).place(sendable))).toEqual({ orderId: 'o-1' });
    expect(exchange.received[0]).toMatchObject({ method: 'POST', path: '/orders', body: sendable.body });
    expect(sha256(exchange.received[0]?.body ?? '')).toBe(sendable.record.body_hash);
  });

  test('stops repeating when the intent has expired: a stale order is worse than a missed one', async () => {
    const { client, exchange } = await testBench([
      { status: 429, headers: { 'retry-after': '4' }, body: '' },
      ACCEPTED,
    ]);
    const answer = await coinbaseExchange(client).place(order(clock.nowMs() + 3_000));
    expect(failureOf(answer)).toMatch(/rate_limited: http 429: .*deadline has passed/);
    expect(exchange.received).toHaveLength(1);
  });

  test('[I4] asks whether to repeat before every repetition', async () => {
    const asked: number[] = [];
    const { client, exchange } = await testBench([{ status: 429, body: '' }]);
    const mayResend = async () => asked.push(1) < 3;
    expect((await coinbaseExchange(client, { mayResend }).place(order(clock.nowMs() + 30_000))).kind).toBe(
      'rate_limited',
    );
    expect(exchange.received).toHaveLength(3);
  });
});

describe('previewing', () => {
  test('asks for the very order that would be sent, without its identity', async () => {
    const { client, exchange } = await testBench([{ body: { order_total: '1', commission_total: '0', errs: [] } }]);
    const sendable = order(clock.nowMs());
    const { intent, terms } = sendable.record;
    if (terms === null) throw new Error('a claimed order has terms');
    await coinbaseExchange(client).preview({ productId: intent.product_id, side: intent.side, terms });
    const { client_order_id: _identity, ...rest } = JSON.parse(sendable.body) as Record<string, unknown>;
    expect(JSON.parse(exchange.received[0]?.body ?? '')).toEqual(rest);
    expect(exchange.received[0]?.path).toBe('/orders/preview');
  });
});

describe('fees', () => {
  const fallback = { maker: ratio('0.006'), taker: ratio('0.012') };

  test('are the configured ones only where the tier cannot be read, and say so', async () => {
    const { client } = await testBench([{ status: 403, body: { error: 'PERMISSION_DENIED' } }]);
    expect(answered(await coinbaseExchange(client, { feesFallback: fallback }).fees())).toEqual({
      ...fallback,
      source: 'config',
    });
    expect((await coinbaseExchange(client).fees()).kind).toBe('refused');
  });

  test('are the tier where it can be read', async () => {
    const body = { fee_tier: { maker_fee_rate: '0.004', taker_fee_rate: '0.006', pricing_tier: 'Advanced 1' } };
    const { client } = await testBench([{ body }]);
    expect(answered(await coinbaseExchange(client, { feesFallback: fallback }).fees())).toEqual({
      maker: ratio('0.004'),
      taker: ratio('0.006'),
      source: 'account',
    });
  });
});
