import { loadConfig } from '../../shared/config/load.ts';
import { PESSIMISTIC } from '../../shared/core/backtest/fill-model.ts';
import { noiseAt, textKey } from '../../shared/core/backtest/noise.ts';
import type { RunFacts } from '../../shared/core/backtest/report.ts';
import { runBacktest } from '../../shared/core/backtest/run-backtest.ts';
import { seriesOf } from '../../shared/core/backtest/series.ts';
import type { DecisionConfig } from '../../shared/core/cycle/decision-config.ts';
import { barsNeeded } from '../../shared/core/cycle/requirements.ts';
import { type Bar, candlesFrom } from '../../shared/core/market/candles.ts';
import { ONLINE } from '../../shared/core/market/product.ts';
import { ratio, usd } from '../../shared/core/money/fixed.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import { listingFor } from '../../simulator/market/listing.ts';

const BASES = ['BTC', 'ETH', 'SOL', 'AVAX', 'ADA', 'DOT', 'LINK', 'XRP', 'LTC', 'DOGE'];
const STRATEGIES = [
  'donchian-breakout',
  'time-series-momentum',
  'donchian-ensemble',
  'ema-trend-pullback',
  'rsi-bollinger-reversion',
];
const FIRST = Date.UTC(2025, 0, 1) / 60_000;
const WARM_UP = 1_000;

const FACTS: RunFacts = {
  config_hash: 'bench',
  stage: 'local',
  data_hash: 'bench',
  code_version: 'bench',
  seed: 1,
  interval: '1m',
  from: '2025-01-01T00:00:00.000Z',
  to: '2025-01-02T00:00:00.000Z',
  symbols: [...BASES],
  strategies: [...STRATEGIES],
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

export interface PackFigures {
  readonly symbolBars: number;
  readonly slots: number;
  readonly fills: number;
  readonly seconds: number;
}

/** The full bot: five strategies, ten symbols, every rule, one decision a minute. Throws when it trades nothing. */
export function runPack(bars: number, configDir: string): PackFigures {
  const config = benchConfig(configDir);
  const toMs = (FIRST + WARM_UP + bars) * 60_000;
  const intervals = [...new Set(barsNeeded(config, toMs, strategyModules).map(({ interval }) => interval))];
  const series = new Map(
    BASES.map((base) => {
      const { productId: id, ...listing } = listingFor(base, 'USD', 100);
      const product = { id, ...listing, quoteVolume24h: null, flags: ONLINE };
      const raw = candlesFrom(walk(base, WARM_UP + bars));
      return [id, seriesOf({ product, spreadBps: listing.spreadBps, raw }, '1m', intervals)] as const;
    }),
  );
  const startMs = performance.now();
  const { run, metrics } = runBacktest(
    {
      config,
      market: { baseInterval: '1m', seed: 1, model: PESSIMISTIC, series },
      fees: { maker: ratio('0.006'), taker: ratio('0.012'), source: 'account' },
      cash: usd('10000'),
      fromMs: (FIRST + WARM_UP) * 60_000,
      toMs,
    },
    FACTS,
  );
  const seconds = (performance.now() - startMs) / 1_000;
  // A run that traded nothing would be fast.
  if (metrics.fills === 0) throw new Error('nothing was traded: there is nothing to measure');
  return { symbolBars: run.symbol_bars, slots: run.slots, fills: metrics.fills, seconds };
}

/** Five strategies at work; the rules as shipped, but for the listing age that made-up coins do not have. */
function benchConfig(dir: string): DecisionConfig {
  const loaded = loadConfig({ dir, stage: 'local' });
  if (loaded.kind === 'invalid') throw new Error('the shipped config is not valid: run `trader config check`');
  const { decision } = loaded.config;
  const strategy = Object.fromEntries(
    Object.entries(decision.signals.strategy).map(([name, settings]) => {
      return [name, { ...settings, interval: '1m' as const, enabled: STRATEGIES.includes(name), shadow: false }];
    }),
  );
  const policy = { ...decision.policy, risk: { ...decision.policy.risk, max_drawdown_pct: 100 } };
  return { ...decision, policy, signals: { ...decision.signals, strategy } };
}

/** Around 100, its own for every symbol; one bar in thirty leaps. */
function walk(base: string, bars: number): readonly Bar[] {
  const random = (i: number, salt: number) => noiseAt(salt, textKey(base), i);
  let close = 100;
  return Array.from({ length: bars }, (_, i): Bar => {
    const open = close;
    close *= 1 + (random(i, 1) - 0.498) * (random(i, 2) < 1 / 30 ? 0.02 : 0.003);
    const high = Math.max(open, close) * 1.0005;
    return {
      index: FIRST + i,
      open,
      high,
      low: Math.min(open, close) * 0.9995,
      close,
      volume: 20_000 + 9_000 * random(i, 3),
    };
  });
}
