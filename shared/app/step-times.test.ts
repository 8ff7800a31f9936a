import { describe, expect, it } from 'vitest';
import { stepWatch } from './step-times.ts';

function watched() {
  let nowMs = 0;
  const watch = stepWatch({ monotonicMs: () => nowMs });
  const spend = (ms: number) => {
    nowMs += ms;
  };
  return { watch, spend };
}

describe('the watch over the steps of a cycle', () => {
  it('[REQ-OB1] says how long each step took, adds what came twice, and leaves out what did not come', async () => {
    const { watch, spend } = watched();
    await watch.time('market', async () => spend(120));
    await watch.time('commit', async () => watch.timeNow('decide', () => spend(7)));
    watch.timeNow('decide', () => spend(5));

    expect(watch.taken()).toEqual({ market: 120, commit: 7, decide: 12 });
  });

  it('[REQ-OB1] measures a step that fails, and lets its error through', async () => {
    const { watch, spend } = watched();
    const failing = watch.time('fees', async () => {
      spend(30);
      throw new Error('no answer');
    });

    await expect(failing).rejects.toThrow('no answer');
    expect(watch.taken()).toEqual({ fees: 30 });
  });
});
