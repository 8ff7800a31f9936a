import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountOf } from '../../../test/core/world.ts';
import { productId } from '../market/product.ts';
import { add, price, quantity, toText, usd, ZERO_QUANTITY, ZERO_USD } from '../money/fixed.ts';
import { acceptGaps } from './accept.ts';
import type { Account } from './account.ts';
import type { LedgerGaps } from './flows.ts';
import { heldQuantity } from './ledger.ts';

const BTC = productId('BTC-USD');
type Fill = Account['sightings']['foreign_fills'][string];
const POLICY = { cooldownMs: 0, cooldownAfterWinMs: 0, cooldownAfterLossMs: 0, cooldownAfterStopMs: 0 };

describe('accepting what the exchange says', () => {
  it('sells missing coins at the price they were sold for by hand, so that only the fee is a flow', () => {
    const accepted = accept(tradedByHand(holding('0.5')), {
      cash: usd('20.1'),
      coins: { BTC: quantity('-0.2') },
    });

    expect(toText(heldQuantity(accepted, BTC))).toBe('0.3');
    expect(toText(accepted.cash)).toBe('10020.1');
    // 0.2 at 101 is 20.2: ten cents went for the fee.
    expect(accepted.flows.map(({ amount }) => toText(amount))).toEqual(['-0.1']);
    expect(toText(accepted.realised_pnl)).toBe('0.2');
    expect(accepted.sightings.foreign_fills).toEqual({});
  });

  it('takes coins that are gone without a trade for withdrawn: no gain, no loss', () => {
    const accepted = accept(holding('0.5'), { cash: ZERO_USD, coins: { BTC: quantity('-0.5') } });

    expect(accepted.positions).toEqual({});
    expect(accepted.realised_pnl).toBe(ZERO_USD);
    expect(accepted.cash).toBe(usd('10000'));
    expect(toText(accepted.unsettled_flow)).toBe('-50');
  });

  it('counts only what strangers have sold of that very coin', () => {
    const account = tradedByHand(holding('0.5'));
    const [[id, sold]] = Object.entries(account.sightings.foreign_fills) as [[string, Fill]];
    const others = {
      bought: { ...sold, side: 'BUY', price: price('10') },
      other: { ...sold, product_id: productId('ETH-USD'), price: price('10') },
    } as const;
    const sightings = { ...account.sightings, foreign_fills: { ...others, [id]: sold } };
    const accepted = accept({ ...account, sightings }, { cash: usd('20.1'), coins: { BTC: quantity('-0.2') } });

    expect(toText(accepted.realised_pnl)).toBe('0.2');
  });

  it('takes no position for sold where the owner’s own coins cover it, or where there is none', () => {
    const covered = { ...holding('0.5'), external: { BTC: quantity('0.3') } };
    const gap = { cash: ZERO_USD, coins: { BTC: quantity('-0.3') } };
    const accepted = accept(covered, gap);
    expect(accepted.positions).toEqual(covered.positions);
    expect(accepted.cooldowns).toEqual(covered.cooldowns);
    expect(accepted.exit_results).toEqual({});

    const none = accept({ ...accountOf(), external: { BTC: quantity('0.1') } }, gap);
    expect([none.positions, none.external]).toEqual([{}, {}]);
  });

  it('takes the owner’s own coins first', () => {
    const account = { ...holding('0.5'), external: { BTC: quantity('0.3') } };

    const accepted = accept(account, { cash: ZERO_USD, coins: { BTC: quantity('-0.4') } });

    expect(accepted.external).toEqual({});
    expect(toText(heldQuantity(accepted, BTC))).toBe('0.4');
  });

  it('leaves coins that were bought by hand alone, and what they cost is a withdrawal', () => {
    const accepted = accept(holding('0.5'), { cash: usd('-30'), coins: { BTC: quantity('0.3') } });

    expect(accepted.external).toEqual({ BTC: quantity('0.3') });
    expect(toText(heldQuantity(accepted, BTC))).toBe('0.5');
    expect(toText(accepted.unsettled_flow)).toBe('-30');
  });

  it('thaws everything', () => {
    const account = { ...holding('0.5'), frozen: { [BTC]: 'order x came back with another size' } };

    expect(accept(account, { cash: ZERO_USD, coins: {} }).frozen).toEqual({});
  });

  it('[I5] [I7] leaves exactly what the exchange has, and never less than nothing', () => {
    const amount = fc.bigInt({ min: 0n, max: 3_000_000_000_000n });
    fc.assert(
      fc.property(
        amount,
        amount,
        amount,
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        (held, own, there, cash) => {
          const base = held === 0n ? accountOf() : holding(toText(held as never));
          const account = { ...base, external: own === 0n ? {} : { BTC: own as never } };
          const gap = there - held - own;
          const coins = gap === 0n ? {} : { BTC: gap as never };

          const accepted = accept(account, { cash: cash as never, coins });

          expect(accepted.cash).toBe(account.cash + cash);
          expect(add(heldQuantity(accepted, BTC), accepted.external['BTC'] ?? ZERO_QUANTITY)).toBe(there);
          expect(heldQuantity(accepted, BTC)).toBeLessThanOrEqual(held);
          expect(Object.values(accepted.external).every((left) => left > 0n)).toBe(true);
        },
      ),
    );
  });
});

function accept(account: Account, gaps: LedgerGaps): Account {
  return acceptGaps(account, { gaps, quoteCurrency: 'USD', policy: POLICY, atMs: 1_000 });
}

/** Bought at 100. */
function holding(size: string): Account {
  const cost = (quantity(size) * 100n) as bigint as ReturnType<typeof usd>;
  const lots = [{ quantity: quantity(size), cost, opened_at_ms: 1 }];
  const position = { lots, strategy: 's', opened_at_ms: 1, stop_price: null, take_profit_price: null };
  return accountOf({ positions: { [BTC]: position } });
}

function tradedByHand(account: Account): Account {
  const fill = {
    order_id: 'o',
    product_id: BTC,
    side: 'SELL',
    price: price('101'),
    quantity: quantity('0.2'),
    at_ms: 1,
  } as const;
  return { ...account, sightings: { ...account.sightings, foreign_fills: { f: fill } } };
}
