import { describe, expect, it } from 'vitest';
import { isProductId, type ProductFlags, permissionsOf, productId } from './product.ts';

const OPEN: ProductFlags = {
  status: 'online',
  isDisabled: false,
  tradingDisabled: false,
  viewOnly: false,
  cancelOnly: false,
  limitOnly: false,
  postOnly: false,
  auctionMode: false,
};

describe('product ids', () => {
  it.each(['BTC-USD', 'PEPE-USDC', '1INCH-USD'])('takes %s', (text) => expect(productId(text)).toBe(text));

  it.each(['btc-usd', 'BTCUSD', 'BTC-', '-USD', 'BTC-USD-X', 'BTC/USD', ''])('refuses %j', (text) => {
    expect(isProductId(text)).toBe(false);
    expect(() => productId(text)).toThrow(/not a product id/);
  });
});

describe('[REQ-EX1] what a product permits', () => {
  it('is everything when no flag speaks', () => {
    expect(permissionsOf(OPEN)).toEqual({ market: true, limit: true, postOnly: true, blockedBy: null });
  });

  it.each([
    [{ status: 'delisted' }, 'status=delisted'],
    [{ status: '' }, 'status=(empty)'],
    [{ isDisabled: true }, 'is_disabled'],
    [{ tradingDisabled: true }, 'trading_disabled'],
    [{ viewOnly: true }, 'view_only'],
    [{ cancelOnly: true }, 'cancel_only'],
    [{ auctionMode: true }, 'auction_mode'],
  ] as const)('is nothing under %j', (flags, blockedBy) => {
    expect(permissionsOf({ ...OPEN, ...flags })).toEqual({ market: false, limit: false, postOnly: false, blockedBy });
  });

  it('is resting orders only under post_only, and no market order under limit_only', () => {
    expect(permissionsOf({ ...OPEN, postOnly: true })).toMatchObject({ limit: false, postOnly: true });
    expect(permissionsOf({ ...OPEN, limitOnly: true })).toMatchObject({ market: false, limit: true });
  });

  it('is named by the flag that forbids most', () => {
    const all = { ...OPEN, viewOnly: true, cancelOnly: true, limitOnly: true, tradingDisabled: true };

    expect(permissionsOf(all).blockedBy).toBe('trading_disabled');
  });
});
