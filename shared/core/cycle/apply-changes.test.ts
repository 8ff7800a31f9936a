import { describe, expect, it } from 'vitest';
import {
  accountOf,
  BTC,
  breakdown,
  breakout,
  calmMarket,
  configOf,
  positionOf,
  SLOT_MS,
  snapshotOf,
  symbolOf,
} from '../../../test/core/world.ts';
import { price, toText, usd } from '../money/fixed.ts';
import { recordFlow } from '../portfolio/ledger.ts';
import { applyChanges } from './apply-changes.ts';
import { decide } from './decide.ts';

const snapshot = snapshotOf(calmMarket());

describe('what a decision leaves in the account', () => {
  it('is its marks and the peaks of its positions, and nothing at all the second time', () => {
    const account = accountOf({ positions: { [BTC]: positionOf('1', { opened_at_ms: SLOT_MS }) } });
    const after = applyChanges(account, decide(snapshot, account, configOf()).account_changes);

    expect(after.positions[BTC]?.peak_price).toBe(price('99.99'));
    expect(toText(after.marks?.day.equity ?? usd('0'))).toBe('10099.99');
    expect(toText(after.high_water_mark)).toBe('10099.99');
    expect(applyChanges(after, decide(snapshot, after, configOf()).account_changes)).toBe(after);
  });

  it('[REQ-DD1] moves the marks with a withdrawal once, so that it is no drawdown', () => {
    const account = recordFlow(accountOf(), usd('-5000'), SLOT_MS);
    const decision = decide(snapshot, account, configOf());
    const after = applyChanges(account, decision.account_changes);

    expect(decision).toMatchObject({ drawdown_pct: 0, gates: [] });
    expect([toText(after.high_water_mark), toText(after.unsettled_flow)]).toEqual(['5000', '0']);
    expect(decide(snapshot, after, configOf()).drawdown_pct).toBe(0);
    // The same money lost is one.
    expect(decide(snapshot, accountOf({ cash: usd('5000') }), configOf()).drawdown_pct).toBe(50);
  });
});

describe('a shadow strategy', () => {
  const shadow = configOf({ signals: { strategy: { 'donchian-breakout': { shadow: true } } } });
  const rising = snapshotOf([symbolOf(BTC, { closes: breakout() })]);

  it('[REQ-STR2] runs and is recorded without authority', () => {
    const alone = decide(rising, accountOf(), configOf());
    const decision = decide(rising, accountOf(), shadow);

    expect(alone.orders).toHaveLength(1);
    expect(decision.strategies[0]).toMatchObject({ status: 'shadow', proposals_count: 1 });
    expect(decision).toMatchObject({ orders: [], assessments: [], shadow_proposals: [alone.assessments[0]?.proposal] });
  });

  it('leaves what its paper book holds, and not what the account holds', () => {
    const held = applyChanges(accountOf(), decide(rising, accountOf(), shadow).account_changes);
    const real = accountOf({ positions: { [BTC]: positionOf('1') } });
    const falling = snapshotOf([symbolOf(BTC, { closes: breakdown() })]);

    expect(decide(rising, held, shadow).shadow_proposals).toEqual([]);
    expect(decide(falling, real, configOf()).orders).toMatchObject([{ side: 'SELL' }]);
    expect(decide(falling, real, shadow)).toMatchObject({ orders: [], shadow_proposals: [] });
    const left = decide(falling, held, shadow);
    expect(left).toMatchObject({ orders: [], shadow_proposals: [{ side: 'SELL', symbol: BTC }] });
    expect(left.account_changes.shadow['donchian-breakout']).toMatchObject({ open: {}, closed: 1, wins: 0 });
  });
});
