import { describe, expect, it } from 'vitest';
import { configOf } from '../../../test/core/world.ts';
import { canaryAsset, canaryConfig } from './canary.ts';
import { capsOf, loosened } from './caps.ts';

describe('the config of a canary', () => {
  const config = configOf();
  const canary = canaryConfig(config);

  it('[REQ-M1] has one asset of the first tier, and says so in the config hash', () => {
    const asset = canaryAsset(config.universe);

    expect(canary.universe.tiers.T1.symbols).toEqual([asset]);
    expect([...canary.universe.tiers.T2.symbols, ...canary.universe.tiers.T3.symbols]).toEqual([]);
    expect(canary.universe.discovery.enabled).toBe(false);
    expect(canary.configHash).toBe(`${config.configHash}-canary-${asset}`);
  });

  it('[REQ-M1] loosens nothing, and halves every cap on money', () => {
    const before = capsOf(config);
    const after = capsOf(canary);

    expect(loosened(before, after)).toEqual([]);
    for (const [name, value] of Object.entries(after)) {
      if (name.endsWith('_pct')) expect(value, name).toBe((before[name] ?? 0) / 2);
    }
  });

  it('enters nothing where the first tier has nothing to offer', () => {
    const { universe } = config;
    const banned = { ...config, universe: { ...universe, never_trade: universe.tiers.T1.symbols } };

    expect(canaryConfig(banned).universe.tiers.T1.symbols).toEqual([]);
  });

  it('changes nothing of the config it is made of', () => {
    expect(config).toEqual(configOf());
  });
});

describe('caps that were loosened', () => {
  it('[REQ-M1] are named with both figures; tighter ones are not', () => {
    expect(loosened({ a: 1, b: 5 }, { a: 2, b: 4, c: 1 })).toEqual(['a 1 -> 2', 'c none -> 1']);
  });

  it('[REQ-M1] a loss limit that is larger is looser, although its figure is smaller', () => {
    const before = capsOf(configOf({ policy: { risk: { daily_stop_pnl_pct: -3 } } }));
    const after = capsOf(configOf({ policy: { risk: { daily_stop_pnl_pct: -4 } } }));

    expect(loosened(before, after)).toEqual(['daily_stop_pnl_pct 3 -> 4']);
  });
});
