import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openCandleStore } from '../../shared/adapters/candles/candle-store.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import type { Candles } from '../../shared/core/market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../shared/core/market/interval.ts';
import { productId } from '../../shared/core/market/product.ts';
import type { MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import { CONFIG_DIR, stageConfig } from '../decision/read-inputs.ts';
import { progressBar } from '../render/progress.ts';
import { EXHIBITS } from '../research/lookahead/exhibits.ts';
import { type History, historyOf, momentOf } from '../research/lookahead/history.ts';
import { museumOf } from '../research/lookahead/museum.ts';
import { accountFor, onlyOf, startupDifferences, sweepOf } from '../research/lookahead/sweep.ts';
import { synthCandles } from '../research/synth-candles.ts';
import { lookaheadCommand } from './lookahead.ts';

const { decision: config } = stageConfig(CONFIG_DIR, 'local');

describe('[I9] the proof that no strategy knows the future', () => {
  let dir = '';
  let history: History;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'lookahead-'));
    const days = { fromMs: Date.UTC(2025, 0, 6), toMs: Date.UTC(2025, 0, 22) };
    const progress = progressBar({ total: 1, unit: 'bars' });
    synthCandles(
      { seed: 7, bases: ['BTC', 'ETH', 'SOL'], interval: '1h', ...days, out: dir, replaces: false },
      progress,
    );
    const store = openCandleStore(dir);
    history = historyOf(
      new Map(['BTC-USD', 'ETH-USD', 'SOL-USD'].map((id) => [productId(id), store.load(productId(id), '1h')])),
      '1h',
      ['1d'],
    );
  });
  afterAll(() => rmSync(dir, { recursive: true }));
  afterEach(() => {
    process.exitCode = undefined;
    vi.restoreAllMocks();
  });
  const barsEvery = (step: number) =>
    Array.from({ length: Math.floor((history.last - history.first) / step) + 1 }, (_, i) => history.first + i * step);

  async function output(...args: readonly string[]): Promise<string> {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const command = lookaheadCommand();
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    await command.parseAsync(['--data', dir, ...args], { from: 'user' });
    return lines.join('\n');
  }

  it('[I9] finds every planted bias of the museum, and accuses no honest one', { timeout: 120_000 }, () => {
    const museum = museumOf(history, config, barsEvery(1));

    expect(museum.exhibits.filter(({ leaks }) => leaks === 0).map(({ name }) => name)).toEqual([]);
    expect(museum.planted).toBe(23);
    expect(museum).toMatchObject({ caught: EXHIBITS.length, catch_rate_pct: 100, controls: 2, false_alarms: 0 });
    // Else nothing would be said of the honest ones.
    for (const { proposals } of museum.honest) expect(proposals).toBeGreaterThan(0);
  });

  it.each(['30m', '1d'] as const)(
    '[I9] finds them on bars of %s of a market that falls, too',
    { timeout: 120_000 },
    (interval) => {
      const falling = new Map([...history.series].map(([id, { base }]) => [id, halvedOn(interval, base)] as const));
      const fallen = historyOf(falling, interval, ['1d']);
      const bars = Array.from({ length: 12 }, (_, i) => fallen.last - 11 + i);

      const { exhibits, false_alarms } = museumOf(fallen, config, bars);
      expect(exhibits.filter(({ leaks }) => leaks === 0).map(({ name }) => name)).toEqual([]);
      expect(false_alarms).toBe(0);
    },
  );
  /** The hours as bars of another length that end when they do, losing half of their worth on the way. */
  function halvedOn(interval: Interval, { length, volume, ...hours }: Candles): Candles {
    const end = (((hours.index.at(-1) ?? 0) + 1) * INTERVAL_MS['1h']) / INTERVAL_MS[interval];
    const index = hours.index.map((_, i) => end - length + i);
    const fall = (column: Float64Array) => column.map((price, i) => price * (1 - i / (2 * length)));
    const { open, high, low, close } = hours;
    return { length, index, volume, open: fall(open), high: fall(high), low: fall(low), close: fall(close) };
  }

  it('shows a moment with the future behind it, and as long a past as any decision looks at', () => {
    const { symbols, slotMs } = momentOf(history, history.first);
    expect(symbols.map(({ productId: id }) => id)).toEqual(['BTC-USD', 'ETH-USD', 'SOL-USD']);
    expect([symbols[0]?.candles['1h']?.index[0], symbols[0]?.candles['1h']?.length]).toEqual([
      history.first - 299,
      360,
    ]);
    expect(slotMs).toBe((history.first + 1) * 3_600_000);
    expect(symbols[0]?.candles['1d']?.index.at(-1)).toBeGreaterThan(slotMs / 86_400_000);
  });

  it('reports strategies, bars, leaks and the catch rate', { timeout: 120_000 }, async () => {
    const result = JSON.parse(
      await output('--strategies', 'donchian-breakout,time-series-momentum', '--bars', '24', '--json'),
    );

    expect(result).toMatchObject({
      ok: true,
      strategies: 2,
      bars: 48,
      leaks: 0,
      startup_differences: 0,
      museum: { catch_rate_pct: 100, false_alarms: 0 },
    });
    // Eight bars of each also with coins in hand, each once really and four times otherwise.
    expect(result.decisions).toBe(2 * (24 + 8) * 5);
    expect(result.rows[0].strategy).toBe('donchian-breakout');
    expect(result.data_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(process.exitCode).toBeUndefined();
    const text = await output('--strategies', 'donchian-breakout', '--bars', '10');
    expect(text).toContain('1 strategies, 10 bars, 70 decisions, 0 leaks, 0 changed by a longer history');
    expect(text).toMatch(/next_close +caught/);
  });

  it('counts what a strategy makes of more past than it may see', () => {
    const bars = barsEvery(1).slice(0, 10);
    expect(sweepOf(history, config, 'donchian-breakout', bars, () => undefined)).toMatchObject({
      bars: 10,
      leaks: 0,
      startup_differences: 0,
      failures: [],
    });
    const counting = (snapshot: MarketSnapshot, account: Account) => ({
      ...decide(snapshot, account, onlyOf(config, 'donchian-breakout', '1h')),
      equity: String(snapshot.symbols[0]?.candles['1h']?.length),
    });
    const late = [history.first + 38, history.first + 39];
    // The history holds 38 more bars: 1 and 37 of them, and all there are for 150 and 600.
    expect(
      startupDifferences(
        history,
        late,
        () => accountFor(history, config),
        () => counting,
      ),
    ).toBe(8);
  });

  it('says which strategy, symbol or length of data is missing', async () => {
    await expect(output('--strategies', 'crystal-ball')).rejects.toThrow(
      /there is no crystal-ball; there are donchian/,
    );
    await expect(output('--symbols', 'NIX')).rejects.toThrow(/no 1h bars of NIX-USD; there are BTC-USD/);
    await expect(output('--bars', '0')).rejects.toThrow(/whole number above 0, or all/);
    const few = mkdtempSync(join(tmpdir(), 'few-'));
    const days = { fromMs: Date.UTC(2025, 0, 6), toMs: Date.UTC(2025, 0, 16) };
    synthCandles(
      { seed: 7, bases: ['BTC'], interval: '1h', ...days, out: few, replaces: false },
      progressBar({ total: 1, unit: 'bars' }),
    );
    await expect(output('--data', few, '--symbols', 'BTC')).rejects.toThrow(
      /are too few: it takes 300 before and 60 behind/,
    );
    rmSync(few, { recursive: true });
  });
});
