import * as z from 'zod';
import { INTERVALS } from '../../../shared/core/market/interval.ts';

export const FILE_FORMAT = 'trader-baselines/1';

/** Zero is no baseline: nothing deviates from it by a share. */
const figure = z.number().refine((value) => value !== 0, 'a baseline of zero compares with nothing');

export const metricsSchema = z.strictObject({
  fills: figure,
  round_trips: figure,
  final_equity_usd: figure,
  total_return_pct: figure,
  max_drawdown_pct: figure,
  fees_paid_usd: figure,
  turnover_per_year: figure,
  mean_exposure_pct: figure,
  time_in_market_pct: figure,
  benchmark_return_pct: figure,
});

export type Metrics = Readonly<z.output<typeof metricsSchema>>;

export const METRICS = Object.keys(metricsSchema.shape) as readonly (keyof Metrics)[];

const acceptanceSchema = z.strictObject({
  market: z.string().min(1),
  interval: z.enum(INTERVALS),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  date: z.iso.date(),
  reason: z.string().trim().min(1),
  code_version: z.string(),
  config_hash: z.string(),
  data_hash: z.string(),
  metrics: metricsSchema,
  seal: z.string().describe('sha256 of the seal before and of everything else in here'),
});

export type Acceptance = Readonly<z.output<typeof acceptanceSchema>>;

/** Oldest first, only ever added to: the newest of a market is its baseline. */
export const baselineFileSchema = z.strictObject({
  format: z.literal(FILE_FORMAT),
  acceptances: z.array(acceptanceSchema),
});
