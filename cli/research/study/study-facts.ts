import type * as z from 'zod';
import { runSchema } from '../../../shared/core/backtest/report-schema.ts';
import type { PointRecord } from './point-record.ts';

/** What the runs of a study have in common. */
export const studyFactsSchema = runSchema.omit({ config_hash: true, slots: true, symbol_bars: true });

export type StudyFacts = z.output<typeof studyFactsSchema>;

/** As the first of the points was run, over this span. */
export function factsOf({ run }: PointRecord, span?: { readonly from: string; readonly to: string }): StudyFacts {
  const { config_hash: _config, slots: _slots, symbol_bars: _bars, ...facts } = run;
  return { ...facts, ...span };
}
