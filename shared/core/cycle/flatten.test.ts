import { describe, expect, it } from 'vitest';
import { accountOf, BTC, calmMarket, configOf, positionOf, snapshotOf } from '../../../test/core/world.ts';
import { decide } from './decide.ts';
import { flattening } from './flatten.ts';

describe('selling out under the kill switch', () => {
  const killed = snapshotOf(calmMarket(), { conditions: { killed: 'out' } });
  const account = accountOf({ positions: { [BTC]: positionOf('1') }, halted: true });

  it('[REQ-K1] sells every position and enters nothing', () => {
    const { snapshot, config } = flattening(killed, configOf());
    const decision = decide(snapshot, account, config);

    expect(decision.orders.map(({ side, product_id, purpose }) => [side, product_id, purpose])).toEqual([
      ['SELL', BTC, 'exit'],
    ]);
    expect(decision.strategies.every(({ status }) => status === 'skipped (disabled)')).toBe(true);
  });

  it('[REQ-K1] [REQ-AL1] [I12] says that the switch is pulled, not that it is armed again', () => {
    const { snapshot, config } = flattening(killed, configOf());
    const { gates, breaches } = decide(snapshot, account, config);

    expect(gates.map(({ gate }) => gate)).toEqual(['kill']);
    expect(breaches.map(({ kind, subject }) => [kind, subject])).toEqual([['KILL_SWITCH', 'account']]);
  });

  it('[REQ-K1] [I4] is not what the switch alone does', () => {
    expect(decide(killed, account, configOf()).orders).toEqual([]);
  });

  it('[I4] goes past the switch only: every other gate that stops everything still does', () => {
    const blind = snapshotOf(calmMarket(), { conditions: { killed: 'out', exchangeDown: 'no answer' } });
    const { snapshot, config } = flattening(blind, configOf());

    expect(decide(snapshot, account, config).orders).toEqual([]);
  });
});

describe('the first decision after re-arming', () => {
  it('[REQ-K1] lets nothing in, and the one after it is free again', () => {
    const first = decide(snapshotOf(calmMarket()), accountOf({ halted: true }), configOf());
    const next = decide(snapshotOf(calmMarket()), accountOf({ halted: first.account_changes.halted }), configOf());

    expect(first.gates).toEqual([{ gate: 'rearmed', reason: expect.stringContaining('only looks') }]);
    expect(next.gates).toEqual([]);
  });

  it('[REQ-K1] remembers every decision that was made under the switch', () => {
    const under = decide(snapshotOf(calmMarket(), { conditions: { killed: 'out' } }), accountOf(), configOf());

    expect(under.account_changes.halted).toBe(true);
  });
});
