import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountOf } from '../../../test/core/world.ts';
import { productId } from '../market/product.ts';
import { price, quantity, type Usd, usd, ZERO_USD } from '../money/fixed.ts';
import type { Account } from './account.ts';
import { type LedgerGaps, lookForFlows } from './flows.ts';

const BTC = productId('BTC-USD');
const MINUTE = 60_000;

describe('a difference between books and balances', () => {
  it('is a flow when two looks in a row find the same, and not before', () => {
    const first = lookForFlows(accountOf(), cash('250'), MINUTE);
    const second = lookForFlows(first.account, cash('250'), 2 * MINUTE);

    expect(first).toMatchObject({ verdict: 'waiting', flows: [] });
    expect(first.account.cash).toBe(usd('10000'));
    expect(second).toMatchObject({ verdict: 'flows', flows: [{ kind: 'cash', amount: usd('250') }] });
    expect(second.account).toMatchObject({ cash: usd('10250'), unsettled_flow: usd('250') });
    expect(second.account.sightings.gaps).toBeNull();
  });

  it('is nothing when the second look agrees: the balances only lagged', () => {
    const first = lookForFlows(accountOf(), cash('-40'), MINUTE);
    const second = lookForFlows(first.account, cash('0'), 2 * MINUTE);

    expect(second).toMatchObject({ verdict: 'agreed', flows: [] });
    expect(second.account).toEqual(accountOf());
  });

  it('is none where less than nothing is there of a coin that the books do not know', () => {
    const gaps: LedgerGaps = { cash: ZERO_USD, coins: { ADA: quantity('-1') } };

    expect(lookForFlows(accountOf(), gaps, MINUTE).verdict).toBe('unexplained');
  });

  it('counts two looks within seconds as one', () => {
    const first = lookForFlows(accountOf(), cash('-40'), MINUTE);

    expect(lookForFlows(first.account, cash('-40'), MINUTE + 9_999).verdict).toBe('waiting');
    expect(lookForFlows(first.account, cash('-40'), MINUTE + 10_000).verdict).toBe('flows');
  });

  it('is told when it changes from look to look, and may still settle', () => {
    const first = lookForFlows(accountOf(), cash('-40'), MINUTE);
    const second = lookForFlows(first.account, cash('-41'), 2 * MINUTE);

    expect(second.verdict).toBe('unexplained');
    expect(lookForFlows(second.account, cash('-41'), 3 * MINUTE).verdict).toBe('flows');
  });

  it('is no flow while a fill of somebody else is not accepted', () => {
    const account = withForeignFill(accountOf());
    const first = lookForFlows(account, cash('-40'), MINUTE);

    expect(first.verdict).toBe('unexplained');
    expect(lookForFlows(first.account, cash('-40'), 2 * MINUTE).verdict).toBe('unexplained');
  });

  it('forgets the fills of somebody else when the books agree again', () => {
    expect(lookForFlows(withForeignFill(accountOf()), cash('0'), MINUTE).account).toEqual(accountOf());
  });

  it('is no flow when one thing is more and another less: that is a trade', () => {
    const gaps = { cash: usd('-100'), coins: { ETH: quantity('1') } };
    const first = lookForFlows(accountOf(), gaps, MINUTE);

    expect(lookForFlows(first.account, gaps, 2 * MINUTE).verdict).toBe('unexplained');
  });

  it('is the owner’s when there is more of a coin that the bot holds, and nothing less: rewards come so', () => {
    const gaps = { cash: ZERO_USD, coins: { BTC: quantity('0.001') } };
    const held = accountOf({ positions: { [BTC]: position() }, working: { a: orderOf('SELL') } });

    const after = settle(held, gaps);

    expect(after.external).toEqual({ BTC: quantity('0.001') });
    expect(after.positions).toEqual(held.positions);
  });

  it.each<[string, Partial<Account>, string]>([
    ['less of a coin that it holds', { positions: { [BTC]: position() } }, '-0.5'],
    ['less of a coin that it sells', { working: { a: orderOf('SELL') } }, '-0.5'],
    ['more of a coin that it buys', { working: { a: orderOf('BUY') } }, '0.5'],
  ])('is no flow when there is %s', (_what, books, gap) => {
    const gaps = { cash: ZERO_USD, coins: { BTC: quantity(gap) } };
    const account = accountOf({ external: { BTC: quantity('1') }, ...books });
    const first = lookForFlows(account, gaps, MINUTE);

    expect(lookForFlows(first.account, gaps, 2 * MINUTE).verdict).toBe('unexplained');
  });

  it('is no flow in a coin that the bot holds when cash is missing', () => {
    const gaps = { cash: usd('-1'), coins: { BTC: quantity('1') } };
    const held = accountOf({ positions: { [BTC]: position() } });
    const working = accountOf({ working: { a: orderOf('SELL') } });

    for (const account of [held, working]) {
      const first = lookForFlows(account, gaps, MINUTE);
      expect(lookForFlows(first.account, gaps, 2 * MINUTE).verdict).toBe('unexplained');
    }
  });

  it('makes coins that came in external, and forgets external ones that are gone', () => {
    const account = accountOf({ external: { DOGE: quantity('5') } });
    const came = settle(account, { cash: ZERO_USD, coins: { DOGE: quantity('1'), ETH: quantity('2') } });
    const went = settle(came, { cash: ZERO_USD, coins: { DOGE: quantity('-6') } });

    expect(came.external).toEqual({ DOGE: quantity('6'), ETH: quantity('2') });
    expect(came.unsettled_flow).toBe(ZERO_USD);
    expect(went.external).toEqual({ ETH: quantity('2') });
  });

  it('is no flow when more is gone than was there', () => {
    const gaps = { cash: ZERO_USD, coins: { DOGE: quantity('-6') } };
    const first = lookForFlows(accountOf({ external: { DOGE: quantity('5') } }), gaps, MINUTE);

    expect(first.verdict).toBe('unexplained');
  });

  it('starts over when something could not be compared in between', () => {
    const first = lookForFlows(accountOf(), cash('250'), MINUTE);
    const blind = lookForFlows(first.account, cash('0'), 2 * MINUTE, true);
    const half = lookForFlows(first.account, { cash: ZERO_USD, coins: { ETH: quantity('1') } }, 2 * MINUTE, true);

    expect(lookForFlows(blind.account, cash('250'), 3 * MINUTE).verdict).toBe('waiting');
    expect(lookForFlows(accountOf(), cash('0'), MINUTE, true)).toMatchObject({ verdict: 'agreed', flows: [] });
    expect(half.verdict).toBe('waiting');
    expect(half.account.sightings.gaps).toBeNull();
  });

  it('[I7] books, over any series of looks, exactly what two in a row agreed on', () => {
    const gap = fc.constantFrom('0', '-5', '5', '70');
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 30 }), (looks) => {
        const start = { account: accountOf(), actual: accountOf().cash, last: null };
        looks.reduce<Watched>((before, text, i) => lookOnce(before, usd(text), i * MINUTE), start);
      }),
    );
  });
});

