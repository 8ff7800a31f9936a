import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jitterMs, slots } from './scheduler.ts';
import { virtualClock } from './virtual-clock.ts';

const MINUTE = 60_000;

describe('jitterMs', () => {
  it('[REQ-SCH1] stays within 0 to 10 percent of the interval and repeats itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 86_400_000 }), (slot, interval) => {
        const jitter = jitterMs(slot, interval, 10, 'bot1');
        expect(jitter).toBeGreaterThanOrEqual(0);
        expect(jitter).toBeLessThanOrEqual(interval / 10);
        expect(jitterMs(slot, interval, 10, 'bot1')).toBe(jitter);
      }),
    );
  });

  it('[REQ-SCH1] spreads evenly over the range, slot by slot', () => {
    const buckets = new Array<number>(10).fill(0);
    for (let slot = 0; slot < 10_000; slot += 1) {
      const bucket = Math.floor(jitterMs(slot * MINUTE, MINUTE, 10, 'bot1') / 600);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    expect(Math.min(...buckets)).toBeGreaterThan(850);
    expect(Math.max(...buckets)).toBeLessThan(1150);
  });

  it('gives another bot another jitter, and none at 0 percent', () => {
    const of = (seed: string) => [1, 2, 3].map((n) => jitterMs(n * MINUTE, MINUTE, 10, seed));
    expect(of('bot1')).not.toEqual(of('bot2'));
    expect(jitterMs(MINUTE, MINUTE, 0, 'bot1')).toBe(0);
  });
});

describe('slots', () => {
  it('yields every multiple of the interval, at its time', async () => {
    const clock = virtualClock(1);
    const seen: (readonly [number, number])[] = [];
    for await (const slot of slots({ clock, intervalMs: MINUTE, limit: 3 })) seen.push([slot, clock.nowMs()]);
    expect(seen).toEqual([
      [MINUTE, MINUTE],
      [2 * MINUTE, 2 * MINUTE],
      [3 * MINUTE, 3 * MINUTE],
    ]);
  });

  it('leaves out the slots that passed while one was handled', async () => {
    const clock = virtualClock(0);
    const seen: number[] = [];
    for await (const slot of slots({ clock, intervalMs: MINUTE, limit: 3 })) {
      seen.push(slot);
      if (slot === MINUTE) clock.advanceTo(3 * MINUTE + 1);
    }
    expect(seen).toEqual([0, MINUTE, 4 * MINUTE]);
  });

  it('ends at once when aborted while it waits', async () => {
    const abort = new AbortController();
    const clock = { ...virtualClock(1), sleep: () => new Promise<void>(() => {}) };
    const next = slots({ clock, intervalMs: MINUTE, signal: abort.signal }).next();
    abort.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('yields nothing more once aborted by whoever handled a slot', async () => {
    const abort = new AbortController();
    const seen: number[] = [];
    for await (const slot of slots({ clock: virtualClock(0), intervalMs: MINUTE, signal: abort.signal })) {
      seen.push(slot);
      if (seen.length === 2) abort.abort();
    }
    expect(seen).toEqual([0, MINUTE]);
  });
});
