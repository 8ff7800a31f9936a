import * as z from 'zod';

/** The report of a backtest [REQ-BT2]. Amounts that were booked are decimal text; figures derived from them are numbers. */
export const REPORT_FORMAT = 1;

const time = z.iso.datetime();
const amount = z.string().regex(/^-?\d+(\.\d+)?$/);
const figure = z.number();
const counts = z.record(z.string(), z.int().min(0));
const shares = z.record(z.string(), figure);

export const runSchema = z.strictObject({
  config_hash: z.string().describe('Of the config as it was run, adaptations included'),
  stage: z.string(),
  data_hash: z.string().describe('Of every bar that the run could see'),
  code_version: z.string(),
  seed: z.int(),
  interval: z.string(),
  from: time,
  to: time,
  symbols: z.array(z.string()),
  strategies: z.array(z.string()),
  starting_cash_usd: amount,
  maker_fee_bps: figure,
  taker_fee_bps: figure,
  fill_model: z.strictObject({
    spread_factor: figure,
    impact_bps_at_cap: figure,
    max_volume_share: figure,
    latency_bars: z.int().min(1).describe('From the signal to the bar that its order meets'),
    finer_bars: z
      .string()
      .nullable()
      .describe('Bars that tell whether stop or target came first; null: always the stop'),
  }),
  adaptations: z.array(z.string()).describe('Where the config was bent to the data, in words'),
  slots: z.int(),
  symbol_bars: z.int().describe('Bars of all symbols that were decided on'),
});

const tradeSchema = z.strictObject({
  time,
  order: z.string(),
  symbol: z.string(),
  side: z.enum(['BUY', 'SELL']),
  size: amount,
  price: amount,
  fee_usd: amount,
  slippage_bps: figure.describe('Against the middle it was dealt away from; more is dearer'),
  liquidity: z.enum(['MAKER', 'TAKER']),
  strategy: z.string(),
  reason: z.string().describe("The strategy's trigger, or why it was sold"),
  exit_reason: z.string().nullable().describe('null for a purchase'),
  realised_pnl_usd: amount.describe('Of a sale, fees of both sides included'),
});

const roundTripSchema = z.strictObject({
  symbol: z.string(),
  strategy: z.string(),
  opened: time,
  closed: time,
  entry_reason: z.string(),
  exit_reason: z.string(),
  bought_usd: amount,
  pnl_usd: amount,
  fees_usd: amount,
});

const equityPointSchema = z.strictObject({
  time,
  equity_usd: figure,
  pnl_usd: figure,
  drawdown_pct: figure,
  benchmark_usd: figure.nullable(),
});

const exposurePointSchema = z.strictObject({
  time,
  total_pct: figure,
  assets: shares,
  themes: shares,
  strategies: shares,
});

export const metricsSchema = z.strictObject({
  total_return_pct: figure,
  cagr_pct: figure.nullable(),
  sharpe: figure.nullable().describe('Daily returns, 365 days a year, no riskless rate'),
  sortino: figure.nullable(),
  calmar: figure.nullable(),
  volatility_pct: figure.nullable().describe('A year'),
  max_drawdown_pct: figure.describe('Over every slot, not only the points of the series'),
  max_drawdown_days: figure.describe('The longest time below an earlier high'),
  profit_factor: figure.nullable().describe('null without a losing round trip'),
  win_rate_pct: figure.nullable(),
  expectancy_usd: figure.nullable().describe('Of one round trip, net'),
  round_trips: z.int(),
  fills: z.int(),
  turnover_per_year: figure.nullable().describe('Traded value over mean equity'),
  fees_paid_usd: figure,
  time_in_market_pct: figure,
  beta: figure.nullable(),
  benchmark_return_pct: figure.nullable(),
  excess_return_pct: figure.nullable(),
  benchmark_sharpe: figure.nullable(),
  benchmark_max_drawdown_pct: figure.nullable().describe('Over the days'),
});

const strategySchema = z.strictObject({
  strategy: z.string(),
  proposals: z.int(),
  approved: z.int(),
  rejected: counts,
  round_trips: z.int(),
  wins: z.int(),
  net_pnl_usd: figure,
  fees_usd: figure,
  failures: z.int().describe('Slots at which it threw'),
});

export const reportSchema = z.strictObject({
  format: z.literal(REPORT_FORMAT),
  run: runSchema,
  metrics: metricsSchema,
  monthly: z.array(
    z.strictObject({
      month: z.string().regex(/^\d{4}-\d{2}$/),
      return_pct: figure,
      benchmark_return_pct: figure.nullable(),
    }),
  ),
  strategies: z.array(strategySchema),
  rejections: z.strictObject({
    risk: counts.describe('Proposals and exits that risk or budgets refused, by reason'),
    execution: counts.describe('Approved orders that came to nothing, by reason'),
    symbols: counts.describe('Why a symbol was not bought at a slot, summed over all'),
  }),
  gates: z
    .array(z.strictObject({ gate: z.string(), slots: z.int(), first: time, last: time }))
    .describe('What stopped everything new, for how many slots, from when to when'),
  final: z.strictObject({
    cash_usd: amount,
    equity_usd: amount,
    realised_pnl_usd: amount,
    fees_paid_usd: amount,
    positions: z.array(z.strictObject({ symbol: z.string(), size: amount, cost_usd: amount, strategy: z.string() })),
  }),
  trades: z.array(tradeSchema),
  round_trips: z.array(roundTripSchema),
  equity: z.array(equityPointSchema),
  exposure: z.array(exposurePointSchema),
});

export type BacktestReport = Readonly<z.output<typeof reportSchema>>;
export type BacktestRun = BacktestReport['run'];
export type BacktestMetrics = BacktestReport['metrics'];
export type EquityPoint = BacktestReport['equity'][number];
export type RoundTrip = BacktestReport['round_trips'][number];
export type TradeRow = BacktestReport['trades'][number];
