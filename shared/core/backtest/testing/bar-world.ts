import { configOf, type Patch } from '../../../../test/core/world.ts';
import type { DecisionConfig } from '../../cycle/decision-config.ts';
import { type Bar, candlesFrom } from '../../market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../market/interval.ts';
import { type Product, type ProductId, productId } from '../../market/product.ts';
import type { FeeRates } from '../../market/snapshot.ts';
import { productOf } from '../../market/testing/product.ts';
import { quantity, ratio, usd } from '../../money/fixed.ts';
import type { BacktestInput } from '../engine.ts';
import { type FillModel, PESSIMISTIC } from '../fill-model.ts';
import { noiseAt, textKey } from '../noise.ts';
import type { RunFacts } from '../report.ts';
import { seriesOf } from '../series.ts';

/** A small market of bars on which every test changes one thing. */
export const FIRST = Date.UTC(2025, 5, 1) / 60_000;
export const WARM_UP = 60;
export const IDS = ['BTC-USD', 'ETH-USD', 'SOL-USD', 'DOGE-USD'].map(productId);
export const FEES: FeeRates = { maker: ratio('0.006'), taker: ratio('0.012'), source: 'account' };
export const NO_FEES: FeeRates = { maker: ratio('0'), taker: ratio('0'), source: 'account' };

export const FACTS: RunFacts = {
  config_hash: 'hash-of-the-config',
  stage: 'test',
  data_hash: 'hash-of-the-data',
  code_version: '0',
  seed: 1,
  interval: '1m',
  from: '2025-06-01T00:00:00.000Z',
  to: '2025-06-02T00:00:00.000Z',
  symbols: [...IDS],
  strategies: ['donchian-breakout'],
  starting_cash_usd: '10000',
  maker_fee_bps: 60,
  taker_fee_bps: 120,
  fill_model: {
    spread_factor: 1,
    impact_bps_at_cap: 20,
    max_volume_share: 0.05,
    latency_bars: 1,
    finer_bars: null,
  },
  adaptations: [],
};

/** A walk of its own for every symbol and seed; a bar in fifty is missing, a bar in thirty leaps. */
export function walkOf(id: ProductId, bars: number, seed: number): readonly Bar[] {
  const random = (i: number, salt: number) => noiseAt(seed, textKey(`${id} ${salt}`), i);
  let close = 100;
  return Array.from({ length: bars }, (_, i): Bar => {
    const open = close;
    const leap = random(i, 1) < 1 / 30 ? 0.02 : 0.002;
    close = round(open * (1 + (random(i, 2) - 0.495) * leap));
    const high = round(Math.max(open, close) * (1 + random(i, 3) * 0.001));
    const low = round(Math.min(open, close) * (1 - random(i, 4) * 0.001));
    return { index: FIRST + i, open, high, low, close, volume: 2_000 + Math.floor(random(i, 5) * 2_000) };
  }).filter((_, i) => i === 0 || random(i, 6) > 0.02);
}

/** Bars at given closes, each opening at the close before. */
export function barsAt(closes: readonly number[], volume = 10_000): readonly Bar[] {
  return closes.map((close, i) => {
    const open = closes[i - 1] ?? close;
    return { index: FIRST + i, open, high: Math.max(open, close), low: Math.min(open, close), close, volume };
  });
}

export interface WorldOptions {
  readonly bars: ReadonlyMap<ProductId, readonly Bar[]>;
  readonly config?: DecisionConfig;
  readonly fees?: FeeRates;
  readonly model?: FillModel;
  readonly spreadBps?: number;
  readonly modules?: BacktestInput['modules'];
  readonly fromIndex?: number;
  readonly toIndex?: number;
  readonly baseInterval?: Interval;
  /** What the products of this world are beside what they usually are. */
  readonly product?: Partial<Product>;
}

const LONGER: Partial<Record<Interval, readonly Interval[]>> = { '1m': ['1d', '5m'], '4h': ['1d'] };

function firstIndexOf(bars: WorldOptions['bars']): number {
  return Math.min(...[...bars.values()].map(([first]) => (first as Bar).index));
}

export function inputOf({
  bars,
  config = tradingConfig(),
  fees = FEES,
  model = PESSIMISTIC,
  spreadBps = 4,
  modules,
  baseInterval = '1m',
  fromIndex = firstIndexOf(bars) + WARM_UP,
  toIndex,
  product: own = {},
}: WorldOptions): BacktestInput {
  const stepMs = INTERVAL_MS[baseInterval];
  const series = [...bars].map(([id, walk]) => {
    const product = { ...productOf(id), quoteVolume24h: null, baseMinSize: quantity('0.00000001'), ...own };
    const raw = candlesFrom(walk);
    return [id, seriesOf({ product, spreadBps, raw }, baseInterval, LONGER[baseInterval] ?? [])] as const;
  });
  const last = Math.max(...[...bars.values()].map((walk) => (walk.at(-1) as Bar).index));
  return {
    config,
    market: { baseInterval, seed: 1, model, series: new Map(series) },
    fees,
    cash: usd('10000'),
    fromMs: fromIndex * stepMs,
    toMs: (toIndex ?? last + 1) * stepMs,
    ...(modules === undefined ? {} : { modules }),
  };
}

/** The test config, with no wait between trades. */
export function tradingConfig(patch: Patch<object> = {}): DecisionConfig {
  const base = configOf({
    policy: {
      risk: {
        cooldown_minutes: 1,
        per_symbol_cooldown_win_minutes: 1,
        per_symbol_cooldown_loss_minutes: 1,
        cooldown_after_stop_minutes: 1,
        cooldown_after_loss_trades: 20,
        max_drawdown_pct: 90,
      },
      regime: { override: 'chop' },
      exits: { exchange_protection: 'none' },
    },
    universe: { min_listing_age_days: 0, tiers: tiers() },
  });
  return mergedConfig(base, patch as Readonly<Record<string, unknown>>);
}

function tiers() {
  const floor = { min_24h_volume_usd: '1' };
  return { T1: floor, T2: floor, T3: floor };
}

function mergedConfig(base: DecisionConfig, patch: Readonly<Record<string, unknown>>): DecisionConfig {
  const merge = (value: unknown, change: unknown): unknown => {
    if (typeof change !== 'object' || change === null || Array.isArray(change)) return change;
    const from = (value ?? {}) as Readonly<Record<string, unknown>>;
    const changed = Object.entries(change).map(([key, each]) => [key, merge(from[key], each)] as const);
    return { ...from, ...Object.fromEntries(changed) };
  };
  return merge(base, patch) as DecisionConfig;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
