import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkClock } from '../../../app/check-clock.ts';
import type { Timing } from '../call.ts';
import type { CoinbaseClient } from '../client.ts';
import { exchangeTime } from './time.ts';

interface Trip {
  readonly outMs: number;
  readonly backMs: number;
}

const START_MS = 1_760_000_000_000;

/** A client on a network with these delays, whose local clock is `offsetMs` behind the exchange's. */
function clientOn(trips: readonly Trip[], offsetMs: number) {
  let elapsedMs = 0;
  let sent = 0;
  const clock = { nowMs: () => START_MS + elapsedMs, monotonicMs: () => elapsedMs, sleep: async () => undefined };
  const client = {
    hasKey: false,
    clock,
    noteAnomaly: () => undefined,
    close: () => undefined,
    send: async (call: { decode(reply: unknown, timing: Timing): unknown }) => {
      const { outMs, backMs } = trips[Math.min(sent, trips.length - 1)] as Trip;
      sent += 1;
      const sentMs = elapsedMs;
      elapsedMs += outMs;
      // The server cuts off what is finer than a millisecond.
      const epochMillis = String(Math.floor(START_MS + elapsedMs + offsetMs));
      elapsedMs += backMs;
      return call.decode({ epochMillis, epochSeconds: epochMillis.slice(0, 10) }, { sentMs, receivedMs: elapsedMs });
    },
  } as CoinbaseClient;
  return { client, clock, sent: () => sent };
}

const check = async (trips: readonly Trip[], offsetMs: number) => {
  const { client, clock } = clientOn(trips, offsetMs);
  return checkClock({ marketData: { time: () => exchangeTime(client, 3) }, clock }, 100);
};

test('[REQ-TIME1] the true offset lies within the stated bound, however lopsided the way there and back', async () => {
  const ms = fc.double({ min: 0, max: 400, noNaN: true });
  const trips = fc.array(fc.record({ outMs: ms, backMs: ms }), { minLength: 1, maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(trips, fc.double({ min: -500, max: 500, noNaN: true }), async (network, offsetMs) => {
      const { offsetMs: measured, errorBoundMs, refusal } = await check(network, offsetMs);
      expect(Math.abs(measured - offsetMs)).toBeLessThanOrEqual((errorBoundMs ?? 0) + 0.001);
      // Never trusted when it is really off by more.
      if (Math.abs(offsetMs) > 100.001) expect(refusal).not.toBeNull();
    }),
  );
});

test.each([
  // Half the round trip is 9.5 ms, the resolution 1 ms.
  [88, { outMs: 9.5, backMs: 9.5 }, true],
  [89.5, { outMs: 9.5, backMs: 9.5 }, true],
  [91, { outMs: 9.5, backMs: 9.5 }, false],
  [-89, { outMs: 9.5, backMs: 9.5 }, true],
  [-91, { outMs: 9.5, backMs: 9.5 }, false],
  // All of the delay on one side looks like drift, and is bounded as such.
  [0, { outMs: 0, backMs: 98 }, true],
  [0, { outMs: 98, backMs: 0 }, true],
  [0, { outMs: 0, backMs: 102 }, false],
  [0, { outMs: 102, backMs: 0 }, false],
])('[REQ-TIME1] %f ms behind over %o: may trade: %s', async (offsetMs, trip, mayTrade) => {
  expect((await check([trip], offsetMs)).refusal === null).toBe(mayTrade);
});

test('[REQ-TIME1] of several readings the one with the shortest round trip counts', async () => {
  const { client, sent } = clientOn(
    [
      { outMs: 300, backMs: 0 },
      { outMs: 2, backMs: 2 },
      { outMs: 0, backMs: 250 },
    ],
    10,
  );
  const time = await exchangeTime(client, 3);
  expect(time).toMatchObject({ kind: 'ok', value: { errorBoundMs: 3 } });
  // A sharp one ends the asking.
  expect(sent()).toBe(2);
});
