import { describe, expect, it } from 'vitest';
import { accountOf, BTC, breakout, configOf, snapshotOf, symbolOf } from '../../../test/core/world.ts';
import { decide } from '../cycle/decide.ts';
import type { DecisionConfig } from '../cycle/decision-config.ts';
import { toNumber, usd } from '../money/fixed.ts';
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
    expect(canary.policy.risk.max_open_positions).toBe(1);
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

  it('[REQ-M1] orders at most half of what is ordered without it, also where the largest order decides', () => {
    const limited = configOf({ policy: { risk: { max_order_notional_usd: '400' } } });
    const rising = snapshotOf([symbolOf(BTC, { closes: breakout() })]);
    const cost = (of: DecisionConfig) => toNumber(decide(rising, accountOf(), of).orders[0]?.reserved ?? usd('0'));

    // 5 % of $10,000 would be $500, half of it $250.
    expect(cost(limited)).toBeGreaterThan(395);
    expect(cost(canaryConfig(limited))).toBeGreaterThan(195);
    expect(cost(canaryConfig(limited))).toBeLessThanOrEqual(200);
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
  const loosenedBy = (patch: Parameters<typeof configOf>[0], from: Parameters<typeof configOf>[0] = {}) =>
    loosened(capsOf(configOf(from)), capsOf(configOf(patch)));

  it.each<[string, Parameters<typeof configOf>[0], string]>([
    ['a theme', { policy: { risk: { max_per_theme_pct: { MEME: 6 } } } }, 'themes.MEME.max_pct 5 -> 6'],
    ['a strategy', strategy({ max_strategy_at_risk_pct: 16 }), 'strategies.donchian-breakout.max_at_risk_pct 15 -> 16'],
    [
      'the largest order',
      { policy: { risk: { max_order_notional_usd: '1000001' } } },
      'max_order_notional_usd 1000000 -> 1000001',
    ],
    ['a regime', { policy: { regime: { multipliers: { bull: 1.5 } } } }, 'multipliers.bull 1.2 -> 1.5'],
  ])('[REQ-M1] are those of %s too', (_, patch, told) => {
    expect(loosenedBy(patch)).toEqual([told]);
  });

  it('[REQ-M1] a theme that loses its own line gets the one for all, and one that gets a tighter one is no looser', () => {
    const own = (max_per_theme_pct: Record<string, number>) => capsOf(withThemes(max_per_theme_pct));

    expect(loosened(own({ MEME: 5 }), own({}))).toEqual(['themes.MEME.max_pct 5 -> 10']);
    expect(loosened(own({}), own({ MEME: 5, MAJORS: 8 }))).toEqual([]);
  });

  it('[REQ-M1] a strategy without authority risks nothing, until it gets some', () => {
    expect(loosenedBy({}, strategy({ shadow: true }))).toEqual([
      'strategies.donchian-breakout.max_at_risk_pct none -> 15',
    ]);
    expect(loosenedBy(strategy({ enabled: false }))).toEqual([]);
  });

  it('[REQ-M1] are named with both figures; tighter ones are not', () => {
    expect(loosened({ a: 1, b: 5 }, { a: 2, b: 4, c: 1 })).toEqual(['a 1 -> 2', 'c none -> 1']);
  });

  it('[REQ-M1] a loss limit that is larger is looser, although its figure is smaller', () => {
    const before = capsOf(configOf({ policy: { risk: { daily_stop_pnl_pct: -3 } } }));
    const after = capsOf(configOf({ policy: { risk: { daily_stop_pnl_pct: -4 } } }));

    expect(loosened(before, after)).toEqual(['daily_stop_pnl_pct 3 -> 4']);
  });
});

function strategy(settings: { enabled?: boolean; shadow?: boolean; max_strategy_at_risk_pct?: number }) {
  return { signals: { strategy: { 'donchian-breakout': settings } } };
}

function withThemes(max_per_theme_pct: Record<string, number>): DecisionConfig {
  const config = configOf();
  return { ...config, policy: { ...config.policy, risk: { ...config.policy.risk, max_per_theme_pct } } };
}
