import { describe, expect, it } from 'vitest';
import { faultsIn, shippedTexts } from '../testing/shipped.ts';

/** The faults of the live stage with one strategy changed. */
function faultsWith(
  name: string,
  settings: { readonly enabled: boolean; readonly params: Readonly<Record<string, number>> },
) {
  return faultsIn(shippedTexts('live'), 'live', { overrides: { signals: { strategy: { [name]: settings } } } });
}

const rotation = (enabled: boolean, exit_rank: number) =>
  faultsWith('cross-sectional-rotation', { enabled, params: { exit_rank } });

describe('a rotation', () => {
  it('[REQ-C1] [REQ-S1] is refused when no symbol could rank behind its band', () => {
    expect(rotation(true, 15)).toEqual([]);
    expect(rotation(true, 16)).toMatchObject([
      {
        path: 'signals.strategy.cross-sectional-rotation.params.exit_rank',
        value: '16',
        problem: expect.stringContaining('none of 16 symbols can rank behind place 16'),
        remedy: 'use less than 16',
      },
    ]);
  });

  it('may keep any band while it is off', () => {
    expect(rotation(false, 16)).toEqual([]);
  });
});

describe('the least score of a strategy that runs', () => {
  const ensemble = (enabled: boolean, min_score: number) =>
    faultsWith('donchian-ensemble', { enabled, params: { min_score } });

  it('[REQ-C1] [REQ-S1] is measured against the least conviction, by itself where it is the conviction', () => {
    expect(ensemble(true, 0.3)).toEqual([]);
    expect(ensemble(true, 0.25)).toMatchObject([
      { path: 'signals.strategy.donchian-ensemble.params.min_score', value: '0.25', remedy: 'use at least 0.3' },
    ]);
    expect(ensemble(false, 0.25)).toEqual([]);
  });
});
