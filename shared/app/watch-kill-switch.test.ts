import { describe, expect, it } from 'vitest';
import type { KillState } from '../ports/kill-switch.ts';
import { watchKillSwitch } from './watch-kill-switch.ts';

/** Time moves only while the watcher sleeps. */
function watched(stateAt: (ms: number) => KillState, fails = 0) {
  const seen: { readonly atMs: number; readonly reason: string; readonly isFirst: boolean }[] = [];
  const failures: unknown[] = [];
  const time = { ms: 0 };
  let left = fails;
  const clock = {
    nowMs: () => time.ms,
    monotonicMs: () => time.ms,
    sleep: async (ms: number) => {
      time.ms += ms;
    },
  };
  return {
    seen,
    failures,
    run: (forMs: number) =>
      watchKillSwitch(
        {
          clock,
          killSwitch: { read: async () => stateAt(time.ms) },
          onFailure: (error) => failures.push(error),
          async onKilled({ reason }, isFirst) {
            seen.push({ atMs: time.ms, reason, isFirst });
            left -= 1;
            if (left >= 0) throw new Error('not complete');
          },
        },
        { pollMs: 1_500, forMs },
      ),
  };
}

const killed = (reason: string): KillState => ({ kind: 'killed', reason });

describe('the watcher of the kill switch', () => {
  it.each([1, 700, 1_499, 1_500, 1_501, 44_000])('[REQ-K1] sees a pull at %i ms within 3 s', async (pulledAtMs) => {
    const watch = watched((ms) => (ms >= pulledAtMs ? killed('drill') : { kind: 'armed' }));
    await watch.run(60_000);

    expect((watch.seen[0]?.atMs ?? Number.POSITIVE_INFINITY) - pulledAtMs).toBeLessThanOrEqual(3_000);
  });

  it('[REQ-K1] halts once a pull, and then looks again for what slipped through', async () => {
    const watch = watched(() => killed('drill'));
    await watch.run(40_000);

    expect(watch.seen.map(({ atMs, isFirst }) => [atMs, isFirst])).toEqual([
      [0, true],
      [4_500, false],
      [19_500, false],
      [34_500, false],
    ]);
  });

  it('[REQ-K1] repeats a halt that was not complete with the next look', async () => {
    const watch = watched(() => killed('drill'), 2);
    await watch.run(6_000);

    expect(watch.seen.map(({ atMs, isFirst }) => [atMs, isFirst])).toEqual([
      [0, true],
      [1_500, true],
      [3_000, true],
    ]);
    expect(watch.failures).toHaveLength(2);
  });

  it('[I4] takes an unreadable switch for a pulled one, but not one unlucky read', async () => {
    let reads = 0;
    const flaky = watched(() => {
      reads += 1;
      return reads === 3 ? killed('unreadable: once') : { kind: 'armed' };
    });
    await flaky.run(10_000);
    const dead = watched(() => killed('unreadable: nobody there'));
    await dead.run(1_000);

    expect(flaky.seen).toEqual([]);
    expect(dead.seen).toMatchObject([{ atMs: 0, reason: 'unreadable: nobody there' }]);
  });

  it('[REQ-K1] halts once for a switch that fails in another way with each look', async () => {
    const watch = watched((ms) => killed(`unreadable: no answer from 10.0.0.${ms % 7}`));
    await watch.run(9_000);

    expect(watch.seen.map(({ isFirst }) => isFirst)).toEqual([true, false]);
  });

  it('halts again when it was armed and pulled once more for the same reason', async () => {
    const watch = watched((ms) => (ms >= 3_000 && ms < 6_000 ? { kind: 'armed' } : killed('drill')));
    await watch.run(9_000);

    expect(watch.seen.map(({ isFirst }) => isFirst)).toEqual([true, true]);
  });
});
