import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BTC, quoteOf } from '../../../test/core/world.ts';
import type { Product } from '../market/product.ts';
import type { Quote } from '../market/quote.ts';
import { productOf } from '../market/testing/product.ts';
import {
  add,
  notional,
  type Price,
  portion,
  price,
  type Quantity,
  quantity,
  ratio,
  toText,
  type Usd,
  usd,
} from '../money/fixed.ts';
import { type SizingContext, sizeEntry, sizeExit, sizeGuard } from './sizing.ts';

function context(patch: { readonly product?: Partial<Product>; readonly quote?: Partial<Quote> } = {}): SizingContext {
  return {
    product: { ...productOf(BTC), ...patch.product },
    quote: { ...quoteOf(BTC, '100'), ...patch.quote },
    takerFee: ratio('0.012'),
  };
}

/** Products as they are: prices from a fraction of a cent to a hundred thousand, sizes from whole coins to satoshis. */
const anyContext = fc
  .record({
    ticks: fc.integer({ min: 200, max: 10_000_000 }),
    priceDecimals: fc.integer({ min: 0, max: 6 }),
    sizeDecimals: fc.integer({ min: 0, max: 8 }),
    fee: fc.integer({ min: 0, max: 200 }),
  })
  .map(({ ticks, priceDecimals, sizeDecimals, fee }): SizingContext => {
    const tick = 10n ** BigInt(12 - priceDecimals);
    const ask = (BigInt(ticks) * tick) as Price;
    return {
      product: {
        ...productOf(BTC),
        priceIncrement: tick as Price,
        baseIncrement: (10n ** BigInt(12 - sizeDecimals)) as Quantity,
        baseMaxSize: quantity('0'),
        quoteMaxSize: usd('0'),
      },
      quote: { ...quoteOf(BTC, '100'), ask, bid: (ask - tick) as Price },
      takerFee: ratio((fee / 10_000).toFixed(4)),
    };
  });
const anyBudget = fc.bigInt({ min: 1n, max: 10n ** 18n }).map((units) => units as Usd);
const anyBps = fc.integer({ min: 1, max: 300 });

describe('[REQ-X3] an entry', () => {
  it('costs at worst, fee included, no more than its budget, and one increment more would not fit', () => {
    fc.assert(
      fc.property(anyContext, anyBudget, anyBps, (given, budget, slippage) => {
        const sized = sizeEntry(budget, slippage, given);
        if (sized.problem !== null) return;
        const { product, takerFee } = given as { product: Product; takerFee: typeof given.takerFee };
        expect(sized.reserved <= budget).toBe(true);
        expect(sized.reserved).toBe(sized.notional + sized.fee);
        expect(sized.quantity % product.baseIncrement).toBe(0n);
        expect(sized.limitPrice % product.priceIncrement).toBe(0n);

        const more = notional(add(sized.quantity, product.baseIncrement), sized.limitPrice, 'up');
        const hair = 2n * 10n ** 3n + (product.baseIncrement * sized.limitPrice) / 10n ** 12n;
        expect(add(more, portion(more, takerFee, 'up')) + hair > budget).toBe(true);
      }),
    );
  });

  it('may pay the slippage above the ask, floored to the grid, and never less than the ask', () => {
    fc.assert(
      fc.property(anyContext, anyBps, (given, slippage) => {
        const sized = sizeEntry(usd('1000000'), slippage, given);
        const ask = (given.quote as Quote).ask;
        if (sized.problem !== null) return;
        expect(sized.limitPrice >= ask).toBe(true);
        expect(sized.limitPrice <= portion(ask, ratio((1 + slippage / 10_000).toFixed(8)), 'up')).toBe(true);
      }),
    );
  });

  it('fits a budget that it exhausts to the last digit', () => {
    const sized = sizeEntry(usd('101.2'), 1, {
      ...context({ quote: { ask: price('100') }, product: { priceIncrement: price('1') } }),
    });

    expect(toText(sized.quantity)).toBe('1');
    expect(toText(sized.reserved)).toBe('101.2');
  });

  it('steps one increment back when two roundings up would exceed the budget, but not to an order for nothing', () => {
    // Half a coin costs 0.2222222222215 exactly, but 0.222222222223 once value and fee are rounded up.
    const sizedIn = (baseIncrement: string) => {
      const odd = context({
        quote: { ask: price('0.333333333333') },
        product: {
          priceIncrement: price('0.000000000001'),
          baseIncrement: quantity(baseIncrement),
          quoteMaxSize: usd('0'),
        },
      });
      return sizeEntry(usd('0.222222222222'), 0, { ...odd, takerFee: ratio('0.333333333333') });
    };

    expect(toText(sizedIn('0.25').quantity)).toBe('0.25');
    expect(sizedIn('0.25').reserved <= usd('0.222222222222')).toBe(true);
    expect(sizedIn('0.5')).toMatchObject({ problem: 'below_increment', quantity: 0n });
  });

  it('keeps to the largest order the exchange takes', () => {
    const byNotional = sizeEntry(usd('5000'), 10, context({ product: { quoteMaxSize: usd('50') } }));
    const bySize = sizeEntry(usd('5000'), 10, context({ product: { baseMaxSize: quantity('0.5') } }));

    expect(byNotional.reserved <= usd('50') && byNotional.reserved > usd('49.9')).toBe(true);
    expect(toText(bySize.quantity)).toBe('0.5');
    const offGrid = context({ product: { baseMaxSize: quantity('0.55'), baseIncrement: quantity('0.1') } });
    expect(toText(sizeEntry(usd('5000'), 10, offGrid).quantity)).toBe('0.5');
  });

  it('pays up to the very tick that its basis points allow, on the finest grid too', () => {
    const at = (ask: string, increment: string) =>
      context({ quote: { ask: price(ask) }, product: { priceIncrement: price(increment) } });

    expect(toText(sizeEntry(usd('100'), 10, at('100', '0.01')).limitPrice)).toBe('100.1');
    expect(toText(sizeEntry(usd('100'), 10, at('0.000000000333', '0.000000000001')).limitPrice)).toBe('0.000000000333');
  });

  it.each([
    ['not_listed', usd('100'), { ...context(), product: null }],
    ['no_quote', usd('100'), { ...context(), quote: null }],
    ['nothing_to_spend', usd('0'), context()],
    ['nothing_to_spend', usd('-5'), context()],
    ['price_below_increment', usd('100'), context({ product: { priceIncrement: price('1000') } })],
    ['below_increment', usd('100'), context({ product: { baseIncrement: quantity('1') } })],
    ['below_increment', usd('0.000000000001'), context({ product: { baseIncrement: quantity('0.000000000001') } })],
  ] as const)('is impossible: %s', (problem, budget, given) => {
    expect(sizeEntry(budget, 10, given)).toMatchObject({ problem, quantity: 0n, reserved: 0n });
  });
});

