import type { Price, Quantity, Usd } from '../money/fixed.ts';

declare const productIdBrand: unique symbol;
/** A trading pair as the exchange spells it: "BTC-USD". The only symbol type in the system. */
export type ProductId = string & { readonly [productIdBrand]: true };

const PRODUCT_ID = /^[A-Z0-9]{1,16}-[A-Z0-9]{2,8}$/;

/** Checks the spelling and brands it. Throws on anything but BASE-QUOTE in capitals. */
export function productId(text: string): ProductId {
  if (!PRODUCT_ID.test(text)) throw new RangeError(`not a product id such as "BTC-USD": ${JSON.stringify(text)}`);
  return text as ProductId;
}

export function isProductId(text: string): text is ProductId {
  return PRODUCT_ID.test(text);
}

/** The flags of Coinbase's product object that decide what is permitted now. */
export interface ProductFlags {
  /** Open enum on the wire; only "online" trades. */
  readonly status: string;
  readonly isDisabled: boolean;
  readonly tradingDisabled: boolean;
  readonly viewOnly: boolean;
  readonly cancelOnly: boolean;
  readonly limitOnly: boolean;
  readonly postOnly: boolean;
  readonly auctionMode: boolean;
}

/** Nothing is forbidden. */
export const ONLINE: ProductFlags = {
  status: 'online',
  isDisabled: false,
  tradingDisabled: false,
  viewOnly: false,
  cancelOnly: false,
  limitOnly: false,
  postOnly: false,
  auctionMode: false,
};

export interface Product {
  readonly id: ProductId;
  readonly base: string;
  readonly quote: string;
  readonly priceIncrement: Price;
  readonly baseIncrement: Quantity;
  readonly quoteIncrement: Usd;
  readonly baseMinSize: Quantity;
  readonly baseMaxSize: Quantity;
  /** Acts as a minimum notional. */
  readonly quoteMinSize: Usd;
  readonly quoteMaxSize: Usd;
  /** 24 h volume in quote currency; null when the exchange does not say. Never the base volume. */
  readonly quoteVolume24h: Usd | null;
  /** When it was first listed; null when the exchange does not say. */
  readonly listedAtMs: number | null;
  readonly flags: ProductFlags;
}

/** What an order entry may do on a product now. Cancels are always let through. */
export interface Permissions {
  /** The bot buys and sells by limit orders that may take: what those need. No flag of the exchange forbids one side only. */
  readonly buy: boolean;
  readonly sell: boolean;
  readonly cancel: true;
  readonly market: boolean;
  readonly limit: boolean;
  readonly postOnly: boolean;
  /** The flag that forbids most, for the record; null when nothing is forbidden. */
  readonly blockedBy: string | null;
}

export type Action = 'buy' | 'sell' | 'cancel';

/** The same for the record: what is left of buy, sell and cancel [REQ-EX1]. */
export function permittedActions(flags: ProductFlags): readonly Action[] {
  const permissions = permissionsOf(flags);
  return (['buy', 'sell', 'cancel'] as const).filter((action) => permissions[action]);
}

/** First match wins, most forbidding first (precedence: Coinbase fact sheet, section 6). */
export function permissionsOf(flags: ProductFlags): Permissions {
  if (flags.status !== 'online') return closed(`status=${flags.status === '' ? '(empty)' : flags.status}`);
  if (flags.isDisabled) return closed('is_disabled');
  if (flags.tradingDisabled) return closed('trading_disabled');
  if (flags.viewOnly) return closed('view_only');
  if (flags.cancelOnly) return closed('cancel_only');
  // The book may be crossed during an auction: hold everything new.
  if (flags.auctionMode) return closed('auction_mode');
  if (flags.postOnly) return { ...closed('post_only'), postOnly: true };
  return flags.limitOnly ? LIMIT_ONLY : OPEN;
}

const OPEN: Permissions = {
  buy: true,
  sell: true,
  cancel: true,
  market: true,
  limit: true,
  postOnly: true,
  blockedBy: null,
};
const LIMIT_ONLY: Permissions = { ...OPEN, market: false, blockedBy: 'limit_only' };

function closed(blockedBy: string): Permissions {
  return { buy: false, sell: false, cancel: true, market: false, limit: false, postOnly: false, blockedBy };
}
