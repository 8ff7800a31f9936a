import * as z from 'zod';
import { metricsSchema, runSchema } from '../../../shared/core/backtest/report-schema.ts';

const figure = z.number();

/** What one round trip made and what it paid for being made. */
export const tripCostSchema = z.strictObject({
  strategy: z.string(),
  bought_usd: figure,
  /** Net of everything. */
  pnl_usd: figure,
  fees_usd: figure,
  /** Half spreads and impact of all its fills, against the middle. */
  slippage_usd: figure,
});

export type TripCost = z.output<typeof tripCostSchema>;

/** What is kept of one finished backtest of a study: a line of its results file. */
export const pointRecordSchema = z.strictObject({
  /** Of code, config, bars and everything else that could change the rest. */
  key: z.string().regex(/^[0-9a-f]{64}$/),
  run: runSchema,
  metrics: metricsSchema,
  daily: z.array(z.tuple([z.int(), figure, figure.nullable()])),
  open_value_usd: figure,
  trips: z.array(tripCostSchema).nullable(),
});

export type PointRecord = z.output<typeof pointRecordSchema>;
