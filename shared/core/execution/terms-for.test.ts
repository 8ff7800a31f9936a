import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BTC, sampleOrder } from '../../../test/contracts/samples.ts';
import { productOf } from '../market/testing/product.ts';
import { notional, price, quantity, ratio, toText, usd } from '../money/fixed.ts';
import type { OrderIntent } from '../risk/approved-order.ts';
import { orderConfigurationOf } from './terms.ts';
import { type SendingMarket, termsFor } from './terms-for.ts';

const NOW = Date.UTC(2026, 0, 1);
const MAKER = { kind: 'maker', ttl_ms: 45_500, ticks_away: 0, reprices_left: 0, fallback: 'taker' } as const;

function entry(changes: Partial<OrderIntent> = {}): OrderIntent {
  const { intent } = sampleOrder('bot-BTC-USD-60-e1');
  return { ...intent, quantity: quantity('0.5'), limit_price: price('100.20'), ...changes };
}

function sale(changes: Partial<OrderIntent> = {}): OrderIntent {
  return entry({ side: 'SELL', purpose: 'exit', limit_price: price('98'), ...changes });
}

function market(
  changes: Partial<SendingMarket> & { readonly bid?: string; readonly ask?: string } = {},
): SendingMarket {
  const { bid = '99.90', ask = '100.00', ...rest } = changes;
  return {
    product: {
      ...productOf(BTC),
      priceIncrement: price('0.01'),
      baseIncrement: quantity('0.0001'),
      baseMinSize: quantity('0.0001'),
      quoteMinSize: usd('1'),
    },
    quote: {
      productId: BTC,
      bid: price(bid),
      bidSize: quantity('10'),
      ask: price(ask),
      askSize: quantity('10'),
      timeMs: NOW,
    },
    takerFee: ratio('0.006'),
    nowMs: NOW,
    free: quantity('0.5'),
    minEdgeMultiple: 1,
    ...rest,
  };
}

function sent(intent: OrderIntent, at: SendingMarket): unknown {
  const sending = termsFor(intent, at);
  return sending.kind === 'send' ? orderConfigurationOf(sending.terms) : sending.reason;
}

describe('[REQ-X2] an entry', () => {
  it('rests post-only at the bid until the exchange ends it', () => {
    expect(sent(entry({ route: MAKER }), market())).toEqual({
      limit_limit_gtd: {
        base_size: '0.5',
        limit_price: '99.9',
        end_time: '2026-01-01T00:00:46.000Z',
        post_only: true,
      },
    });
  });

  it('rests one increment further back for each refusal, and never above the approved price', () => {
    expect(sent(entry({ route: { ...MAKER, ticks_away: 3 } }), market())).toMatchObject({
      limit_limit_gtd: { limit_price: '99.87' },
    });
    expect(sent(entry({ route: MAKER, limit_price: price('99.5') }), market())).toMatchObject({
      limit_limit_gtd: { limit_price: '99.5' },
    });
  });

  it('is not sent where its own stop is reached: it would be bought and sold again at once', () => {
    const stopped = { stop_price: price('96') };
    const behind = { ...MAKER, ticks_away: 1 };

    for (const route of [MAKER, { kind: 'taker' }] as const) {
      expect(sent(entry({ ...stopped, route }), market({ bid: '96', ask: '96.10' }))).toBe(
        'stop_reached: 96, the stop 96',
      );
      expect(sent(entry({ ...stopped, route }), market({ bid: '96.01', ask: '96.10' }))).toBeTypeOf('object');
    }
    expect(sent(entry({ ...stopped, route: behind }), market({ bid: '96.01', ask: '96.10' }))).toMatch(/^stop_reached/);
  });

  it('takes inside the approved slippage only: at the limit, one increment inside, one outside', () => {
    expect(sent(entry(), market({ ask: '100.20' }))).toEqual({
      sor_limit_ioc: { base_size: '0.5', limit_price: '100.2' },
    });
    expect(sent(entry(), market({ ask: '100.19' }))).toHaveProperty('sor_limit_ioc');
    expect(sent(entry(), market({ ask: '100.21' }))).toBe('slippage: the ask is 100.21, the limit 100.2');
  });

  it('takes late only while what is left of the move pays for it', () => {
    // Two fees of 60 bps and a spread of about 10: 130 bps are needed; 101.5 leaves 150, 101.2 leaves 120.
    const late = (expected: string) => entry({ leg: 1, expected_price: price(expected) });

    expect(sent(late('101.5'), market())).toHaveProperty('sor_limit_ioc');
    expect(sent(late('101.2'), market())).toMatch(/^fee_edge: 120.00 bps are left, 130.01 bps asked$/);
    expect(sent(late('101.5'), market({ minEdgeMultiple: 1.2 }))).toMatch(/^fee_edge/);
    // The first order was judged by risk a moment ago.
    expect(sent(entry({ leg: 0, expected_price: price('100') }), market())).toHaveProperty('sor_limit_ioc');
  });
});

