import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { productId } from '../market/product.ts';
import { productOf } from '../market/testing/product.ts';
import { price, quantity, toNumber, toText } from '../money/fixed.ts';
import { FRICTIONLESS, PESSIMISTIC } from './fill-model.ts';
import { barCap, restAt, takeAt, type Venue } from './fills.ts';
import type { FillBar } from './market.ts';

const product = productOf(productId('BTC-USD'));
const bar: FillBar = { index: 1, open: 100, high: 103, low: 97, volume: 1_000, isTraded: true };
const venue: Venue = { product, bar, model: PESSIMISTIC, halfSpread: 0.001 };
const buy = (size: string, limit: string) => ({ side: 'BUY', quantity: quantity(size), limit: price(limit) }) as const;
const sell = (size: string, limit: string) =>
  ({ side: 'SELL', quantity: quantity(size), limit: price(limit) }) as const;

describe('an order that takes', () => {
  it('pays half the spread, and the root of its share of the bar on top', () => {
    // 12.5 of 50 is a quarter of the cap: half of the 20 bps.
    expect(takeAt(100, buy('12.5', '110'), venue)).toMatchObject({ price: price('100.21'), liquidity: 'TAKER' });
    expect(takeAt(100, sell('12.5', '90'), venue)).toMatchObject({ price: price('99.8') });
    expect(takeAt(100, buy('50', '110'), venue)).toMatchObject({ price: price('100.31') });
  });

  it('gets at most 5 % of what the bar traded', () => {
    expect(toText(barCap(venue))).toBe('50');
    expect(takeAt(100, buy('80', '110'), venue)?.quantity).toBe(quantity('50'));
    expect(takeAt(100, buy('80', '110'), { ...venue, bar: { ...bar, isTraded: false } })).toBeNull();
    expect(takeAt(100, buy('80', '110'), { ...venue, bar: { ...bar, volume: 0 } })).toBeNull();
  });

  it('deals only as much as fits inside its limit, and nothing when the touch is beyond it', () => {
    expect(takeAt(100, buy('10', '100.09'), venue)).toBeNull();
    expect(takeAt(100, sell('10', '99.91'), venue)).toBeNull();
    // 10 bps of room above the touch are half of the impact at the cap: a quarter of the cap.
    const part = takeAt(100, buy('50', '100.2001'), venue);
    expect(toNumber(part?.quantity ?? quantity('0'))).toBeCloseTo(12.5, 1);
  });

  it('[I3] is never filled beyond its limit, above its size or better than the middle', () => {
    const cents = fc.integer({ min: 9_000, max: 11_000 }).map((each) => (each / 100).toFixed(2));
    const sizes = fc.integer({ min: 1, max: 200_000_000 }).map((each) => (each / 1_000_000).toFixed(6));
    fc.assert(
      fc.property(
        fc.constantFrom('BUY' as const, 'SELL' as const),
        cents,
        sizes,
        fc.constantFrom([FRICTIONLESS, 0] as const, [PESSIMISTIC, 0.001] as const),
        (side, limit, size, [model, halfSpread]) => {
          const wanted = { side, quantity: quantity(size), limit: price(limit) };
          const found = takeAt(100, wanted, { ...venue, model, halfSpread });
          if (found === null) return;
          const [mid, worst] = [price('100'), wanted.limit];
          const [low, high] = side === 'BUY' ? [mid, worst] : [worst, mid];
          expect([found.price >= low, found.price <= high]).toEqual([true, true]);
          expect([found.quantity > 0n, found.quantity <= wanted.quantity]).toEqual([true, true]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('an order that rests', () => {
  it.each([
    ['a buy that the bar only touched', buy('1', '97'), null],
    ['a buy that it went through', buy('1', '97.01'), '97.01'],
    ['a sale that it only touched', sell('1', '103'), null],
    ['a sale that it went through', sell('1', '102.99'), '102.99'],
  ])('fills at its own price, and only when traded through: %s', (_, wanted, at) => {
    const found = restAt(wanted, venue);
    expect(found === null ? null : toText(found.price)).toBe(at);
    if (found !== null) expect(found.liquidity).toBe('MAKER');
  });

  it('shares the cap of the bar', () => {
    expect(restAt(buy('80', '99'), venue)?.quantity).toBe(quantity('50'));
  });
});
