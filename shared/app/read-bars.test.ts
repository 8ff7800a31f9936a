import { describe, expect, it } from 'vitest';
import type { BarsNeeded } from '../core/cycle/requirements.ts';
import { candlesFrom } from '../core/market/candles.ts';
import { type Interval, lastClosedBarIndex } from '../core/market/interval.ts';
import { type ProductId, productId } from '../core/market/product.ts';
import { ok } from '../ports/answer.ts';
import { createMarketCache } from './market-cache.ts';
import { knownBars, readBars, seriesOf } from './read-bars.ts';

const BTC = productId('BTC-USD');
const ETH = productId('ETH-USD');
const DAY_MS = Date.UTC(2026, 0, 5);
const t = (interval: Interval, slotMs = DAY_MS) => lastClosedBarIndex(slotMs, interval);

/** Reads of one process, cycle by cycle, two seconds after each slot. */
function process(
  needs: (slotMs: number) => readonly BarsNeeded[],
  products: readonly ProductId[],
  maxOtherReads = 100,
) {
  const marketCache = createMarketCache();
  const failing = new Set<ProductId>();
  const close = new Map<string, number>();
  return {
    failing,
    close,
    /** "BTC 1h 3" for three bars asked for. */
    async cycle(slotMs: number): Promise<readonly string[]> {
      const asked: string[] = [];
      const clock = { nowMs: () => slotMs + 2_000, monotonicMs: () => 0, sleep: async () => undefined };
      const candles = async (id: ProductId, interval: Interval, from: number, to: number) => {
        asked.push(`${id.slice(0, 3)} ${interval} ${to - from + 1}`);
        if (failing.has(id)) return { kind: 'unavailable', message: 'down' } as const;
        const bars = Array.from({ length: to - from + 1 }, (_, i) =>
          bar(from + i, close.get(`${interval} ${from + i}`)),
        );
        return ok(candlesFrom(bars));
      };
      const marketData = { candles } as never;
      await readBars(
        { marketData, marketCache, clock },
        seriesOf(needs(slotMs), products, slotMs),
        '1m',
        maxOtherReads,
      );
      return asked.sort();
    },
    known: (id: ProductId, interval: Interval, slotMs: number) => {
      const series = seriesOf(needs(slotMs), products, slotMs).find(
        (each) => each.productId === id && each.interval === interval,
      );
      return series && knownBars(series, marketCache);
    },
  };
}

function bar(index: number, close = 100) {
  return { index, open: 100, high: Math.max(100, close), low: Math.min(100, close), close, volume: 1 };
}

/** The last `bars` bars of each interval. */
const last =
  (bars: number, ...intervals: readonly Interval[]) =>
  (slotMs: number): readonly BarsNeeded[] =>
    intervals.map((interval) => ({ interval, fromIndex: t(interval, slotMs) - bars + 1, products: 'all' }));

const MINUTE = 60_000;

describe('reading bars', () => {
  it('asks for a whole window once and then only for what has closed', async () => {
    const { cycle } = process(last(30, '1m'), [BTC]);

    expect(await cycle(DAY_MS)).toEqual(['BTC 1m 30']);
    // The bar before was read seconds after its close: it is read once more.
    expect(await cycle(DAY_MS + MINUTE)).toEqual(['BTC 1m 2']);
    expect(await cycle(DAY_MS + 4 * MINUTE)).toEqual(['BTC 1m 4']);
  });

  it('[REQ-STR1] asks for a longer bar only when one has closed, and once more when it is final', async () => {
    const { cycle } = process(last(30, '1m', '1h'), [BTC]);
    const hourly = async (minutes: number) =>
      (await cycle(DAY_MS + minutes * MINUTE)).filter((line) => line.includes('1h'));

    expect(await hourly(0)).toEqual(['BTC 1h 30']);
    expect(await hourly(1)).toEqual(['BTC 1h 1']);
    for (let minutes = 2; minutes < 60; minutes += 1) expect(await hourly(minutes)).toEqual([]);
    expect(await hourly(60)).toEqual(['BTC 1h 1']);
    expect(await hourly(61)).toEqual(['BTC 1h 1']);
    expect(await hourly(62)).toEqual([]);
  });

  it('lets the second reading of a bar win', async () => {
    const { cycle, close, known } = process(last(3, '1m', '1h'), [BTC]);
    await cycle(DAY_MS);
    close.set(`1h ${t('1h')}`, 123);
    await cycle(DAY_MS + MINUTE);

    expect(known(BTC, '1h', DAY_MS + MINUTE)?.bars.close.at(-1)).toBe(123);
  });

  it('spreads a cold start over cycles: the base interval at once, the others in turn', async () => {
    const { cycle, known } = process(last(5, '1m', '1h', '1d'), [BTC, ETH], 2);

    expect(await cycle(DAY_MS)).toEqual(['BTC 1h 5', 'BTC 1m 5', 'ETH 1h 5', 'ETH 1m 5']);
    expect(known(BTC, '1d', DAY_MS)).toBeUndefined();
    const second = await cycle(DAY_MS + MINUTE);
    expect(second.filter((line) => !line.includes('1m'))).toEqual(['BTC 1d 5', 'ETH 1d 5']);
    expect(known(ETH, '1d', DAY_MS + MINUTE)).toBeDefined();
  });

  it('[REQ-U3] reads the days of the reference as soon as they have closed, however many others wait', async () => {
    const needs = (slotMs: number): readonly BarsNeeded[] => [
      { interval: '1d', fromIndex: t('1d', slotMs) - 250, products: [ETH] },
      ...last(5, '1h', '1d')(slotMs),
    ];
    const { cycle, known } = process(needs, [BTC, ETH], 1);
    for (let minutes = 0; minutes <= 4 * 24 * 60; minutes += 1) {
      await cycle(DAY_MS + minutes * MINUTE);
      expect(known(ETH, '1d', DAY_MS + minutes * MINUTE)).toBeDefined();
    }
  });

  it('does not let what fails keep others waiting', async () => {
    const { cycle, failing, known } = process(last(5, '1h'), [BTC, ETH], 1);
    failing.add(BTC);

    expect(await cycle(DAY_MS)).toEqual(['BTC 1h 5']);
    expect(await cycle(DAY_MS + MINUTE)).toEqual(['ETH 1h 5']);
    expect(known(ETH, '1h', DAY_MS + MINUTE)).toBeDefined();
    failing.clear();
    expect(await cycle(DAY_MS + 2 * MINUTE)).toEqual(['BTC 1h 5']);
  });

  it('never calls a window complete whose newest bar could not be read', async () => {
    const { cycle, failing, known } = process(last(5, '1m', '1h'), [BTC]);
    await cycle(DAY_MS);
    failing.add(BTC);
    await cycle(DAY_MS + 60 * MINUTE);

    expect(known(BTC, '1h', DAY_MS + 59 * MINUTE)).toBeDefined();
    expect(known(BTC, '1h', DAY_MS + 60 * MINUTE)).toBeUndefined();
  });

  it('reads the longer of two windows of the same bars', () => {
    const needs: readonly BarsNeeded[] = [
      { interval: '1d', fromIndex: t('1d') - 250, products: [BTC] },
      { interval: '1d', fromIndex: t('1d') - 50, products: 'all' },
    ];

    expect(
      seriesOf(needs, [BTC, ETH], DAY_MS).map(({ productId: id, fromIndex }) => [id, t('1d') - fromIndex]),
    ).toEqual([
      [BTC, 250],
      [ETH, 50],
    ]);
  });
});
