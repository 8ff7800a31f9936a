import { describe, expect, it } from 'vitest';
import { faultsIn, shippedTexts } from '../testing/shipped.ts';

/** With classic-rules switched on or off, and a floor of its own. */
function faults(enabled: boolean, min_conviction_to_propose: number) {
  const overrides = {
    signals: { strategy: { 'classic-rules': { enabled } } },
    policy: { proposals: { min_conviction_to_propose } },
  };
  return faultsIn(shippedTexts('dev'), 'dev', { overrides }).filter(({ path }) => path.includes('classic-rules'));
}

describe('[REQ-C1] triggers of classic-rules', () => {
  it('are worth proposing when they just fire', () => {
    expect(faults(true, 0.3)).toEqual([]);
    expect(faults(true, 0.365)).toEqual([]);
  });

  it('are refused where the policy asks for more conviction than their threshold gives', () => {
    expect(faults(true, 0.37)).toMatchObject([
      {
        path: 'signals.strategy.classic-rules.params.conviction_weights',
        problem: expect.stringMatching(/^a volume_spike that just fires has a conviction of 0.365, below .* of 0.37/),
      },
    ]);
  });

  it('may say what they like while the strategy is off', () => {
    expect(faults(false, 0.9)).toEqual([]);
  });
});
