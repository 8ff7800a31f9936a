import { describe, expect, it } from 'vitest';
import type { KillState } from '../../shared/ports/kill-switch.ts';
import { createWatchHandler, type HaltWords } from './handler.ts';

function watched(states: readonly KillState[], fails = false) {
  const asked: HaltWords[] = [];
  const failures: unknown[] = [];
  const time = { ms: 0 };
  let reads = 0;
  const handler = createWatchHandler(() => ({
    ports: {
      killSwitch: {
        async read() {
          const state = states[Math.min(reads, states.length - 1)] as KillState;
          reads += 1;
          return state;
        },
      },
      clock: {
        nowMs: () => time.ms,
        monotonicMs: () => time.ms,
        sleep: async (ms: number) => {
          time.ms += ms;
        },
      },
      onFailure: (error) => failures.push(error),
    },
    ask: async (words) => {
      asked.push(words);
      if (fails) throw new Error('topic is gone');
    },
    plan: { pollMs: 1_500, forMs: 4_000 },
  }));
  return { handler, asked, failures, reads: () => reads };
}

describe('the watch handler', () => {
  it('[REQ-K1] asks for a halt with the reason and the time of the flip', async () => {
    const watch = watched([{ kind: 'armed' }, { kind: 'killed', reason: 'drill', atMs: 77 }]);
    await watch.handler({});

    expect(watch.asked).toEqual([{ reason: 'drill', source: 'watch', flipped_at_ms: 77 }]);
  });

  it('asks nobody while the switch is armed, and ends with its time', async () => {
    const watch = watched([{ kind: 'armed' }]);
    await watch.handler({});

    expect(watch.asked).toEqual([]);
    expect(watch.reads()).toBe(3);
  });

  it('[REQ-K1] asks again with every look while the topic does not take it', async () => {
    const watch = watched([{ kind: 'killed', reason: 'drill' }], true);
    await watch.handler({});

    expect(watch.asked).toHaveLength(3);
    expect(watch.failures).toHaveLength(3);
  });
});
