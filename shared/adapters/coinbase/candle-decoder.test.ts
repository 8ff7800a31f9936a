import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barStartMs } from '../../core/market/interval.ts';
import { productId } from '../../core/market/product.ts';
import { type CandleWindow, decodeCandles } from './candle-decoder.ts';
import { getCandles } from './endpoints/candles.ts';
import { answered, failureOf, testBench } from './testing/test-client.ts';
import { virtualClock } from './testing/virtual-clock.ts';

const BTC = productId('BTC-USD');
const WINDOW: CandleWindow = { intervalS: 60, fromIndex: 0, toIndex: 1e9, nowS: 1e11 };

const row = (index: number, fields: Readonly<Record<string, unknown>> = {}) => ({
  start: String(index * 60),
  low: '99.5',
  high: '101',
  open: '100',
  close: '100.5',
  volume: '12.25',
  ...fields,
});

describe('candle rows', () => {
  test('become columns, oldest first, gaps left as they are', () => {
    const candles = decodeCandles([row(12, { close: '101' }), row(11), row(8)], WINDOW);
    expect([...candles.index]).toEqual([8, 11, 12]);
    expect([...candles.close]).toEqual([100.5, 100.5, 101]);
    expect([...candles.volume]).toEqual([12.25, 12.25, 12.25]);
  });

  test('count once; of a repeated bar the first on the wire, the newest reading, stands', () => {
    const candles = decodeCandles([row(12), row(11, { close: '101' }), row(11), row(13)], WINDOW);
    expect([...candles.index]).toEqual([11, 12, 13]);
    expect(candles.close[0]).toBe(101);
  });

  test('[I9] of a bar that is still forming, or outside the span, are dropped', () => {
    const window = { ...WINDOW, fromIndex: 10, toIndex: 13, nowS: 13 * 60 + 59.999 };
    const rows = [14, 13, 12, 10, 9].map((index) => row(index));
    expect([...decodeCandles(rows, window).index]).toEqual([10, 12]);
    expect([...decodeCandles(rows, { ...window, nowS: 14 * 60 }).index]).toEqual([10, 12, 13]);
  });

  test('of another time altogether are no empty answer: milliseconds, or a span that was ignored', () => {
    const window = { ...WINDOW, fromIndex: 100_000, toIndex: 100_009 };
    const answer = (...rows: object[]) => [...decodeCandles(rows, window).index];
    expect(() => answer(row(100_005_000), row(100_004_000))).toThrow('reply.candles are of another time');
    expect(() => answer(row(99_998))).toThrow('reply.candles are of another time');
    // Whether the end belongs to the span is not documented.
    expect(answer(row(100_010))).toEqual([]);
    expect(answer()).toEqual([]);
  });

  test('may carry numbers', () => {
    const candles = decodeCandles([row(1, { start: 60, low: 1e-8, high: 200, open: 2, close: 3, volume: 0 })], WINDOW);
    expect(candles.low[0]).toBe(1e-8);
  });

  test.each([
    ['start', '61'],
    ['start', ''],
    ['start', '1e3'],
    ['low', '0'],
    ['low', '-1'],
    ['low', '100.2'],
    ['high', '99'],
    ['high', 'Infinity'],
    ['open', '98'],
    ['open', '1,00'],
    ['open', ' '],
    ['close', '102'],
    ['close', '0x64'],
    ['close', null],
    ['close', '.5'],
    ['close', '5.'],
    ['close', '1.0.0'],
    ['volume', '-0.1'],
    ['volume', ''],
    ['volume', undefined],
  ])('with an impossible %s (%s) fail, naming row and field', (field, value) => {
    const at = value === '100.2' ? 'open' : field === 'high' && value === '99' ? 'high' : field;
    expect(() => decodeCandles([row(2), row(1, { [field]: value })], WINDOW)).toThrow(`reply.candles[1].${at}`);
  });

  test('that are no objects fail', () => {
    for (const value of [null, 'x', 5, []])
      expect(() => decodeCandles([value], WINDOW)).toThrow('reply.candles[0].start');
  });

  test('in any order and however often repeated give the same ascending columns', () => {
    const indices = fc.uniqueArray(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(indices, fc.infiniteStream(fc.nat()), (given, order) => {
        const rows = given.flatMap((index) => [row(index), row(index)]);
        const shuffled = rows
          .map((value) => ({ value, key: order.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ value }) => value);
        expect([...decodeCandles(shuffled, WINDOW).index]).toEqual([...given].sort((a, b) => a - b));
      }),
    );
  });

  test('of 100 products decode in a fraction of a cycle', () => {
    const reply = JSON.stringify(Array.from({ length: 350 }, (_, i) => row(1_000 - i)));
    const replies = Array.from({ length: 100 }, () => JSON.parse(reply) as unknown[]);
    const times = Array.from({ length: 5 }, () => {
      const began = performance.now();
      for (const rows of replies) decodeCandles(rows, WINDOW);
      return performance.now() - began;
    });
    // 10 to 20 ms where nothing else runs; the bound only catches a change of kind.
    expect(Math.min(...times)).toBeLessThan(150);
  });
});

describe('asking for candles', () => {
  const to = Math.floor(Date.parse('2026-11-20T10:00:00Z') / 60_000) - 1;

  test('names the span in seconds and the granularity in words', async () => {
    const { client, exchange } = await testBench([{ body: { candles: [row(to), row(to - 1)] } }]);
    const candles = answered(await getCandles(client, BTC, '1m', to - 299, to));
    expect([...candles.index]).toEqual([to - 1, to]);
    const { path, query } = exchange.received[0] ?? expect.fail();
    expect(path).toBe('/products/BTC-USD/candles');
    expect(Object.fromEntries(query)).toEqual({
      start: String(barStartMs(to - 299, '1m') / 1_000),
      end: String(barStartMs(to + 1, '1m') / 1_000),
      granularity: 'ONE_MINUTE',
    });
  });

  test('drops the bar that the clock says is still forming', async () => {
    const clock = virtualClock(barStartMs(to, '1m') + 59_999);
    const { client } = await testBench([{ body: { candles: [row(to), row(to - 1)] } }], { clock });
    expect([...answered(await getCandles(client, BTC, '1m', to - 5, to)).index]).toEqual([to - 1]);
  });

  test('for more than 300 bars is a mistake of the caller', async () => {
    const { client } = await testBench([{ body: {} }]);
    expect(() => getCandles(client, BTC, '1m', 0, 300)).toThrow('1 to 300 bars');
    expect(() => getCandles(client, BTC, '1m', 5, 4)).toThrow('1 to 300 bars');
  });

  test('is a failure when there is no list', async () => {
    const { client } = await testBench([{ body: { candles: null } }]);
    expect(failureOf(await getCandles(client, BTC, '1m', 0, 1))).toContain('reply.candles is not a list');
  });
});
