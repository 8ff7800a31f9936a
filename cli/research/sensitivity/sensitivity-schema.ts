import * as z from 'zod';
import { metricsSchema } from '../../../shared/core/backtest/report-schema.ts';
import { edgeSchema } from '../study/edge.ts';
import { studyFactsSchema } from '../study/study-facts.ts';

const figure = z.number();

export const sensitivitySchema = z.strictObject({
  format: z.literal(1),
  kind: z.literal('sensitivity'),
  run: studyFactsSchema.describe('At the fees and costs of factor 1'),
  fee_factors: z.array(figure),
  cost_factors: z.array(figure),
  points: z.array(
    z.strictObject({
      fee_factor: figure.describe('Times the fees of the run'),
      cost_factor: figure.describe('Times spread and impact of the fill model'),
      maker_fee_bps: figure,
      taker_fee_bps: figure,
      metrics: metricsSchema,
      edge: edgeSchema,
    }),
  ),
  edge_dies: z
    .array(z.strictObject({ cost_factor: figure, fee_factor: figure.nullable() }))
    .describe(
      'Per cost factor the fee factor at which the return crosses zero, between two points in a straight line; null: it never does',
    ),
});

export type SensitivityReport = z.output<typeof sensitivitySchema>;
