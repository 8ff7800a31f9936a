import type { Day } from './evidence.ts';

/** A day counts when nearly all of it was observed: 23 of 24 hours leave room for a deployment. */
const WHOLE_DAY_MS = 23 * 3_600_000;

export interface CleanDays {
  readonly clean: readonly Day[];
  /** The latest day on which something was wrong, and what; null: none. */
  readonly last: { readonly day_ms: number; readonly what: string } | null;
}

/** Counting begins anew after every day on which something was wrong. */
export function cleanDays(days: readonly Day[], wrongOn: (day: Day) => readonly string[]): CleanDays {
  const wrong = days.filter((day) => wrongOn(day).length > 0);
  const lastMs = Math.max(...wrong.map(({ day_ms }) => day_ms));
  const what = wrong.filter(({ day_ms }) => day_ms === lastMs).flatMap(wrongOn);
  return {
    clean: days.filter(({ day_ms }) => day_ms > lastMs),
    last: wrong.length === 0 ? null : { day_ms: lastMs, what: [...new Set(what)].join('; ') },
  };
}

export function wholeDays(days: readonly Day[]): number {
  return new Set(days.filter(({ observed_ms }) => observed_ms >= WHOLE_DAY_MS).map(({ day_ms }) => day_ms)).size;
}

/** " since 2025-01-05 (what was wrong)"; nothing where nothing was. */
export function sinceText(last: CleanDays['last']): string {
  return last === null ? '' : ` since ${new Date(last.day_ms).toISOString().slice(0, 10)} (${last.what})`;
}
