import { describe, expect, it } from 'vitest';
import {
  accountOf,
  BTC,
  configOf,
  ETH,
  positionOf,
  SOL,
  snapshotOf,
  symbolOf,
  workingOf,
} from '../../../test/core/world.ts';
import { price, quantity, toText, usd } from '../money/fixed.ts';
import { acceptGaps } from './accept.ts';
import type { Account } from './account.ts';
import { externalHoldings, externalValue } from './external.ts';
import { recordFlow } from './ledger.ts';
import { marksAt } from './marks.ts';
import {
  availableCash,
  equityOf,
  positionValue,
  sellableBy,
  unknownIn,
  workingOrders,
  worstCase,
} from './valuation.ts';

/** Three of the smallest coins at half a dollar: one and a half of the smallest dollars. */
const TINY = '0.000000000003';
const HALF = { quote: { bid: price('0.5'), ask: price('0.5') }, closes: [0.5, 0.5] };
const DOWN = '0.000000000001';
const UP = '0.000000000002';

describe('what does not come out even is rounded against the bot', () => {
  const market = snapshotOf([symbolOf(SOL, HALF)]);
  const config = configOf({ policy: { external_holdings: 'count' } });

  it('[I3] a position is worth less in equity and takes more room under a cap', () => {
    const account = accountOf({ cash: usd('0'), positions: { [SOL]: positionOf(TINY) } });
    const mark = { bid: price('0.5'), ask: price('0.5'), source: 'quote' } as const;

    expect(toText(equityOf(account, market, config.policy.data))).toBe(DOWN);
    expect(toText(positionValue(positionOf(TINY), mark, 'ask', 'up'))).toBe(UP);
  });

  it('[I3] so is a coin from before the bot', () => {
    const [holding] = externalHoldings(accountOf({ external: { SOL: quantity(TINY) } }), market, config.policy);
    if (holding === undefined) throw new Error('it is there');

    expect(toText(externalValue(holding, market, config.policy.data, 'bid'))).toBe(DOWN);
    expect(toText(externalValue(holding, market, config.policy.data, 'ask'))).toBe(UP);
  });

  it('[I3] an order on its way may still cost the larger part, and leaves the smaller one free', () => {
    const order = workingOf(SOL, { quantity: quantity('3'), filled: quantity('2'), reserved: usd('1') });
    const account = accountOf({ cash: usd('1'), working: { [order.client_order_id]: order } });

    expect(toText(worstCase(order))).toBe('0.333333333334');
    expect(toText(availableCash(account))).toBe('0.666666666666');
  });

  it('[REQ-DD1] a mark that moves with a flow comes to lie higher, never lower', () => {
    const begun = marksAt(accountOf({ high_water_mark: usd('10.000000000001') }), usd('10'), 0, 30);
    const account = { ...accountOf(), high_water_mark: begun.high_water_mark, marks: begun };
    const { high_water_mark, day } = marksAt(recordFlow(account, usd('-1'), 0), usd('2'), 0, 30);

    // Of three dollars one has left: two thirds of ten.
    expect(toText(high_water_mark)).toBe('6.666666666671');
    expect(toText(day.equity)).toBe('6.66666666667');
  });
});

describe('orders on their way', () => {
  const sale = (id: string, patch: Parameters<typeof workingOf>[1] = {}) =>
    workingOf(SOL, { client_order_id: id, side: 'SELL', quantity: quantity('1'), purpose: 'exit', ...patch });
  const holding = (orders: Account['working']) => accountOf({ positions: { [SOL]: positionOf('5') }, working: orders });

  it('[I5] leave to be sold what no other sale of the coin may take', () => {
    const own = sale('own');
    const others = {
      own,
      a: sale('a', { filled: quantity('0.4') }),
      b: sale('b'),
      buys: workingOf(SOL, { client_order_id: 'buys' }),
      elsewhere: { ...sale('elsewhere'), product_id: ETH },
    };

    expect(toText(sellableBy(holding(others), own, null))).toBe('3.4');
    expect(toText(sellableBy(holding(others), own, 'b'))).toBe('4.4');
    expect(toText(sellableBy({ ...holding(others), positions: {} }, own, null))).toBe('0');
  });

  it('[I8] stand by their names, whatever came first', () => {
    const account = holding({ c: sale('c'), a: sale('a'), b: sale('b') });

    expect(workingOrders(account).map(({ client_order_id }) => client_order_id)).toEqual(['a', 'b', 'c']);
  });

  it('[I2] of unknown fate are those, and no others', () => {
    const statuses = ['READY', 'SENDING', 'WORKING', 'UNKNOWN'] as const;
    const account = holding(Object.fromEntries(statuses.map((status) => [status, sale(status, { status })])));

    expect([...unknownIn(account)]).toEqual(['UNKNOWN']);
  });
});

describe('the exchange’s word', () => {
  it('[I7] that nothing differs changes no book', () => {
    const account = accountOf({ positions: { [BTC]: positionOf('1') }, external: { SOL: quantity('2') } });
    const policy = { cooldownMs: 1, cooldownAfterWinMs: 1, cooldownAfterLossMs: 1, cooldownAfterStopMs: 1 };
    const gaps = { cash: usd('0'), coins: {} };
    const { positions, external, cash, flows } = acceptGaps(account, { gaps, quoteCurrency: 'USD', policy, atMs: 1 });

    expect({ positions, external, cash, flows }).toEqual({
      positions: account.positions,
      external: account.external,
      cash: account.cash,
      flows: [],
    });
  });
});
