import type * as z from 'zod';
import { runSchema } from '../../../shared/core/backtest/report-schema.ts';
import type { PointRecord } from './point-record.ts';

/** What the runs of a study have in common. */
export const studyFactsSchema = runSchema.omit({ config_hash: true, slots: true, symbol_bars: true });

export type StudyFacts = z.output<typeof studyFactsSchema>;

/** As a point was run, less what only that point changed. `span`: of all points, where theirs differ. */
export function factsOf(
  { run }: PointRecord,
  own: readonly string[],
  span?: { readonly from: string; readonly to: string },
): StudyFacts {
  const { config_hash: _config, slots: _slots, symbol_bars: _bars, ...facts } = run;
  const isOwn = (text: string) => own.some((change) => text === `changed by hand: ${change}`);
  return { ...facts, adaptations: facts.adaptations.filter((text) => !isOwn(text)), ...span };
}
