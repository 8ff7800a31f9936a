import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleOrder } from '../../../test/contracts/samples.ts';
import { configOf } from '../../../test/core/world.ts';
import { add, price, quantity, subtract, toText, usd } from '../money/fixed.ts';
import type { Route } from '../portfolio/account.ts';
import type { OrderStatus } from './lifecycle.ts';
import type { OrderRecord } from './order-record.ts';
import { entryRoute, intentIdOf, successorOf } from './routing.ts';

const ID = 'bot-BTC-USD-60-e1';
const MAKER: Extract<Route, { kind: 'maker' }> = {
  kind: 'maker',
  ttl_ms: 45_000,
  ticks_away: 0,
  reprices_left: 1,
  fallback: 'taker',
};

function ended(status: OrderStatus, changes: Partial<OrderRecord> = {}, route: Route = MAKER): OrderRecord {
  const sample = sampleOrder(ID);
  return {
    ...sample,
    status,
    order_id: 'exchange-1',
    intent: { ...sample.intent, quantity: quantity('2'), limit_price: price('100'), reserved: usd('203'), route },
    ...changes,
  };
}

describe('the way of an entry', () => {
  it('[REQ-X2] takes, or rests at the touch for the seconds of its tier, as the policy says', () => {
    const route = (execution: object) =>
      entryRoute({ ...configOf().policy.execution, ...execution } as Parameters<typeof entryRoute>[0], 'T2');
    const maker = { ttl_seconds: { T1: 10, T2: 20, T3: 30 }, max_reprices: 2, taker_fallback: true };
    const resting = { kind: 'maker', ttl_ms: 20_000, ticks_away: 0, reprices_left: 2 };

    expect(route({ entry_route: 'taker', maker })).toEqual({ kind: 'taker' });
    expect(route({ entry_route: 'maker', maker })).toEqual({ ...resting, fallback: 'taker' });
    expect(route({ entry_route: 'maker', maker: { ...maker, taker_fallback: false } })).toEqual({
      ...resting,
      fallback: 'none',
    });
  });
});

describe('the next order of an intent', () => {
  it('[REQ-X2] [I2] is none where the exchange refused a maker without a word: nobody knows that it crossed', () => {
    expect(successorOf(ended('REJECTED', { order_id: null, reason: null }), 90_000)).toBeNull();
  });

  it('[REQ-X2] [I2] follows a maker that ran out of time, with what is left and its share of the reservation', () => {
    const next = successorOf(ended('EXPIRED', { filled_quantity: quantity('0.5') }), 90_000);

    expect(next).toMatchObject({
      client_order_id: `${ID}r1`,
      leg: 1,
      route: { ...MAKER, reprices_left: 0 },
      status: 'READY',
      not_after_ms: 90_000,
      replaces: null,
    });
    expect([next?.quantity, next?.reserved, next?.prior_filled].map((amount) => toText(amount ?? usd('0')))).toEqual([
      '1.5',
      '152.25',
      '0.5',
    ]);
  });

  it('[REQ-X2] steps one increment back after a refusal for crossing, and back to the touch after running out', () => {
    const crossed = { order_id: null, reason: 'refused [INVALID_LIMIT_PRICE_POST_ONLY]: would cross' };
    const twice = { ...MAKER, ticks_away: 1, reprices_left: 2 };

    expect(successorOf(ended('REJECTED', crossed, twice), 0)?.route).toMatchObject({ ticks_away: 2, reprices_left: 1 });
    expect(successorOf(ended('EXPIRED', {}, twice), 0)?.route).toMatchObject({ ticks_away: 0, reprices_left: 1 });
    const byPreview = { order_id: null, reason: 'preview: refused [PREVIEW_INVALID_LIMIT_PRICE_POST_ONLY]: no' };
    expect(successorOf(ended('CANCELLED', byPreview, twice), 0)?.route).toMatchObject({ ticks_away: 2 });
  });

  it('[REQ-X2] takes at last where the policy lets it, else ends', () => {
    const last = { ...MAKER, reprices_left: 0 };

    expect(successorOf(ended('EXPIRED', {}, last), 0)?.route).toEqual({ kind: 'taker' });
    expect(successorOf(ended('EXPIRED', {}, { ...last, fallback: 'none' }), 0)).toBeNull();
  });

  it.each<[string, OrderRecord]>([
    ['was filled', ended('FILLED', { filled_quantity: quantity('2') })],
    ['was filled though it ran out', ended('EXPIRED', { filled_quantity: quantity('2') })],
    ['was cancelled by hand or by a halt', ended('CANCELLED', { reason: 'halted' })],
    ['was cancelled after it had rested', ended('CANCELLED', { reason: 'INVALID_LIMIT_PRICE_POST_ONLY' })],
    ['was refused for want of money', ended('REJECTED', { order_id: null, reason: 'refused [INSUFFICIENT_FUND]' })],
    ['was never placed', ended('NOT_PLACED', { order_id: null })],
    ['ran out before it was sent', ended('EXPIRED', { order_id: null, reason: 'expired' })],
    ['took', ended('CANCELLED', {}, { kind: 'taker' })],
    ['was protection', ended('EXPIRED', {}, { kind: 'bracket' })],
  ])('[I2] does not come where the order %s', (_why, record) => {
    expect(successorOf(record, 90_000)).toBeNull();
  });

  it('[I3] never has more than the intent was approved for, however the legs fill', () => {
    const part = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(part, part, part, (a, b, c) => {
        let record = ended('EXPIRED', {}, { ...MAKER, reprices_left: 10 });
        const whole = record.intent.quantity;
        let filled = quantity('0');
        for (const share of [a, b, c]) {
          const part = ((record.intent.quantity * share) / 10n ** 12n) as typeof whole;
          filled = add(filled, part);
          const next = successorOf({ ...record, filled_quantity: part }, 0);
          if (next === null) return;
          expect(next.quantity).toBe(subtract(whole, filled));
          expect(next.prior_filled).toBe(filled);
          expect(next.reserved).toBeLessThanOrEqual(record.intent.reserved);
          // Never less than the limit price asks for what is left.
          expect(next.reserved * whole).toBeGreaterThanOrEqual(usd('203') * next.quantity);
          expect(intentIdOf(next.client_order_id)).toBe(ID);
          const { status: _s, order_id: _o, filled: _f, sent_at_ms: _t, ...intent } = next;
          record = { ...record, client_order_id: next.client_order_id, intent };
        }
      }),
    );
  });
});