describe('[REQ-X2] a sale', () => {
  it('[I5] is never larger than what is free, on the grid', () => {
    expect(sent(sale(), market({ free: quantity('0.12345') }))).toEqual({
      sor_limit_ioc: { base_size: '0.1234', limit_price: '98' },
    });
    expect(sent(sale(), market({ free: quantity('0') }))).toBe('shorting_disallowed');
  });

  it('rests as a bracket or a stop-limit', () => {
    const guarded = { purpose: 'protect', stop_price: price('95'), limit_price: price('110') } as const;
    expect(sent(sale({ ...guarded, route: { kind: 'bracket' } }), market())).toEqual({
      trigger_bracket_gtc: { base_size: '0.5', limit_price: '110', stop_trigger_price: '95' },
    });
    expect(sent(sale({ ...guarded, limit_price: price('94'), route: { kind: 'stop_limit' } }), market())).toEqual({
      stop_limit_stop_limit_gtc: {
        base_size: '0.5',
        limit_price: '94',
        stop_price: '95',
        stop_direction: 'STOP_DIRECTION_STOP_DOWN',
      },
    });
    expect(sent(sale({ route: { kind: 'bracket' }, stop_price: null }), market())).toBe('a bracket needs a stop');
  });
});

describe('[REQ-X3] the exchange’s minima', () => {
  it.each([
    ['size', '0.0001', '0.0001', true],
    ['size', '0.0001', '0.0002', false],
  ])('on both sides of the smallest %s: %s of %s', (_what, size, least, isSent) => {
    const at = market({ product: { ...market().product, baseMinSize: quantity(least), quoteMinSize: usd('0') } });
    expect(typeof sent(entry({ quantity: quantity(size) }), at) === 'object').toBe(isSent);
  });

  it('nothing is sent below the smallest value, everything from it on, whatever the route', () => {
    const routes = [{ kind: 'taker' }, MAKER] as const;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), fc.constantFrom(...routes), (steps, route) => {
        const size = (quantity('0.0001') * BigInt(steps)) as ReturnType<typeof quantity>;
        const sending = termsFor(entry({ quantity: size, route }), market());
        const at = route.kind === 'maker' ? price('99.9') : price('100.2');
        const isEnough = notional(size, at, 'down') >= usd('1');
        expect(sending.kind, toText(size)).toBe(isEnough ? 'send' : 'refuse');
      }),
    );
  });
});

describe('[I3] what is sent', () => {
  it('rests below a bid that is off the grid, and not at a price of nothing', () => {
    expect(sent(entry({ route: MAKER }), market({ bid: '99.907' }))).toMatchObject({
      limit_limit_gtd: { limit_price: '99.9' },
    });
    const behind = (ticks: number) => sent(entry({ route: { ...MAKER, ticks_away: ticks } }), market({ bid: '3' }));
    expect(behind(299)).toBe('below_minimum: 0.005 of 1');
    expect(behind(300)).toBe('price_below_increment');
  });

  it('is an entry whatever is held, and never by a route that is made for the other side', () => {
    expect(sent(entry(), market({ free: quantity('0') }))).toMatchObject({ sor_limit_ioc: { base_size: '0.5' } });
    expect(sent(entry({ route: { kind: 'bracket' } }), market())).toBe('an entry cannot be sent as a bracket');
    expect(sent(sale({ route: MAKER }), market())).toBe('a sale is not sent as a maker');
    expect(sent(sale({ route: { kind: 'stop_limit' }, stop_price: null }), market())).toBe('a stop-limit needs a stop');
  });

  it('may be worth exactly the smallest value, and no hair less', () => {
    const worth = (size: string) =>
      termsFor(entry({ quantity: quantity(size), limit_price: price('100') }), market()).kind;

    expect([worth('0.01'), worth('0.0099')]).toEqual(['send', 'refuse']);
    expect(termsFor(sale(), market({ free: quantity('0') })).kind).toBe('refuse');
  });
});
