import { describe, expect, it } from 'vitest';
import { isProductId, ONLINE, permissionsOf, permittedActions, productId } from './product.ts';

describe('product ids', () => {
  it.each(['BTC-USD', 'PEPE-USDC', '1INCH-USD'])('takes %s', (text) => expect(productId(text)).toBe(text));

  it.each(['btc-usd', 'BTCUSD', 'BTC-', '-USD', 'BTC-USD-X', 'BTC/USD', ''])('refuses %j', (text) => {
    expect(isProductId(text)).toBe(false);
    expect(() => productId(text)).toThrow(/not a product id/);
  });
});

describe('[REQ-EX1] what a product permits', () => {
  it('is everything when no flag speaks', () => {
    expect(permissionsOf(ONLINE)).toEqual({
      buy: true,
      sell: true,
      cancel: true,
      market: true,
      limit: true,
      postOnly: true,
      blockedBy: null,
    });
    expect(permittedActions(ONLINE)).toEqual(['buy', 'sell', 'cancel']);
  });

  it.each([
    [{ status: 'delisted' }, 'status=delisted'],
    [{ status: '' }, 'status=(empty)'],
    [{ isDisabled: true }, 'is_disabled'],
    [{ tradingDisabled: true }, 'trading_disabled'],
    [{ viewOnly: true }, 'view_only'],
    [{ cancelOnly: true }, 'cancel_only'],
    [{ auctionMode: true }, 'auction_mode'],
  ] as const)('is to cancel and nothing else under %j', (flags, blockedBy) => {
    const none = { buy: false, sell: false, market: false, limit: false, postOnly: false };

    expect(permissionsOf({ ...ONLINE, ...flags })).toEqual({ ...none, cancel: true, blockedBy });
    expect(permittedActions({ ...ONLINE, ...flags })).toEqual(['cancel']);
  });

  it('is resting orders only under post_only, and no market order under limit_only', () => {
    expect(permissionsOf({ ...ONLINE, postOnly: true })).toMatchObject({ limit: false, postOnly: true });
    expect(permissionsOf({ ...ONLINE, limitOnly: true })).toMatchObject({ market: false, limit: true });
    // The bot's orders take from the book: where they may only rest, it can do neither.
    expect(permittedActions({ ...ONLINE, postOnly: true })).toEqual(['cancel']);
    expect(permittedActions({ ...ONLINE, limitOnly: true })).toEqual(['buy', 'sell', 'cancel']);
  });

  it('is named by the flag that forbids most', () => {
    const all = { ...ONLINE, viewOnly: true, cancelOnly: true, limitOnly: true, tradingDisabled: true };

    expect(permissionsOf(all).blockedBy).toBe('trading_disabled');
  });
});
