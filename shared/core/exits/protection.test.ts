import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Price, ratioFromPct } from '../money/fixed.ts';
import { protectionAt } from './protection.ts';

const ONE = 10n ** 12n;

describe('stop and target of an entry', () => {
  it('are as far from the ask as asked for, and less than a tick further, however fine the grid', () => {
    const entries = fc.record({
      increment: fc.integer({ min: 0, max: 12 }).map((digits) => (10n ** BigInt(digits)) as Price),
      ticks: fc.bigInt({ min: 100n, max: 1_000_000n }),
      stop_loss_pct: fc.integer({ min: 1, max: 1_000 }).map((hundredths) => hundredths / 100),
      take_profit_pct: fc.integer({ min: 1, max: 2_500 }).map((hundredths) => hundredths / 100),
    });
    fc.assert(
      fc.property(entries, ({ increment, ticks, ...proposal }) => {
        const ask = (ticks * increment) as Price;
        const { stop_price, take_profit_price } = protectionAt(ask, increment, proposal);
        const below = ask * (ONE - ratioFromPct(proposal.stop_loss_pct));
        const above = ask * (ONE + ratioFromPct(proposal.take_profit_pct));

        expect([stop_price % increment, take_profit_price % increment]).toEqual([0n, 0n]);
        expect(stop_price * ONE <= below && (stop_price + increment) * ONE > below).toBe(true);
        expect(take_profit_price * ONE >= above && (take_profit_price - increment) * ONE < above).toBe(true);
      }),
    );
  });
});
