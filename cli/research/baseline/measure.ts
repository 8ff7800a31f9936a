import type { BacktestReport } from '../../../shared/core/backtest/report-schema.ts';
import type { Interval } from '../../../shared/core/market/interval.ts';
import { usd } from '../../../shared/core/money/fixed.ts';
import { UserError } from '../../user-error.ts';
import { backtest } from '../backtest/run.ts';
import { researchConfig } from '../backtest/stage-config.ts';
import { METRICS, type Metrics } from './file-schema.ts';
import { type FixedMarket, withBars } from './markets.ts';

/** What a baseline is taken of. */
export interface Subject {
  readonly market: string;
  readonly interval: Interval;
  readonly from: string;
  readonly to: string;
}

export interface Measured extends Subject {
  readonly code_version: string;
  readonly config_hash: string;
  readonly data_hash: string;
  readonly metrics: Metrics;
}

export interface Settings {
  readonly config: string;
  /** As of `trader backtest --set`. */
  readonly changes: readonly string[];
}

/** The pack of the local stage, as shipped, at the account's default fees. */
const STAGE = 'local';
const CASH = usd('10000');
const SEED = 1;

export function measureFixed(market: FixedMarket, settings: Settings): Measured {
  // The detector wants most of a year of days, so the regime is given.
  const changes = [`policy.regime.override=${market.regime}`, ...settings.changes];
  const subject: Subject = {
    market: market.name,
    interval: '1m',
    from: new Date(market.fromMs).toISOString(),
    to: new Date(market.toMs).toISOString(),
  };
  return withBars(market, (dir) => measure(subject, dir, { ...settings, changes }));
}

export function measure(subject: Subject, dir: string, { config, changes }: Settings): Measured {
  const report = backtest(
    {
      data: dir,
      interval: subject.interval,
      from: Date.parse(subject.from),
      to: Date.parse(subject.to),
      symbols: undefined,
      strategies: undefined,
      quote: 'USD',
      capital: CASH,
      fees: undefined,
      seed: SEED,
      stage: researchConfig(config, STAGE, CASH, changes),
    },
    () => undefined,
  );
  const { code_version, config_hash, data_hash } = report.run;
  return { ...subject, code_version, config_hash, data_hash, metrics: metricsOf(subject.market, report) };
}

/** Throws when a figure is zero or missing: in per cent of nothing, nothing could ever deviate. */
export function metricsOf(market: string, { metrics, final, exposure }: BacktestReport): Metrics {
  if (metrics.fills === 0) throw new UserError(`${market}: nothing was traded, so there is nothing to compare`);
  const equity = Number(Number(final.equity_usd).toFixed(6));
  const found: Readonly<Record<keyof Metrics, number | null>> = {
    fills: metrics.fills,
    round_trips: metrics.round_trips,
    final_equity_usd: equity,
    total_return_pct: metrics.total_return_pct,
    max_drawdown_pct: metrics.max_drawdown_pct,
    fees_paid_usd: metrics.fees_paid_usd,
    turnover_per_year: metrics.turnover_per_year,
    mean_exposure_pct: meanOf(exposure.map(({ total_pct }) => total_pct)),
    time_in_market_pct: metrics.time_in_market_pct,
    benchmark_return_pct: metrics.benchmark_return_pct,
  };
  const empty = METRICS.filter((metric) => !Number.isFinite(found[metric]) || found[metric] === 0);
  if (empty.length > 0) {
    throw new UserError(`${market}: ${empty.join(', ')} is zero or missing, so no deviation from it can be told`);
  }
  return found as Metrics;
}

function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(6));
}