interface Watched {
  readonly account: Account;
  readonly actual: Usd;
  /** The gap that the look before found and did not book. */
  readonly last: Usd | null;
}

function lookOnce({ account, actual: before, last }: Watched, change: Usd, atMs: number): Watched {
  const actual = (before + change) as Usd;
  const gap = (actual - account.cash) as Usd;
  const looked = lookForFlows(account, { cash: gap, coins: {} }, atMs);
  const isSecond = gap !== ZERO_USD && gap === last;
  expect(looked.flows).toEqual(isSecond ? [{ kind: 'cash', amount: gap }] : []);
  expect(looked.account.cash).toBe(isSecond ? actual : account.cash);
  expect(looked.account.unsettled_flow - account.unsettled_flow).toBe(looked.account.cash - account.cash);
  return { account: looked.account, actual, last: isSecond || gap === ZERO_USD ? null : gap };
}

function settle(account: Account, gaps: LedgerGaps): Account {
  const first = lookForFlows(account, gaps, MINUTE);
  return lookForFlows(first.account, gaps, 2 * MINUTE).account;
}

function cash(amount: string): LedgerGaps {
  return { cash: usd(amount), coins: {} };
}

function withForeignFill(account: Account): Account {
  const fill = {
    order_id: 'o',
    product_id: BTC,
    side: 'BUY',
    price: price('1'),
    quantity: quantity('1'),
    at_ms: 1,
  } as const;
  return { ...account, sightings: { ...account.sightings, foreign_fills: { f: fill } } };
}

function orderOf(side: 'BUY' | 'SELL'): Account['working'][string] {
  return { product_id: BTC, side } as Account['working'][string];
}

function position(): Account['positions'][typeof BTC] {
  return {
    lots: [{ quantity: quantity('1'), cost: usd('100'), opened_at_ms: 1 }],
    strategy: 's',
    opened_at_ms: 1,
    stop_price: null,
    take_profit_price: null,
  };
}
