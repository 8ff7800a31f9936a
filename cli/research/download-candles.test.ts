import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCandleStore } from '../../shared/adapters/candles/candle-store.ts';
import { candlesFrom } from '../../shared/core/market/candles.ts';
import { productId } from '../../shared/core/market/product.ts';
import { type Answer, ok } from '../../shared/ports/answer.ts';
import type { MarketData } from '../../shared/ports/market-data.ts';
import { downloadCandles } from './download-candles.ts';
import { importCandles } from './import-candles.ts';
import { synthCandles } from './synth-candles.ts';

const BTC = productId('BTC-USD');
const HOUR = 3_600_000;
const NOW = 10_000 * HOUR;
const SILENT = { at: () => undefined, end: () => undefined };

/** Every third hour has a bar; none before 1,000. */
const barAt = (index: number) => ({ index, open: index, high: index, low: index, close: index, volume: 1 });
const traded = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i).filter((index) => index >= 1_000 && index % 3 === 0);

describe('downloading', () => {
  let out = '';
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), 'download-'));
  });
  afterEach(() => rmSync(out, { recursive: true }));

  const asked: [number, number][] = [];
  async function fetched(
    from: number,
    to: number,
    { failsAt = Number.POSITIVE_INFINITY, signal = new AbortController().signal } = {},
  ) {
    asked.length = 0;
    const marketData: Pick<MarketData, 'candles'> = {
      candles: async (_symbol, _interval, fromIndex, toIndex) => {
        asked.push([fromIndex, toIndex]);
        const answer: Answer<never> = { kind: 'unavailable', message: 'down for the night' };
        return asked.length >= failsAt ? answer : ok(candlesFrom(traded(fromIndex, toIndex).map(barAt)));
      },
    };
    const parts = { marketData, clock: { nowMs: () => NOW }, out, onCalls: () => undefined, signal };
    return downloadCandles(parts, BTC, '1h', { fromIndex: from, toIndex: to });
  }
  const stored = () => [...openCandleStore(out).load(BTC, '1h').index];

  it('keeps what came when the exchange fails half-way, says why, and goes on from there', async () => {
    await expect(fetched(3_000, 6_299, { failsAt: 8 })).rejects.toThrow(
      /BTC-USD at 1h: .*down for the night; what came before is kept, the same command goes on from there/,
    );
    expect(stored()).toEqual(traded(3_000, 5_099));
    const { bars, new_bars, calls } = await fetched(3_000, 6_299);

    expect(asked[0]).toEqual([5_100, 5_399]);
    expect({ bars, new_bars, calls }).toEqual({ bars: 1_100, new_bars: 400, calls: 4 });
    expect(stored()).toEqual(traded(3_000, 6_299));
  });

  it('leaves no hole when it fails on the way back in time', async () => {
    await fetched(3_000, 3_299);
    await expect(fetched(1_200, 3_299, { failsAt: 3 })).rejects.toThrow(/down for the night/);
    expect(stored()).toEqual(traded(2_400, 3_299));
    await fetched(1_200, 3_299);
    expect(asked[0]).toEqual([2_100, 2_399]);
    expect(stored()).toEqual(traded(1_200, 3_299));
  });

  it('stops when it is interrupted, without losing an answer', async () => {
    const interruption = new AbortController();
    interruption.abort();
    await expect(fetched(3_000, 6_299, interruption)).rejects.toThrow(/interrupted; the same command goes on/);
    expect(asked).toEqual([]);
  });

  it('grows at both ends, closes the hole between two spans, and never asks twice for the time before the listing', async () => {
    await fetched(3_000, 3_299);
    await fetched(4_000, 4_099);
    expect(asked).toEqual([
      [3_300, 3_599],
      [3_600, 3_899],
      [3_900, 4_099],
    ]);
    await fetched(500, 4_099);
    expect(stored()).toEqual(traded(1_000, 4_099));
    await fetched(600, 4_099);
    expect(asked).toEqual([]);
  });

  it('asks for no bar that the exchange may not have listed yet', async () => {
    await fetched(9_990, 10_050);
    expect(asked).toEqual([[9_990, 9_998]]);
  });

  it('begins again when the bars are gone, and refuses notes that it cannot read', async () => {
    await fetched(3_000, 3_299);
    unlinkSync(join(out, 'BTC-USD_1h.bars'));
    await fetched(3_000, 3_299);
    expect(stored()).toEqual(traded(3_000, 3_299));
    expect(JSON.parse(readFileSync(join(out, 'downloads.json'), 'utf8')).asked).toEqual({
      'BTC-USD 1h': { from_index: 3_000, to_index: 3_299 },
    });
  });

  it('asks again for all that went with a deleted file, whatever was fetched since', async () => {
    await fetched(3_000, 6_299);
    unlinkSync(join(out, 'BTC-USD_1h.bars'));
    await fetched(6_000, 6_299);
    await fetched(3_000, 6_299);
    expect(stored()).toEqual(traded(3_000, 6_299));
  });

  it('asks again for what an import has written over', async () => {
    await fetched(3_000, 6_299);
    const csv = join(out, 'BTC-USD_1h.csv');
    writeFileSync(csv, `time,open,high,low,close,volume\n${6_000 * 3_600},1,1,1,1,1\n`);
    await importCandles([csv], { out, quote: undefined, replaces: true }, SILENT);
    unlinkSync(csv);
    await fetched(3_000, 6_299);
    expect(stored()).toEqual(traded(3_000, 6_299));
  });

  it('asks again for what made-up bars have written over', async () => {
    await fetched(3_000, 6_299);
    const span = { fromMs: 6_000 * HOUR, toMs: 6_001 * HOUR };
    synthCandles({ seed: 1, bases: ['BTC'], interval: '1h', ...span, out, replaces: true }, SILENT);
    await fetched(3_000, 6_299);
    expect(stored()).toEqual(traded(3_000, 6_299));
  });

  it('says when there is nothing to be had', async () => {
    await expect(fetched(100, 200)).rejects.toThrow('BTC-USD: the exchange has no 1h bar in this time');
  });
});
