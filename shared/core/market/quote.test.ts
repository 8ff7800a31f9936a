import { expect, it } from 'vitest';
import { price, quantity } from '../money/fixed.ts';
import { productId } from './product.ts';
import { isWiderThan, midPrice, type Quote, spreadBps } from './quote.ts';

const quote: Quote = {
  productId: productId('BTC-USD'),
  bid: price('99.5'),
  bidSize: quantity('1'),
  ask: price('100.5'),
  askSize: quantity('1'),
  timeMs: 0,
};

it('measures the spread against the middle', () => {
  expect(midPrice(quote)).toBe(100);
  expect(spreadBps(quote)).toBeCloseTo(100, 10);
});

it.each([
  ['inside', '100.19', false],
  ['at the limit', '100.2', false],
  ['outside', '100.21', true],
])('compares a spread exactly: one tick %s', (_, ask, isWide) => {
  expect(isWiderThan({ ...quote, bid: price('99.8'), ask: price(ask) }, 40)).toBe(isWide);
});
