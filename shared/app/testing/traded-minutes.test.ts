import { expect, test } from 'vitest';
import { candlesFrom } from '../../core/market/candles.ts';
import { productId } from '../../core/market/product.ts';
import { tradedBars, tradeMinute } from './traded-minutes.ts';

const BTC = productId('BTC-USD');

test('a traded minute begins after now, and the clock stands at its end', () => {
  const desk = { bars: new Map(), nowMs: 90_000 };
  tradeMinute(desk, { low: 99 });
  tradeMinute(desk, { open: 100, high: 105, close: 101, volume: 7 });
  expect(desk.nowMs).toBe(240_000);
  expect(tradedBars(desk.bars, BTC, 0, 10)).toEqual(
    candlesFrom([
      { index: 2, open: 99, high: 99, low: 99, close: 99, volume: 1_000 },
      { index: 3, open: 100, high: 105, low: 100, close: 101, volume: 7 },
    ]),
  );
  expect(tradedBars(desk.bars, BTC, 3, 10)).toHaveLength(1);
  expect(tradedBars(desk.bars, productId('ETH-USD'), 0, 10)).toHaveLength(0);
});
