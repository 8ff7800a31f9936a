import * as z from 'zod';
import { metricsSchema } from '../../../shared/core/backtest/report-schema.ts';
import { CRITERIA } from '../study/criterion.ts';
import { studyFactsSchema } from '../study/study-facts.ts';
import { deflationSchema, haircutSchema } from '../study/trials.ts';
import { worthSchema } from '../study/worth.ts';

const gridValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]);
export const paramsSchema = z.record(z.string(), gridValue).describe('What the point sets, by path of the config');
export const gridSchema = z.array(z.strictObject({ path: z.string(), values: z.array(gridValue) }));
export const choiceSchema = z.strictObject({ criterion: z.enum(CRITERIA), min_round_trips: z.int() });

/** The report of `trader sweep`: every point of a grid, and what the best is worth after so many tries. */
export const sweepSchema = z.strictObject({
  format: z.literal(1),
  kind: z.literal('sweep'),
  run: studyFactsSchema.describe('As the first point was run'),
  grid: gridSchema,
  choice: choiceSchema,
  points: z
    .array(
      z.strictObject({
        params: paramsSchema,
        config_hash: z.string(),
        rank: z.int().describe('1 is the best by the criterion'),
        metrics: metricsSchema,
        haircut: haircutSchema,
      }),
    )
    .describe('In the order of the grid'),
  best: z.strictObject({ point: z.int().describe('Its place in points, from 0'), params: paramsSchema }).nullable(),
  worth: worthSchema.nullable().describe('Of the best, as if it had been the only one'),
  deflation: deflationSchema.describe('Of the best, as one of so many'),
});

export type SweepReport = z.output<typeof sweepSchema>;
