import * as z from 'zod';
import { metricsSchema } from '../../../shared/core/backtest/report-schema.ts';
import { studyFactsSchema } from '../study/study-facts.ts';
import { deflationSchema, haircutSchema } from '../study/trials.ts';
import { worthSchema } from '../study/worth.ts';
import { choiceSchema, gridSchema, paramsSchema } from '../sweep/sweep-schema.ts';

const figure = z.number();
const time = z.iso.datetime();

const windowSchema = z.strictObject({
  train: z
    .strictObject({
      from: time,
      to: time,
      params: paramsSchema.describe('What was chosen on it'),
      is_chosen: z.boolean().describe('false: no point qualified, so the shipped parameters were tested'),
      metrics: metricsSchema.describe('Of the chosen on its training'),
      deflation: deflationSchema,
    })
    .nullable()
    .describe('null: nothing was fitted'),
  test: z.strictObject({
    from: time,
    to: time,
    metrics: metricsSchema,
    closing_cost_usd: figure.describe(
      "The taker's fee on what was still held at the end; off the last day's equity here",
    ),
    return_pct: figure.describe('After the closing cost'),
  }),
});

/** Figures of a curve of daily equities. */
export const curveFiguresSchema = z.strictObject({
  total_return_pct: figure,
  cagr_pct: figure.nullable(),
  sharpe: figure.nullable(),
  sortino: figure.nullable(),
  volatility_pct: figure.nullable(),
  calmar: figure.nullable(),
  max_drawdown_pct: figure.describe('Over the days'),
});

export const walkforwardSchema = z.strictObject({
  format: z.literal(1),
  kind: z.literal('walkforward'),
  run: studyFactsSchema.describe(
    'As the last test was run, which could see the bars of all; from and to: of all tests',
  ),
  mode: z.enum(['rolling', 'anchored', 'no_fit']),
  train_days: figure,
  test_days: figure,
  step_days: figure,
  embargo_days: figure,
  grid: gridSchema,
  choice: choiceSchema,
  windows: z.array(windowSchema),
  out_of_sample: curveFiguresSchema.describe('All tests, one after the other'),
  benchmark: curveFiguresSchema
    .nullable()
    .describe("Holding the regime's reference over the same days, without any cost"),
  beta: figure.nullable(),
  excess_return_pct: figure.nullable(),
  round_trips: z.int(),
  fees_paid_usd: figure,
  windows_won: z.int().describe('Tests that returned more than nothing'),
  windows_above_benchmark: z.int(),
  train_sharpe: figure.nullable().describe('Mean of the chosen on their training'),
  test_sharpe: figure.nullable().describe('Mean of the same on their tests: how much of it lasts'),
  worth: worthSchema,
  haircut: haircutSchema.describe('As one test among as many as the grid has points (or --trials)'),
  trials: z.int(),
  equity: z.array(z.strictObject({ time, equity: figure, benchmark: figure.nullable() })).describe('Of 1 at the start'),
});

export type WalkforwardReport = z.output<typeof walkforwardSchema>;
export type CurveFigures = z.output<typeof curveFiguresSchema>;
