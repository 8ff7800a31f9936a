import { describe, expect, it } from 'vitest';
import { type Answer, ok } from '../ports/answer.ts';
import type { ExchangeTime, MarketData } from '../ports/market-data.ts';
import { checkClock } from './check-clock.ts';

const LOCAL_MS = 1_000_000;

describe('the clock gate', () => {
  it.each([
    { epochMs: LOCAL_MS + 60, errorBoundMs: 40, refusal: null },
    { epochMs: LOCAL_MS - 60, errorBoundMs: 40, refusal: null },
    { epochMs: LOCAL_MS + 61, errorBoundMs: 40, refusal: 'drift up to 101 ms exceeds 100 ms' },
    { epochMs: LOCAL_MS - 61, errorBoundMs: 40, refusal: 'drift up to 101 ms exceeds 100 ms' },
  ])('[REQ-TIME1] judges offset plus error bound against the limit: $epochMs ± $errorBoundMs', async (time) => {
    const check = await checkClock(portsAnswering([ok(time)]), 100);

    expect(check.refusal).toBe(time.refusal);
    expect(check.offsetMs).toBe(time.epochMs - LOCAL_MS);
  });

  it.each([
    [59, 40, true],
    [60, 40, true],
    [60.01, 40, false],
    [61, 40, false],
    [0, 99, true],
    [0, 100, true],
    [0, 101, false],
    [99, 0, true],
    [100, 0, true],
    [101, 0, false],
    [0, Number.NaN, false],
    [Number.NaN, 0, false],
    [0, -1, false],
    [0, Number.POSITIVE_INFINITY, false],
  ])('[REQ-TIME1] at %f ms, known to %f ms, may trade: %s', async (offsetMs, errorBoundMs, mayTrade) => {
    const check = await checkClock(portsAnswering([ok({ epochMs: LOCAL_MS + offsetMs, errorBoundMs })]), 100);
    expect(check.refusal === null).toBe(mayTrade);
  });

  it('[REQ-TIME1] asks again after a reply too slow to prove anything', async () => {
    const slow = ok({ epochMs: LOCAL_MS, errorBoundMs: 300 });
    const quick = ok({ epochMs: LOCAL_MS, errorBoundMs: 20 });

    expect((await checkClock(portsAnswering([slow, slow, quick]), 100)).refusal).toBeNull();
    expect((await checkClock(portsAnswering([slow, slow, slow, quick]), 100)).refusal).toContain('300 ms');
  });

  it('[REQ-TIME1] refuses when the exchange does not tell the time', async () => {
    const check = await checkClock(portsAnswering([{ kind: 'unavailable', message: 'timeout' }]), 100);

    expect(check).toEqual({
      offsetMs: 0,
      errorBoundMs: null,
      driftMs: null,
      refusal: 'exchange time: unavailable: timeout',
    });
  });
});

function portsAnswering(answers: readonly Answer<ExchangeTime>[]) {
  let next = 0;
  const time = async () => {
    const answer = answers[Math.min(next, answers.length - 1)] as Answer<ExchangeTime>;
    next += 1;
    return answer;
  };
  const clock = { nowMs: () => LOCAL_MS, monotonicMs: () => 0, sleep: async () => {} };
  return { clock, marketData: { time } as MarketData };
}
