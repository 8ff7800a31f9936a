import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { productId } from '../market/product.ts';
import { price, quantity, usd, ZERO_QUANTITY } from '../money/fixed.ts';
import type { WorkingOrder } from '../portfolio/account.ts';
import {
  isTerminal,
  ORDER_EVENTS,
  ORDER_STATUSES,
  type OrderEvent,
  type OrderStatus,
  transition,
} from './lifecycle.ts';
import type { OrderRecord } from './order-record.ts';
import { EMPTY_SCAN, mayBeDeclaredNotPlaced, note, readyRecord, step } from './order-step.ts';
import { AT_ONCE } from './routing.ts';
import { bodyOf, claim, repeatableFrom, sendableFrom } from './sendable-order.ts';

describe('the order lifecycle', () => {
  it('[I2] claims an order at most once on every path', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ORDER_EVENTS), { maxLength: 12 }), (events) => {
        expect(claimsAlong(events)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2_000 },
    );
  });

  it('[I2] has no way back to READY and none out of a terminal status', () => {
    const moves = ORDER_STATUSES.flatMap((from) =>
      ORDER_EVENTS.map((event) => ({ from, moved: transition(from, event) })),
    );
    const legal = moves.flatMap(({ from, moved }) => (moved.kind === 'moved' ? [{ from, to: moved.status }] : []));

    expect(legal.filter(({ to }) => to === 'READY')).toEqual([]);
    expect(legal.filter(({ from }) => isTerminal(from))).toEqual([]);
    expect(ORDER_STATUSES.filter(isTerminal)).toEqual(['FILLED', 'CANCELLED', 'EXPIRED', 'REJECTED', 'NOT_PLACED']);
  });

  it('[I2] calls a lost answer UNKNOWN, never REJECTED, and only UNKNOWN can vanish', () => {
    expect(transition('SENDING', 'lose')).toEqual({ kind: 'moved', status: 'UNKNOWN' });
    const vanishing = ORDER_STATUSES.filter((status) => transition(status, 'vanish').kind === 'moved');
    expect(vanishing).toEqual(['UNKNOWN']);
  });

  it('does not take an inherited property name for an event', () => {
    expect(transition('READY', 'constructor' as OrderEvent)).toEqual({ kind: 'illegal' });
  });
});

describe('sending', () => {
  it('[I12] begins with the approval on record', () => {
    expect(record().history).toEqual([{ at_ms: 1_000, event: 'approve', status: 'READY' }]);
  });

  it('[I1] refuses to send what was not claimed', () => {
    const claimed = claim(record(), 5_000, 'hash') as OrderRecord;
    const unclaimed = [record(), { ...claimed, body_hash: null }, { ...claimed, sent_at_ms: null }];

    for (const order of unclaimed) expect(() => sendableFrom(order)).toThrow('only a claimed order may be sent');
    expect(() => bodyOf({ ...claimed, terms: null })).toThrow('has no terms yet');
  });

  it('[I2] repeats nothing but the same bytes of an exit of unknown fate, up to its last moment', () => {
    const lost = step(claim(record(), 5_000, 'hash') as OrderRecord, 'lose', 6_000) as OrderRecord;
    const exit: OrderRecord = { ...lost, intent: { ...lost.intent, side: 'SELL', purpose: 'exit' } };
    const last = exit.intent.not_after_ms;

    expect(repeatableFrom(exit, last)?.body).toBe(bodyOf(exit));
    expect(repeatableFrom(exit, last + 1)).toBeUndefined();
    expect(repeatableFrom(lost, last)).toBeUndefined();
    expect(repeatableFrom({ ...exit, terms: null }, last)).toBeUndefined();
    expect(repeatableFrom({ ...exit, status: 'WORKING' }, last)).toBeUndefined();
  });

  it('[I2] posts the same bytes for the same record, with the claim stored before', () => {
    const claimed = claim(record(), 5_000, 'hash') as OrderRecord;

    const order = sendableFrom(claimed);

    expect(order.body).toBe(bodyOf(record()));
    expect(order.body).toBe(
      '{"client_order_id":"bot-BTC-USD-1-e1","product_id":"BTC-USD","side":"BUY",' +
        '"order_configuration":{"sor_limit_ioc":{"base_size":"0.5","limit_price":"101"}}}',
    );
    expect([claimed.sent_at_ms, claimed.body_hash, claimed.version]).toEqual([5_000, 'hash', 2]);
    expect(claim(claimed, 6_000, 'hash')).toBeUndefined();
  });
});

describe('an order nobody can find', () => {
  const settleMs = 120_000;
  const unknown = [
    (order: OrderRecord) => claim(order, 1_000, 'hash') as OrderRecord,
    (order: OrderRecord) => step(order, 'lose', 2_000) as OrderRecord,
  ].reduce((order, move) => move(order), record());

  it('[I2] is given up only after two empty scans past the settle time', () => {
    const early = note(note(unknown, EMPTY_SCAN, 120_999), EMPTY_SCAN, 120_999);
    const once = note(early, EMPTY_SCAN, 121_000);
    const twice = note(once, EMPTY_SCAN, 181_000);

    expect([early, once, twice].map((order) => mayBeDeclaredNotPlaced(order, settleMs))).toEqual([false, false, true]);
  });

  it('keeps the record unchanged where the table forbids a move', () => {
    expect(step(unknown, 'claim', 3_000)).toBeUndefined();
    expect(mayBeDeclaredNotPlaced(record(), settleMs)).toBe(false);
  });

  it('[I2] is given up only while nobody knows its fate', () => {
    const scanned = note(note(unknown, EMPTY_SCAN, 121_000), EMPTY_SCAN, 181_000);

    expect(mayBeDeclaredNotPlaced({ ...scanned, status: 'WORKING' }, settleMs)).toBe(false);
    expect(mayBeDeclaredNotPlaced({ ...scanned, sent_at_ms: null }, settleMs)).toBe(false);
  });
});

function claimsAlong(events: readonly OrderEvent[]): number {
  let status: OrderStatus = 'READY';
  let claims = 0;
  for (const event of events) {
    const moved = transition(status, event);
    if (moved.kind === 'illegal') continue;
    if (event === 'claim') claims += 1;
    status = moved.status;
  }
  return claims;
}

function record(): OrderRecord {
  const order: WorkingOrder = {
    client_order_id: 'bot-BTC-USD-1-e1',
    product_id: productId('BTC-USD'),
    side: 'BUY',
    quantity: quantity('0.5'),
    limit_price: price('101'),
    reserved: usd('52'),
    purpose: 'entry',
    ...AT_ONCE,
    reason: 'breakout',
    strategy: 'donchian-breakout',
    stop_price: null,
    take_profit_price: null,
    slot_ms: 1_000,
    not_after_ms: 46_000,
    status: 'READY',
    order_id: null,
    filled: ZERO_QUANTITY,
    sent_at_ms: null,
  };
  const ready = readyRecord(order, { mode: 'PAPER', configHash: 'abc', atMs: 1_000, assessment: null });
  return { ...ready, terms: { type: 'sor_limit_ioc', base_size: order.quantity, limit_price: order.limit_price } };
}
