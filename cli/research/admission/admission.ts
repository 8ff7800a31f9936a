import { rounded } from '../../../shared/core/backtest/rounding.ts';
import { adjustedForTests } from '../../../shared/core/statistics/multiple-tests.ts';
import { type Edge, edgeOf } from '../study/edge.ts';
import type { TripCost } from '../study/point-record.ts';
import type { StudyFacts } from '../study/study-facts.ts';
import type { Redraw } from '../study/worth.ts';
import type { AdmissionReport } from './admission-schema.ts';

export interface Applicant {
  readonly strategy: string;
  readonly trips: readonly TripCost[];
}

export interface Terms {
  readonly minTrips: number;
  readonly isAlone: boolean;
}

const SIGNIFICANT = 0.05;

/** Every strategy against its own round trip. What cannot be shown does not clear. */
export function admissionReport(
  run: StudyFacts,
  applicants: readonly Applicant[],
  terms: Terms,
  redraw: Redraw,
): AdmissionReport {
  const edges = applicants.map(({ trips }) => edgeOf(trips, redraw));
  const { holm } = adjustedForTests(edges.map(({ p }) => p ?? 1));
  return {
    format: 1,
    kind: 'admission',
    run,
    min_round_trips: terms.minTrips,
    is_alone: terms.isAlone,
    strategies: applicants.map(({ strategy }, i) => {
      const edge = edges[i] as Edge;
      const p = edge.p === null ? null : rounded(holm[i] as number, 6);
      return { strategy, ...edge, p_holm: p, ...verdictOf(edge, p, terms.minTrips) };
    }),
  };
}

type Verdict = Pick<AdmissionReport['strategies'][number], 'verdict' | 'why'>;

export function verdictOf({ round_trips, net }: Edge, p: number | null, minTrips: number): Verdict {
  const no = (why: string): Verdict => ({ verdict: 'does_not_clear', why });
  if (net.mean_bps === null || round_trips < minTrips)
    return no(`${round_trips} round trips: at least ${minTrips} are asked for`);
  if (net.mean_bps <= 0) return no(`loses ${(-net.mean_bps).toFixed(1)} bps a round trip after its costs`);
  if (net.interval === null || p === null) return no('too few round trips for an interval');
  if (net.interval.low <= 0) {
    return no(`makes ${net.mean_bps.toFixed(1)} bps, but the interval begins at ${net.interval.low.toFixed(1)}`);
  }
  if (p >= SIGNIFICANT) return no(`one of so many strategies shows this by luck with a probability of ${p.toFixed(3)}`);
  return { verdict: 'clears', why: `at least ${net.interval.low.toFixed(1)} bps are left of a round trip` };
}
