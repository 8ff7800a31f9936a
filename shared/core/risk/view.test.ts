import { describe, expect, it } from 'vitest';
import { entry, viewOf } from '../../../test/core/risk-world.ts';
import { accountOf, BTC, ETH, workingOf } from '../../../test/core/world.ts';
import { ratio, usd } from '../money/fixed.ts';
import { availableCash } from '../portfolio/valuation.ts';
import { assess } from './assess.ts';
import { riskRules } from './rules.ts';
import { capOf, withApproved } from './view.ts';

describe('[REQ-U3] a cap in money', () => {
  it.each([
    ['a share of equity', '10000', '1', 15, '1500'],
    ['more of it in a bull market', '10000', '1.2', 15, '1800'],
    ['less of it in a bear market', '10000', '0.6', 15, '900'],
    ['nothing in a crash', '10000', '0', 15, '0'],
    // 5 % of it is 0.35 of the smallest amount, and 15 % 1.05 of it: what does not fill one is not there to spend.
    ['nothing of less than the smallest amount', '0.000000000007', '1', 5, '0'],
    ['the smallest amount, and not two of it', '0.000000000007', '1', 15, '0.000000000001'],
    // 3 of the smallest amount, of which 0.6 are 1.8.
    ['rounded down for the regime too', '0.00000000002', '0.6', 15, '0.000000000001'],
    // 15 % of 19 is 2.85, which is 2; 1.2 of that is 2.4. In one step it would be 3.42.
    ['rounded down before the regime and after it', '0.000000000019', '1.2', 15, '0.000000000002'],
  ])('is %s', (_, equity, multiplier, pct, cap) => {
    expect(capOf({ equity: usd(equity), multiplier: ratio(multiplier) }, pct)).toBe(usd(cap));
  });
});

describe('[REQ-E2] the view after an approval', () => {
  const before = viewOf({ account: { working: { old: workingOf(ETH, { reserved: usd('200') }) } } });
  const approved = () => {
    const assessment = assess(entry('300'), before, riskRules, 'new');
    if (assessment.kind !== 'approved') throw new Error(assessment.riskReason);
    return assessment.order;
  };

  it('has the order on its way: ready, not sent, nothing of it filled, at its worst case', () => {
    const order = approved();
    const { account, exposure } = withApproved(before, order);

    expect(account.working['new']).toEqual({
      ...order,
      status: 'READY',
      order_id: null,
      filled: 0n,
      sent_at_ms: null,
    });
    expect(exposure.map(({ symbol, amount }) => [symbol, amount])).toEqual([
      [BTC, usd('300')],
      [ETH, usd('200')],
    ]);
    expect(availableCash(account)).toBe(usd('9500'));
  });

  it('keeps everything else, and the view before is as it was', () => {
    const after = withApproved(before, approved());

    expect(after).toEqual({ ...before, account: after.account, exposure: after.exposure });
    expect(after.account).toEqual({ ...before.account, working: after.account.working });
    expect(Object.keys(after.account.working)).toEqual(['old', 'new']);
    expect(before.account).toEqual(accountOf({ working: { old: workingOf(ETH, { reserved: usd('200') }) } }));
    expect(before.exposure.map(({ symbol }) => symbol)).toEqual([ETH]);
  });
});