describe('an exit', () => {
  it('sells no more than wanted, on the grid, at the tolerance below the bid but never above the bid', () => {
    fc.assert(
      fc.property(anyContext, fc.bigInt({ min: 1n, max: 10n ** 16n }), anyBps, (given, wanted, tolerance) => {
        const sized = sizeExit(wanted as Quantity, tolerance, given);
        if (sized.problem !== null) return;
        const { product, quote } = given as { product: Product; quote: Quote };
        expect(sized.quantity <= wanted && sized.quantity % product.baseIncrement === 0n).toBe(true);
        expect(sized.limitPrice <= quote.bid && sized.limitPrice % product.priceIncrement === 0n).toBe(true);
        expect(sized.limitPrice >= portion(quote.bid, ratio((1 - tolerance / 10_000).toFixed(8)), 'down')).toBe(true);
        expect(sized.reserved).toBe(0n);
      }),
    );
  });

  it('sells down to the very tick that its basis points allow, on the finest grid too', () => {
    const at = (bid: string, increment: string) =>
      context({ quote: { bid: price(bid) }, product: { priceIncrement: price(increment) } });

    expect(toText(sizeExit(quantity('1'), 10, at('100', '0.01')).limitPrice)).toBe('99.9');
    expect(toText(sizeExit(quantity('1'), 10, at('0.000000000333', '0.000000000001')).limitPrice)).toBe(
      '0.000000000333',
    );
  });

  it('meets a bid that is off the grid just below it', () => {
    const coarse = context({ quote: { bid: price('99.99') }, product: { priceIncrement: price('1') } });

    expect(toText(sizeExit(quantity('1'), 10, coarse).limitPrice)).toBe('99');
  });

  it('keeps to the largest order the exchange takes', () => {
    expect(toText(sizeExit(quantity('9'), 10, context({ product: { baseMaxSize: quantity('4') } })).quantity)).toBe(
      '4',
    );
    const byNotional = sizeExit(quantity('9'), 10, context({ product: { quoteMaxSize: usd('50') } }));
    expect(byNotional.notional <= usd('50')).toBe(true);
    expect(
      toText(
        sizeExit(quantity('9'), 10, context({ product: { baseMaxSize: quantity('0'), quoteMaxSize: usd('0') } }))
          .quantity,
      ),
    ).toBe('9');
  });

  it.each([
    ['not_listed', quantity('1'), { ...context(), product: null }],
    ['no_quote', quantity('1'), { ...context(), quote: null }],
    ['price_below_increment', quantity('1'), context({ product: { priceIncrement: price('1000') } })],
    ['below_increment', quantity('0'), context()],
  ] as const)('is impossible: %s', (problem, wanted, given) => {
    expect(sizeExit(wanted, 10, given)).toMatchObject({ problem, quantity: 0n });
  });
});

describe('protection', () => {
  it('is for all that is wanted, on the grid and within the largest order; at the limit it was given, for no cash', () => {
    const limitPrice = price('120');
    const sized = sizeGuard(quantity('1.500000005'), limitPrice, context());

    expect(sized).toMatchObject({ quantity: quantity('1.5'), limitPrice, reserved: 0n, problem: null });
    const bounded = context({ product: { baseMaxSize: quantity('1') } });
    expect(toText(sizeGuard(quantity('1.5'), limitPrice, bounded).quantity)).toBe('1');
  });

  it.each([
    ['not_listed', quantity('1'), { ...context(), product: null }],
    ['below_increment', quantity('0.000000001'), context()],
    ['below_increment', quantity('0'), context()],
  ] as const)('is impossible: %s', (problem, wanted, given) => {
    expect(sizeGuard(wanted, price('120'), given)).toMatchObject({ problem, quantity: 0n });
  });
});
