import { clientOrderId } from '../../shared/core/execution/client-order-id.ts';
import { AT_ONCE } from '../../shared/core/execution/routing.ts';

import type { Quote } from '../../shared/core/market/quote.ts';
import {
  notional,
  type Price,
  type Quantity,
  ratio,
  sizeFor,
  toIncrement,
  type Usd,
  usd,
} from '../../shared/core/money/fixed.ts';
import type { Account, Route, WorkingOrder } from '../../shared/core/portfolio/account.ts';
import { availableCash, freeQuantity, workingOrders } from '../../shared/core/portfolio/valuation.ts';
import type { ApprovedOrder, OrderIntent } from '../../shared/core/risk/approved-order.ts';
import type { Listing } from '../../simulator/market/listing.ts';
import type { Market } from '../../simulator/market/market.ts';

const BOT_ID = 'soak';
const DEADLINE_MS = 55_000;
const SHORT_DEADLINE_MS = 4_000;

/** What a decision would see of one product. */
interface Scene {
  readonly account: Account;
  readonly listing: Listing;
  readonly quote: Quote;
  readonly slotMs: number;
  readonly random: () => number;
}

/** A seeded mix in place of decide(): entries of both routes, exits, protection that rests and is replaced. */
export function drawIntents(
  account: Account,
  market: Market,
  slotMs: number,
  random: () => number,
): readonly ApprovedOrder[] {
  return scenesOf(account, market, slotMs, random).flatMap((scene) => {
    const entry = random() < 0.55 ? entryIn(scene) : null;
    const sale = random() < 0.85 ? saleIn(scene) : null;
    return [entry, sale].filter((order) => order !== null);
  });
}

/** Sells everything that is free to be sold: how a night ends. */
export function closingIntents(
  account: Account,
  market: Market,
  slotMs: number,
  random: () => number,
): readonly ApprovedOrder[] {
  return scenesOf(account, market, slotMs, random).flatMap((scene) => {
    const sale = mayBeSold(scene) ? exitIn(scene, freeQuantity(account, scene.listing.productId)) : null;
    return sale === null ? [] : [sale];
  });
}

function scenesOf(account: Account, market: Market, slotMs: number, random: () => number): readonly Scene[] {
  return market.listings.flatMap((listing) => {
    const quote = market.quote(listing.productId, slotMs);
    return quote === null ? [] : [{ account, listing, quote, slotMs, random }];
  });
}

function entryIn(scene: Scene): ApprovedOrder | null {
  const { account, listing, quote, random } = scene;
  const isBuying = ordersOf(scene).some(({ side }) => side === 'BUY');
  if (isBuying) return null;
  const limit = toIncrement(times(quote.ask, '1.003'), listing.priceIncrement, 'down');
  const amount = usd((20 + random() * 3_000).toFixed(2));
  const size = toIncrement(sizeFor(amount, limit, 'down'), listing.baseIncrement, 'down');
  const reserved = (notional(times(size, '1.0131'), limit, 'up') + 1n) as Usd;
  if (size < listing.baseMinSize || availableCash(account) < reserved) return null;
  const route = random() < 0.5 ? ({ kind: 'taker' } as const) : makerRoute(random);
  const expected = random() < 0.3 ? times(quote.ask, '1.01') : null;
  return intent(scene, 'entry', { quantity: size, limit_price: limit, reserved, route, expected_price: expected });
}

function makerRoute(random: () => number): Route {
  return {
    kind: 'maker',
    ttl_ms: 5_000 + Math.floor(random() * 85_000),
    ticks_away: 0,
    reprices_left: Math.floor(random() * 3),
    fallback: random() < 0.5 ? 'taker' : 'none',
  };
}

function saleIn(scene: Scene): ApprovedOrder | null {
  if (!mayBeSold(scene)) return null;
  const { account, listing, random } = scene;
  const free = freeQuantity(account, listing.productId);
  if (random() < 0.4) {
    const share = random() < 0.3 ? times(free, '0.4') : free;
    return exitIn(scene, share);
  }
  return protectionIn(scene, free);
}

/** Where one protection order is about to replace another, the next decision waits. */
function mayBeSold(scene: Scene): boolean {
  const sales = ordersOf(scene).filter(({ side }) => side === 'SELL');
  return sales.length <= 1 && sales.every(({ purpose }) => purpose === 'protect');
}

function exitIn(scene: Scene, amount: Quantity): ApprovedOrder | null {
  const { listing, quote } = scene;
  const size = toIncrement(amount, listing.baseIncrement, 'down');
  if (size < listing.baseMinSize) return null;
  const limit = toIncrement(times(quote.bid, '0.99'), listing.priceIncrement, 'up');
  return intent(scene, 'exit', { quantity: size, limit_price: limit, replaces: restingIn(scene) });
}

/** Near enough to the market that some of them fire while something else is being done. */
function protectionIn(scene: Scene, free: Quantity): ApprovedOrder | null {
  const { listing, quote, random } = scene;
  const size = toIncrement(free, listing.baseIncrement, 'down');
  if (size < listing.baseMinSize) return null;
  const near = (share: number) => share * (1 + random() * 9);
  const stop = toIncrement(times(quote.bid, (1 - near(0.0008)).toFixed(8)), listing.priceIncrement, 'down');
  const isBracket = random() < 0.5;
  const beyond = isBracket
    ? toIncrement(times(quote.ask, (1 + near(0.001)).toFixed(8)), listing.priceIncrement, 'up')
    : toIncrement(times(stop, '0.995'), listing.priceIncrement, 'down');
  return intent(scene, 'protect', {
    quantity: size,
    limit_price: beyond,
    stop_price: stop,
    replaces: restingIn(scene),
    route: { kind: isBracket ? 'bracket' : 'stop_limit' },
  });
}

function ordersOf({ account, listing }: Scene): readonly WorkingOrder[] {
  return workingOrders(account).filter(({ product_id }) => product_id === listing.productId);
}

function restingIn(scene: Scene): string | null {
  return ordersOf(scene).find(({ purpose }) => purpose === 'protect')?.client_order_id ?? null;
}

/** What risk would have approved: only a test may mint one by hand. */
function intent(
  { listing: { productId }, slotMs, random }: Scene,
  purpose: OrderIntent['purpose'],
  terms: Pick<OrderIntent, 'quantity' | 'limit_price'> & Partial<OrderIntent>,
): ApprovedOrder {
  const order: OrderIntent = {
    client_order_id: clientOrderId(BOT_ID, productId, slotMs, purpose, 1),
    product_id: productId,
    side: purpose === 'entry' ? 'BUY' : 'SELL',
    reserved: usd('0'),
    purpose,
    ...AT_ONCE,
    reason: purpose === 'exit' ? 'stop' : 'soak',
    strategy: 'soak',
    stop_price: null,
    take_profit_price: null,
    slot_ms: slotMs,
    not_after_ms: slotMs + (random() < 0.03 ? SHORT_DEADLINE_MS : DEADLINE_MS),
    ...terms,
  };
  return order as ApprovedOrder;
}

function times<Amount extends Price | Quantity>(amount: Amount, factor: string): Amount {
  return ((amount * ratio(factor)) / ratio('1')) as Amount;
}
