import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowsOf } from './windows.ts';

const DAY = 86_400_000;
const days = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * DAY);
const plans = fc
  .record({
    trainMs: days(1, 40),
    testMs: days(1, 20),
    gapMs: days(0, 10),
    embargoMs: days(0, 5),
    lengthMs: days(70, 400),
    mode: fc.constantFrom('rolling' as const, 'anchored' as const),
  })
  .map(({ gapMs, lengthMs, ...plan }) => ({
    ...plan,
    stepMs: plan.testMs + gapMs,
    fromMs: 7 * DAY,
    toMs: 7 * DAY + lengthMs,
  }));

describe('[I9] the windows of a walk-forward', () => {
  it('never train on what they test, nor within the embargo before it, and test no day twice', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const windows = windowsOf(plan);
        windows.forEach(({ train, test }, i) => {
          expect(test.fromMs - train.toMs).toBe(plan.embargoMs);
          expect(test.toMs - test.fromMs).toBe(plan.testMs);
          expect(train.fromMs).toBeGreaterThanOrEqual(plan.fromMs);
          expect(test.toMs).toBeLessThanOrEqual(plan.toMs);
          const before = windows[i - 1];
          if (before !== undefined) expect(test.fromMs - before.test.fromMs).toBe(plan.stepMs);
        });
        // One more would not fit.
        expect((windows.at(-1)?.test.fromMs ?? 0) + plan.stepMs + plan.testMs).toBeGreaterThan(plan.toMs);
      }),
    );
  });

  it('train on one length when rolling, and on everything from the first bar when anchored', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        for (const { train } of windowsOf(plan)) {
          if (plan.mode === 'anchored') expect(train.fromMs).toBe(plan.fromMs);
          else expect(train.toMs - train.fromMs).toBe(plan.trainMs);
          expect(train.toMs - train.fromMs).toBeGreaterThanOrEqual(plan.trainMs);
        }
      }),
    );
  });

  it('say when there is no room for one, and refuse to test a day twice', () => {
    const plan = {
      fromMs: 0,
      toMs: 10 * DAY,
      trainMs: 8 * DAY,
      testMs: 3 * DAY,
      stepMs: 3 * DAY,
      embargoMs: 0,
      mode: 'rolling',
    } as const;
    expect(() => windowsOf(plan)).toThrow(/10 days after the warm-up do not hold --train 8 days/);
    expect(windowsOf({ ...plan, toMs: 11 * DAY }).length).toBe(1);
    expect(() => windowsOf({ ...plan, stepMs: 2 * DAY })).toThrow(/--step must not be shorter than --test/);
  });
});
