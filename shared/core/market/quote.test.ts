import { expect, it } from 'vitest';
import { price, quantity } from '../money/fixed.ts';
import { productId } from './product.ts';
import { midPrice, type Quote, spreadBps } from './quote.ts';

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
