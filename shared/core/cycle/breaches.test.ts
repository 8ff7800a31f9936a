import { describe, expect, it } from 'vitest';
import { accountOf, BTC, configOf, SOL, snapshotOf, symbolOf } from '../../../test/core/world.ts';
import { productOf } from '../market/testing/product.ts';
import type { Account } from '../portfolio/account.ts';
import { decide } from './decide.ts';

describe('the breaches of a decision', () => {
  it('[REQ-EX1] [REQ-AL1] name a product that was taken out of trading, and what blocks it', () => {
    const off = symbolOf(SOL, { product: productOf(SOL, { tradingDisabled: true }) });
    const { breaches } = decide(snapshotOf([symbolOf(BTC), off]), accountOf(), configOf());

    expect(breaches).toContainEqual({
      kind: 'PRODUCT_DISABLED',
      subject: SOL,
      detail: expect.stringContaining('trading_disabled'),
    });
  });

  it('[REQ-AL1] carry their figures in the detail only, so that the fingerprint stays the same', () => {
    const stale = (age: number) => {
      const old = symbolOf(SOL, { lastTradedBarIndex: age });
      return decide(snapshotOf([symbolOf(BTC), old]), accountOf(), configOf()).breaches;
    };
    const names = (age: number) => stale(age).map(({ kind, subject }) => `${kind}:${subject}`);

    expect(names(100)).toEqual(names(50));
    expect(names(100)).toContain(`STALENESS:${SOL}`);
    expect(stale(100)).not.toEqual(stale(50));
  });

  it('[I8] [REQ-BT1] come in one order, whichever product was frozen first: an archive keeps no order of keys', () => {
    const breaches = (frozen: Account['frozen']) =>
      decide(snapshotOf([symbolOf(BTC), symbolOf(SOL)]), accountOf({ frozen }), configOf()).breaches;

    expect(breaches({ [SOL]: 'ledger: 1', [BTC]: 'sold more' })).toEqual(
      breaches({ [BTC]: 'sold more', [SOL]: 'ledger: 1' }),
    );
  });
});
