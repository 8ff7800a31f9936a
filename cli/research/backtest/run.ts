import type { CandleStore } from '../../../shared/adapters/candles/candle-store.ts';
import { type FillModel, PESSIMISTIC } from '../../../shared/core/backtest/fill-model.ts';
import type { ProductList } from '../../../shared/core/backtest/product-lists.ts';
import type { RunFacts } from '../../../shared/core/backtest/report.ts';
import type { BacktestReport } from '../../../shared/core/backtest/report-schema.ts';
import { timeText } from '../../../shared/core/backtest/rounding.ts';
import { runBacktest } from '../../../shared/core/backtest/run-backtest.ts';
import { type Series, seriesOf } from '../../../shared/core/backtest/series.ts';
import type { DecisionConfig } from '../../../shared/core/cycle/decision-config.ts';
import { barsNeeded } from '../../../shared/core/cycle/requirements.ts';
import type { Interval } from '../../../shared/core/market/interval.ts';
import type { ProductId } from '../../../shared/core/market/product.ts';
import type { FeeRates } from '../../../shared/core/market/snapshot.ts';
import { ratio, toText, type Usd } from '../../../shared/core/money/fixed.ts';
import { strategyModules } from '../../../shared/core/strategies/registry.ts';
import { adaptConfig } from './adapt-config.ts';
import { codeVersion, dataHash } from './hashes.ts';
import { endedNotes, listsOf, productNotes } from './product-notes.ts';
import { type ReadMarket, readMarket } from './read-market.ts';
import type { StageConfig } from './stage-config.ts';

export interface BacktestRequest {
  readonly data: string;
  readonly interval: Interval;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly symbols: readonly string[] | undefined;
  readonly strategies: readonly string[] | undefined;
  readonly quote: string;
  readonly capital: Usd;
  readonly fees: BpsPair | undefined;
  readonly seed: number;
  readonly stage: StageConfig;
  /** From the signal to the bar that its order meets; undefined: 1, the next one. */
  readonly latencyBars?: number | undefined;
  readonly finerBars?: Interval | 'none' | undefined;
  /** How bars fill orders; undefined: as pessimistic as it is documented. */
  readonly model?: FillModel;
  /** The folder where it was opened before: many runs on the same bars. */
  readonly store?: CandleStore | undefined;
}

export interface BpsPair {
  readonly maker: number;
  readonly taker: number;
}

export interface Ran {
  readonly report: BacktestReport;
  readonly market: ReadMarket;
}

type OnProgress = (done: number, slots: number, bars: number) => void;

/** Reads what is asked for and runs it. */
export function backtest(request: BacktestRequest, onProgress: OnProgress): BacktestReport {
  return backtestOn(request, onProgress).report;
}

/** The same, with the market that it ran on. */
export function backtestOn(request: BacktestRequest, onProgress: OnProgress): Ran {
  const { interval, seed, stage, latencyBars = 1, model = PESSIMISTIC } = request;
  const market = readMarket({
    dir: request.data,
    interval,
    symbols: request.symbols,
    quote: request.quote,
    fromMs: request.from,
    toMs: request.to,
    finerBars: request.finerBars,
    store: request.store,
  });
  const symbols = market.inputs.map(({ product }) => product.id);
  const { config, adaptations } = adaptConfig(stage.decision, { interval, symbols, strategies: request.strategies });
  const { maker_fee_bps: maker, taker_fee_bps: taker } = config.policy.execution;
  const fees = request.fees ?? { maker, taker };
  const productLists = listsOf(market.productDays, market);
  const bars = market.inputs.map(({ product, raw }) => [product.id, raw] as const);
  const said = [...adaptations, ...productNotes(productLists, market), ...endedNotes(bars, interval, market)];
  const facts = factsOf(request, market, config, { fees, adaptations: said, symbols, productLists });
  const report = runBacktest(
    {
      config,
      market: {
        baseInterval: interval,
        seed,
        model: { ...model, latencyBars },
        series: seriesFor(market, config),
        ...(market.finer !== null && { finer: market.finer }),
      },
      fees: ratesOf(fees),
      cash: request.capital,
      fromMs: market.fromMs,
      toMs: market.toMs,
      productLists,
    },
    facts,
    onProgress,
  );
  return { report, market };
}

function seriesFor({ inputs, toMs }: ReadMarket, config: DecisionConfig): ReadonlyMap<ProductId, Series> {
  const intervals = [...new Set(barsNeeded(config, toMs, strategyModules).map(({ interval }) => interval))];
  return new Map(inputs.map((input) => [input.product.id, seriesOf(input, config.signals.interval, intervals)]));
}

interface Told {
  readonly fees: BpsPair;
  readonly adaptations: readonly string[];
  readonly symbols: readonly ProductId[];
  readonly productLists: readonly ProductList[];
}

function factsOf(
  { capital, seed, interval, stage, latencyBars = 1, model = PESSIMISTIC }: BacktestRequest,
  { fromMs, toMs, inputs, finer }: ReadMarket,
  config: DecisionConfig,
  run: Told,
): RunFacts {
  const enabled = Object.entries(config.signals.strategy).filter(([, { enabled: isOn, shadow }]) => isOn && !shadow);
  return {
    config_hash: config.configHash,
    stage: stage.name,
    data_hash: dataHash(
      inputs.map(({ product, raw }) => [product.id, raw] as const),
      finer,
      run.productLists,
    ),
    code_version: codeVersion(),
    seed,
    interval,
    from: timeText(fromMs),
    to: timeText(toMs),
    symbols: [...run.symbols],
    strategies: enabled.map(([name]) => name).sort(),
    starting_cash_usd: toText(capital),
    maker_fee_bps: run.fees.maker,
    taker_fee_bps: run.fees.taker,
    fill_model: {
      spread_factor: model.spreadFactor,
      impact_bps_at_cap: model.impactBpsAtCap,
      max_volume_share: model.maxVolumeShare,
      latency_bars: latencyBars,
      finer_bars: finer?.interval ?? null,
    },
    adaptations: [...stage.changes.map((change) => `changed by hand: ${change}`), ...run.adaptations],
  };
}

function ratesOf({ maker, taker }: BpsPair): FeeRates {
  const rate = (bps: number) => ratio((bps / 10_000).toFixed(8));
  return { maker: rate(maker), taker: rate(taker), source: 'account' };
}
