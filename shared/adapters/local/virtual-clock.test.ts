import { describe, expect, it } from 'vitest';
import { acceleratedClock, virtualClock } from './virtual-clock.ts';

describe('virtualClock', () => {
  it('passes only by sleeping, and to the millisecond', async () => {
    const clock = virtualClock(1_000);
    await clock.sleep(3_600_000);
    expect(clock.nowMs()).toBe(3_601_000);
  });

  it('lets sleeps side by side overlap', async () => {
    const clock = virtualClock(0);
    await Promise.all([clock.sleep(100), clock.sleep(300), clock.sleep(200)]);
    expect(clock.nowMs()).toBe(300);
  });

  it('never goes back', () => {
    const clock = virtualClock(500);
    clock.advanceTo(100);
    expect(clock.nowMs()).toBe(500);
  });

  it('measures durations in real time', async () => {
    const clock = virtualClock(0);
    const before = clock.monotonicMs();
    await clock.sleep(3_600_000);
    expect(clock.monotonicMs() - before).toBeLessThan(10_000);
  });
});

describe('acceleratedClock', () => {
  it('sleeps a minute in a thousandth of it and wakes no earlier', async () => {
    const clock = acceleratedClock(5_000, 60_000);
    await clock.sleep(60_000);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(65_000);
  });

  it('refuses a speed that is not positive', () => {
    expect(() => acceleratedClock(0, 0)).toThrow(RangeError);
  });
});
