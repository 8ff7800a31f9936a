import { describe, expect, it } from 'vitest';
import { productId } from '../core/market/product.ts';
import { price, quantity, usd, ZERO_QUANTITY } from '../core/money/fixed.ts';
import type { Account, WorkingOrder } from '../core/portfolio/account.ts';
import { bookFill, openAccount } from '../core/portfolio/ledger.ts';
import type { Balance } from '../ports/exchange.ts';
import { cashIn, compareLedger, externalHoldings, isBalanced } from './ledger-check.ts';

const BTC = productId('BTC-USD');
const ETH = productId('ETH-USD');

describe('comparing the books with the exchange', () => {
  it('[I7] agrees when cash and coins agree, holds included', () => {
    const balances = [balance('USD', '850', '50'), balance('BTC', '0.4', '0.6')];

    expect(isBalanced(compareLedger(holding(), balances, 'USD'))).toBe(true);
  });

  it('[I7] names the coin and both figures when a coin differs by more than dust', () => {
    const balances = [balance('USD', '900'), balance('BTC', '0.99')];

    expect(compareLedger(holding(), balances, 'USD').products[BTC]).toBe('the books say 1, the exchange 0.99');
  });

  it('[I7] sees a coin that the books do not know', () => {
    const balances = [balance('USD', '900'), balance('BTC', '1'), balance('ETH', '2')];

    expect(Object.keys(compareLedger(holding(), balances, 'USD').products)).toEqual([ETH]);
  });

  it('takes a difference of exactly the dust for rounding and one step more for money', () => {
    const within = compareLedger(holding(), [balance('USD', '900.00000001'), balance('BTC', '1')], 'USD');
    const beyond = compareLedger(holding(), [balance('USD', '900.000000010001'), balance('BTC', '1')], 'USD');

    expect(within.cash).toBeNull();
    expect(beyond.cash).toContain('900.000000010001');
  });

  it('leaves out what an order on its way makes unknowable, and only that', () => {
    const account = { ...holding(), working: { x: { product_id: BTC } as WorkingOrder } };
    const balances = [balance('USD', '1'), balance('BTC', '9'), balance('ETH', '2')];

    const differences = compareLedger(account, balances, 'USD');

    expect(differences.cash).toBeNull();
    expect(Object.keys(differences.products)).toEqual([ETH]);
  });

  it('[I7] compares in full beside an order that rests, unless its fills are not all known', () => {
    const resting = { client_order_id: 'x', product_id: BTC, status: 'WORKING' } as WorkingOrder;
    const account = { ...holding(), working: { x: resting } };
    const balances = [balance('USD', '1'), balance('BTC', '0.5', '8.5')];

    const seen = compareLedger(account, balances, 'USD');
    const doubtful = compareLedger(account, balances, 'USD', new Set(['x']));

    expect(seen.cash).toContain('the exchange 1');
    expect(Object.keys(seen.products)).toEqual([BTC]);
    expect(isBalanced(doubtful)).toBe(true);
  });

  it('leaves coins alone that were there before the bot', () => {
    const balances = [balance('USD', '1000'), balance('ETH', '2')];
    const external = externalHoldings(balances, 'USD');
    const account = openAccount({ botId: 'bot', mode: 'LIVE', cash: cashIn(balances, 'USD'), external, nowMs: 0 });

    expect(isBalanced(compareLedger(account, balances, 'USD'))).toBe(true);
    expect(compareLedger(account, [balance('USD', '1000')], 'USD').products[ETH]).toContain('the exchange 0');
  });
});

function holding(): Account {
  const account = openAccount({ botId: 'bot', mode: 'LIVE', cash: usd('1000'), external: {}, nowMs: 0 });
  const fill = {
    entryId: 'a',
    productId: BTC,
    side: 'BUY',
    price: price('100'),
    quantity: quantity('1'),
    commission: usd('0'),
    timeMs: 1,
  } as const;
  return bookFill(account, fill, null, {
    cooldownMs: 0,
    cooldownAfterWinMs: 0,
    cooldownAfterLossMs: 0,
    cooldownAfterStopMs: 0,
  });
}

function balance(currency: string, available: string, hold?: string): Balance {
  return { currency, available: quantity(available), hold: hold === undefined ? ZERO_QUANTITY : quantity(hold) };
}
