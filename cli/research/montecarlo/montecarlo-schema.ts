import * as z from 'zod';
import { studyFactsSchema } from '../study/study-facts.ts';
import { worthSchema } from '../study/worth.ts';

const figure = z.number();

const spreadSchema = z.strictObject({
  mean: figure,
  p1: figure,
  p5: figure,
  p25: figure,
  p50: figure,
  p75: figure,
  p95: figure,
  p99: figure,
});

const histogramSchema = z
  .strictObject({ from: figure, width: figure, counts: z.array(z.int()) })
  .describe('Bins of one width; the outermost hundredth of the draws on each side stands in the end bins');

/** What else the same returns could have become. */
export const distributionSchema = z.strictObject({
  returns: z.int().describe('How many there are to draw from, and drawn each time'),
  total_return_pct: spreadSchema,
  max_drawdown_pct: spreadSchema,
  sharpe: spreadSchema.nullable().describe('A year'),
  probability_of_loss: figure,
  drawdown_beyond: z.array(z.strictObject({ pct: figure, probability: figure })),
  return_histogram: histogramSchema,
  drawdown_histogram: histogramSchema,
});

export const montecarloSchema = z.strictObject({
  format: z.literal(1),
  kind: z.literal('montecarlo'),
  run: studyFactsSchema.describe('The backtest that it is made of'),
  config_hash: z.string(),
  draws: z.int(),
  seed: z.int(),
  resampling: z.enum(['stationary', 'circular']),
  block_days: figure,
  observed: z.strictObject({
    total_return_pct: figure,
    max_drawdown_pct: figure.describe('Over the days'),
    sharpe: figure.nullable(),
  }),
  days: distributionSchema.describe('Blocks of daily returns redrawn'),
  trades: distributionSchema
    .nullable()
    .describe('Round trips redrawn one by one, each as a share of the equity it began with; null below two of them'),
  fan: z
    .array(z.strictObject({ day: z.int(), p5: figure, p25: figure, p50: figure, p75: figure, p95: figure }))
    .describe('Equity after so many days, 1 at the start'),
  worth: worthSchema,
});

export type MontecarloReport = z.output<typeof montecarloSchema>;
export type Distribution = z.output<typeof distributionSchema>;
export type Histogram = z.output<typeof histogramSchema>;
export type Spread = z.output<typeof spreadSchema>;
