import { describe, expect, it } from 'vitest';
import { barIndexAt, barStartMs, INTERVALS, lastClosedBarIndex } from './interval.ts';

describe('bar calendar', () => {
  it.each(INTERVALS)('%s: a bar is closed from the instant the next one opens', (interval) => {
    const start = barStartMs(1000, interval);

    expect(barIndexAt(start, interval)).toBe(1000);
    expect(lastClosedBarIndex(start, interval)).toBe(999);
    expect(lastClosedBarIndex(start - 1, interval)).toBe(998);
  });
});
