import { expect, test } from 'vitest';
import { systemClock } from '../local/system-clock.ts';
import { createCallBudget } from './call-budget.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { virtualClock } from './testing/virtual-clock.ts';

test('[REQ-CB1] a second worth of requests goes at once, the rest evenly', async () => {
  const clock = virtualClock();
  const limiter = createRateLimiter(10, clock);
  const sentAt: number[] = [];
  for (let i = 0; i < 30; i += 1) {
    await limiter.acquire();
    sentAt.push(clock.monotonicMs());
  }
  expect(sentAt.slice(0, 10)).toEqual(new Array(10).fill(0));
  expect(sentAt[10]).toBeCloseTo(100, 6);
  expect(sentAt[29]).toBeCloseTo(2_000, 6);
});

test('[REQ-CB1] callers side by side share one limit', async () => {
  const waits: number[] = [];
  // Nobody's sleep moves the time here: all of them ask in the same moment.
  const limiter = createRateLimiter(30, { ...virtualClock(), sleep: async (ms) => void waits.push(ms) });
  await Promise.all(Array.from({ length: 90 }, () => limiter.acquire()));
  expect(waits).toHaveLength(60);
  expect(Math.max(...waits)).toBeCloseTo(2_000, 6);
});

test('the burst is there again after a quiet second, and no more than it', async () => {
  const clock = virtualClock();
  const limiter = createRateLimiter(5, clock);
  for (let i = 0; i < 5; i += 1) await limiter.acquire();
  clock.advance(60_000);
  for (let i = 0; i < 5; i += 1) await limiter.acquire();
  expect(clock.sleeps).toEqual([]);
  await limiter.acquire();
  expect(clock.sleeps[0]).toBeCloseTo(200, 6);
});

test('a limit or a budget of nothing is refused', () => {
  expect(() => createRateLimiter(0, virtualClock())).toThrow(RangeError);
  expect(() => createRateLimiter(Number.NaN, virtualClock())).toThrow(RangeError);
  expect(() => createCallBudget(0, systemClock)).toThrow(RangeError);
});
