import { describe, expect, it } from 'vitest';
import { randomOf } from '../../../shared/core/statistics/random.ts';
import { admissionReport, verdictOf } from '../admission/admission.ts';
import { edgeOf } from './edge.ts';
import type { TripCost } from './point-record.ts';
import type { StudyFacts } from './study-facts.ts';

const REDRAW = { draws: 500, seed: 1, blockLength: undefined, level: 0.95 };

/** Round trips of $1,000 that make so many bps at the middle and pay 25 of fees and 5 of slippage. */
function tripsOf(edgeBps: number, count: number, stream = 1): readonly TripCost[] {
  const random = randomOf(4, stream);
  return Array.from({ length: count }, () => ({
    strategy: 'one',
    bought_usd: 1_000,
    pnl_usd: (edgeBps + (random() - 0.5) * 100 - 30) / 10,
    fees_usd: 2.5,
    slippage_usd: 0.5,
  }));
}

describe('[REQ-BT2] the edge of a round trip', () => {
  it('is what is left when its own costs are put back', () => {
    const { edge, cost, net, round_trips } = edgeOf(tripsOf(70, 400), REDRAW);

    expect(round_trips).toBe(400);
    expect(cost).toEqual({ mean_bps: 30, fees_bps: 25, slippage_bps: 5 });
    const mean = edge.mean_bps ?? Number.NaN;
    expect(mean - (net.mean_bps ?? Number.NaN)).toBeCloseTo(30, 3);
    expect(Math.abs(mean - 70)).toBeLessThan(5);
    expect(edge.interval?.low).toBeLessThan(mean);
    // Uniform noise of 100 bps over 400 round trips: 1.96 * 100 / sqrt(12) / 20 on each side.
    expect(Math.abs((net.interval?.high ?? 0) - (net.interval?.low ?? 0) - 5.66)).toBeLessThan(1);
  });

  it('is none of no round trips, and has no interval of one', () => {
    expect(edgeOf([], REDRAW)).toEqual({
      round_trips: 0,
      p: null,
      edge: { mean_bps: null, interval: null },
      cost: { mean_bps: null, fees_bps: null, slippage_bps: null },
      net: { mean_bps: null, interval: null },
    });
    expect(edgeOf(tripsOf(70, 1), REDRAW)).toMatchObject({ round_trips: 1, p: null, net: { interval: null } });
  });
});

describe('[REQ-BT2] the admission of a strategy', () => {
  const verdict = (edgeBps: number, count: number, minTrips = 30) => {
    const report = admissionReport(
      {} as StudyFacts,
      [{ strategy: 'one', trips: tripsOf(edgeBps, count) }],
      { minTrips, isAlone: true },
      REDRAW,
    );
    return report.strategies[0];
  };

  it('clears what makes more than its costs, and says what is left', () => {
    expect(verdict(70, 400)).toMatchObject({ verdict: 'clears', why: expect.stringMatching(/^at least 3\d\.\d bps/) });
  });

  it.each([
    ['what loses after its costs', 10, 400, /^loses \d+\.\d bps a round trip after its costs$/],
    ['what may be nothing', 28, 60, /the interval begins at -/],
    ['what was hardly tried', 200, 29, /^29 round trips: at least 30 are asked for$/],
  ])('does not clear %s', (_, edgeBps, count, why) => {
    expect(verdict(edgeBps, count)).toMatchObject({ verdict: 'does_not_clear', why: expect.stringMatching(why) });
  });

  it('asks for more where many apply: one of a hundred looks good by luck', () => {
    const edge = edgeOf(tripsOf(40, 120), REDRAW);
    expect(verdictOf(edge, edge.p, 30).verdict).toBe('clears');
    expect(verdictOf(edge, 0.06, 30)).toMatchObject({
      verdict: 'does_not_clear',
      why: expect.stringContaining('by luck'),
    });

    const crowd = Array.from({ length: 100 }, (_, i) => ({ strategy: `s${i}`, trips: tripsOf(30, 60, i + 50) }));
    const { strategies } = admissionReport({} as StudyFacts, crowd, { minTrips: 30, isAlone: true }, REDRAW);
    expect(strategies.filter(({ p }) => (p ?? 1) < 0.05).length).toBeGreaterThan(0);
    expect(strategies.filter((each) => each.verdict === 'clears')).toEqual([]);
  });
});
