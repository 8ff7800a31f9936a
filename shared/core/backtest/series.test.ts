import { expect, it } from 'vitest';
import { candlesFrom, NO_CANDLES } from '../market/candles.ts';
import { productId } from '../market/product.ts';
import { productOf } from '../market/testing/product.ts';
import { seriesOf } from './series.ts';
import { barsAt } from './testing/bar-world.ts';

const product = productOf(productId('BTC-USD'));

it('a history without a bar, or with bars that do not fill a longer one, is refused by name', () => {
  const raw = candlesFrom(barsAt([1, 2, 3]));

  expect(() => seriesOf({ product, spreadBps: 0, raw: NO_CANDLES }, '1m', [])).toThrow('BTC-USD: no bar at all');
  expect(() => seriesOf({ product, spreadBps: 0, raw }, '4h', ['1h'])).toThrow('bars of 1h are not made of bars of 4h');
});
