import { METRICS, type Metrics } from './file-schema.ts';

/** In per cent, either way. */
export const TOLERANCE_PCT = 2;

export interface Deviation {
  readonly market: string;
  readonly metric: keyof Metrics;
  /** null: the market has no baseline yet. */
  readonly old: number | null;
  readonly new: number;
  readonly deviation_pct: number | null;
  readonly ok: boolean;
}

/** One row for every metric. */
export function compare(market: string, old: Metrics | null, now: Metrics): readonly Deviation[] {
  return METRICS.map((metric) => {
    const before = old === null ? null : old[metric];
    const percent = before === null ? null : deviationPct(before, now[metric]);
    return {
      market,
      metric,
      old: before,
      new: now[metric],
      deviation_pct: percent === null ? null : Number(percent.toFixed(4)),
      ok: percent !== null && Math.abs(percent) <= TOLERANCE_PCT,
    };
  });
}

/** Of the size of the old one: a loss that grows deviates downwards. */
function deviationPct(old: number, now: number): number {
  if (old === 0) throw new RangeError('a baseline of zero compares with nothing');
  return ((now - old) / Math.abs(old)) * 100;
}
