import type { ProductFlags } from '../../shared/core/market/product.ts';
import { toText } from '../../shared/core/money/fixed.ts';
import type { Listing } from '../market/listing.ts';
import type { Call, World } from './call.ts';
import { decimalText } from './decimal-text.ts';

/** The product object as text; it changes once a base bar, or when a flag does. */
export function productText(world: World, listing: Listing, call: Call): string {
  const { market } = world.exchange;
  const { nowMs } = call.moment;
  const flags = shownFlags(world, listing, call);
  const trade = market.lastTrade(listing.productId, nowMs);
  const hour = Math.floor(nowMs / 3_600_000);
  const key = `${hour} ${trade?.price ?? ''} ${trade?.timeMs ?? ''} ${JSON.stringify(flags)}`;
  const known = world.productTexts.get(listing.productId);
  if (known?.key === key) return known.text;
  const text = JSON.stringify(productObject(world, listing, flags, nowMs));
  world.productTexts.set(listing.productId, { key, text });
  return text;
}

/** `view_only` speaks of the account, and only to who asks for the tradability status. */
function shownFlags(world: World, { productId }: Listing, call: Call): ProductFlags {
  const flags = world.exchange.flagsOf(productId, call.moment);
  const isPersonal = !call.isPublic && call.query.get('get_tradability_status') === 'true';
  return isPersonal ? flags : { ...flags, viewOnly: false };
}

function productObject(world: World, listing: Listing, flags: ProductFlags, nowMs: number): unknown {
  const { market } = world.exchange;
  const trade = market.lastTrade(listing.productId, nowMs);
  const day = market.day(listing.productId, nowMs);
  return {
    product_id: listing.productId,
    price: trade === null ? '' : toText(trade.price),
    price_percentage_change_24h: decimalText(Number(day.priceChangePct.toFixed(8))),
    volume_24h: decimalText(Number(day.baseVolume.toFixed(8))),
    volume_percentage_change_24h: '0',
    base_increment: toText(listing.baseIncrement),
    quote_increment: toText(listing.quoteIncrement),
    price_increment: toText(listing.priceIncrement),
    base_min_size: toText(listing.baseMinSize),
    base_max_size: toText(listing.baseMaxSize),
    quote_min_size: toText(listing.quoteMinSize),
    quote_max_size: toText(listing.quoteMaxSize),
    base_name: listing.baseName,
    quote_name: listing.quote === 'USD' ? 'US Dollar' : listing.quote,
    base_currency_id: listing.base,
    quote_currency_id: listing.quote,
    base_display_symbol: listing.base,
    quote_display_symbol: listing.quote,
    display_name: listing.productId,
    watched: false,
    new: false,
    is_disabled: flags.isDisabled,
    status: flags.status,
    cancel_only: flags.cancelOnly,
    limit_only: flags.limitOnly,
    post_only: flags.postOnly,
    trading_disabled: flags.tradingDisabled,
    auction_mode: flags.auctionMode,
    view_only: flags.viewOnly,
    product_type: 'SPOT',
    product_venue: 'CBE',
    alias: '',
    alias_to: [],
    mid_market_price: '',
    best_bid_price: '',
    best_ask_price: '',
    approximate_quote_24h_volume: day.quoteVolume.toFixed(2),
    new_at: new Date(listing.listedAtMs).toISOString(),
    fcm_trading_session_details: null,
  };
}
