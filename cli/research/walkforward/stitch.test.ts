import { describe, expect, it } from 'vitest';
import type { PointRecord } from '../study/point-record.ts';
import { closingCost, curveFigures, heldCurve, stitched, windowReturnPct } from './stitch.ts';

const DAY = 86_400_000;

function recordOf(
  fromDay: number,
  equities: readonly number[],
  held: readonly (number | null)[],
  open = 0,
): PointRecord {
  const daily = equities.map(
    (equity, i) => [(fromDay + i) * DAY, equity, held[i] ?? null] as [number, number, number | null],
  );
  return { daily, open_value_usd: open, run: { taker_fee_bps: 100 } } as unknown as PointRecord;
}

describe('[REQ-BT2] tests one after the other', () => {
  it('compound: each begins with what the one before left, whatever cash it was run with', () => {
    const points = stitched([recordOf(0, [10_000, 11_000], [100, 90]), recordOf(1, [500, 450, 600], [30, 33, 36])]);

    expect(points.map(({ timeMs }) => timeMs / DAY)).toEqual([0, 1, 2, 3]);
    [1, 1.1, 1.1 * 0.9, 1.1 * 1.2].forEach((expected, i) => {
      expect(points[i]?.equity).toBeCloseTo(expected, 12);
    });
    [1, 0.9, 0.9 * 1.1, 0.9 * 1.2].forEach((expected, i) => {
      expect(points[i]?.benchmark).toBeCloseTo(expected, 12);
    });
  });

  it('are the run itself where one run is cut in two', () => {
    const whole = [100, 103, 99, 120, 118];
    const cut = stitched([recordOf(0, whole.slice(0, 3), whole), recordOf(2, whole.slice(2), whole.slice(2))]);
    cut.forEach(({ equity }, i) => {
      expect(equity).toBeCloseTo((whole[i] as number) / 100, 12);
    });
    expect(curveFigures(cut).max_drawdown_pct).toBeCloseTo(100 * (1 - 99 / 103), 6);
  });

  it('pay the fee of selling what they still hold, off their last day', () => {
    const record = recordOf(0, [10_000, 10_000], [1, 1], 4_000);

    expect(closingCost(record)).toBe(40);
    expect(windowReturnPct(record)).toBeCloseTo(-0.4, 9);
    expect(stitched([record, recordOf(1, [10_000, 10_000], [1, 1])]).map(({ equity }) => equity)).toEqual([
      1, 0.996, 0.996,
    ]);
  });

  it('know no benchmark from the day on which it is unknown', () => {
    const points = stitched([recordOf(0, [1, 1], [100, null]), recordOf(1, [1, 1], [100, 110])]);
    expect(points.map(({ benchmark }) => benchmark)).toEqual([1, null, null]);
    expect(heldCurve(points)).toBeNull();
  });
});
