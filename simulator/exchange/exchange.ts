import { ONLINE, type ProductFlags, type ProductId } from '../../shared/core/market/product.ts';
import { type Price, type Quantity, toText } from '../../shared/core/money/fixed.ts';
import { MOST_LEVELS } from '../market/book.ts';
import type { Listing } from '../market/listing.ts';
import type { Market } from '../market/market.ts';
import { advanceOrders } from './advance.ts';
import type { Amount, Fees } from './amounts.ts';
import { judge, type Venue } from './checks.ts';
import { endEvents, fillEvents } from './event-makers.ts';
import type { EndEvent, ExchangeEvent } from './events.ts';
import { applyEvent } from './fold.ts';
import { idOf } from './ids.ts';
import type { Journal } from './journal.ts';
import type { JsonObject } from './json.ts';
import { type AttachedSpec, type OrderSpec, parseAttached, parseSpec, type Side } from './order-spec.ts';
import { type Plan, planOrder } from './plan.ts';
import { type Malformed, type Refusal, refuse } from './refusal.ts';
import { type ExchangeState, emptyState, holdCurrencyOf, type SimulatedOrder } from './state.ts';
import { sizeOf } from './taking.ts';

export interface OrderRequest {
  readonly clientOrderId: string;
  readonly productId: string;
  readonly side: Side;
  readonly configuration: JsonObject;
  readonly attachedConfiguration: JsonObject | null;
}

/** What holds while one request is served. */
export interface Moment {
  readonly nowMs: number;
  /** Flags that a fault rule puts over the product's own. */
  readonly flagOverrides: (productId: string) => Partial<ProductFlags>;
  /** A fault: the order is accepted, fills this share of what it would, and ends FAILED. */
  readonly failOrder: { readonly filledShare: number; readonly reason: string } | null;
}

export interface Checked {
  readonly kind: 'checked';
  readonly listing: Listing;
  readonly spec: OrderSpec;
  readonly attached: AttachedSpec | null;
  readonly plan: Plan;
}

export type Placed =
  | Malformed
  | Refusal
  | { readonly kind: 'accepted'; readonly order: SimulatedOrder; readonly isRepeat: boolean };

export interface Exchange {
  readonly state: ExchangeState;
  readonly market: Market;
  readonly fees: Fees;
  readonly seed: number;
  listing(productId: string): Listing | undefined;
  flagsOf(productId: string, moment: Moment): ProductFlags;
  available(currency: string): Amount;
  /** Brings resting orders up to a time. Call it before reading or changing anything. */
  advance(nowMs: number): void;
  check(request: Omit<OrderRequest, 'clientOrderId'>, moment: Moment): Checked | Refusal | Malformed;
  place(request: OrderRequest, moment: Moment): Placed;
  /** Writes the events to the journal, then folds them. */
  commit(events: readonly ExchangeEvent[]): void;
}

export interface ExchangeOptions {
  readonly market: Market;
  readonly fees: Fees;
  readonly journal: Journal;
  readonly history: readonly (readonly ExchangeEvent[])[];
  readonly seed: number;
}

/** The exchange behind the wire: balances, orders and fills as a fold over the journal. */
export function createExchange(options: ExchangeOptions): Exchange {
  const { market, fees, journal, seed } = options;
  const state = emptyState();
  for (const event of options.history.flat()) applyEvent(state, event);
  const listings = new Map<string, Listing>(market.listings.map((listing) => [listing.productId, listing]));
  const evaluatedTo = new Map<string, number>();

  const exchange: Exchange = {
    state,
    market,
    fees,
    seed,
    listing: (productId) => listings.get(productId),
    flagsOf: (productId, moment) => ({
      ...ONLINE,
      ...state.flags.get(productId),
      ...moment.flagOverrides(productId),
    }),
    available: (currency) => state.balances.get(currency)?.available ?? (0n as Amount),
    advance: (nowMs) => advanceOrders(exchange, evaluatedTo, nowMs),
    check: (request, moment) => checkOrder(exchange, request, moment),
    place: (request, moment) => placeOrder(exchange, request, moment),
    commit(events) {
      if (events.length === 0) return;
      journal.append(events);
      for (const event of events) applyEvent(state, event);
    },
  };
  return exchange;
}

/** Every check of an order, funds last, and what would happen to it. */
function checkOrder(
  exchange: Exchange,
  request: Omit<OrderRequest, 'clientOrderId'>,
  moment: Moment,
): Checked | Refusal | Malformed {
  const listing = exchange.listing(request.productId);
  if (listing === undefined) return refuse('INVALID_PRODUCT_ID', `product ${request.productId} is not listed`);
  const parsed = parseSpec(request.configuration, moment.nowMs);
  if (parsed.kind !== 'parsed') return parsed;
  const attached = parseAttached(request.attachedConfiguration);
  if (attached !== null && 'kind' in attached) return attached;
  const { side } = request;
  const refusal = judge({ side, spec: parsed.spec, attached }, venueOf(exchange, listing, moment));
  if (refusal !== null) return refusal;
  const book = exchange.market.book(listing.productId, moment.nowMs, MOST_LEVELS);
  const plan = planOrder(side, parsed.spec, book, listing, exchange.fees);
  const currency = holdCurrencyOf({ productId: listing.productId, side });
  if (exchange.available(currency) < plan.hold) {
    return refuse('INSUFFICIENT_FUND', 'Insufficient balance in source account');
  }
  return { kind: 'checked', listing, spec: parsed.spec, attached, plan };
}

export function venueOf(exchange: Exchange, listing: Listing, moment: Moment): Venue {
  const { productId } = listing;
  const lastTrade: Price | null = exchange.market.lastTrade(productId, moment.nowMs)?.price ?? null;
  return {
    listing,
    flags: exchange.flagsOf(productId, moment),
    quote: exchange.market.quote(productId, moment.nowMs),
    lastTrade,
  };
}

function placeOrder(exchange: Exchange, request: OrderRequest, moment: Moment): Placed {
  const known = exchange.state.byClientId.get(request.clientOrderId);
  if (known !== undefined) return { kind: 'accepted', order: known, isRepeat: true };
  const checked = exchange.check(request, moment);
  if (checked.kind !== 'checked') return checked;
  const orderId = idOf(exchange.seed, 'order', exchange.state.orders.size + 1);
  exchange.commit(acceptanceEvents(exchange, request, withFault(checked, moment), orderId, moment.nowMs));
  return { kind: 'accepted', order: exchange.state.orders.get(orderId) as SimulatedOrder, isRepeat: false };
}

interface FaultyPlan extends Checked {
  readonly rejectReason: string;
}

function withFault(checked: Checked, { failOrder }: Moment): FaultyPlan {
  if (failOrder === null) return { ...checked, rejectReason: 'REJECT_REASON_UNSPECIFIED' };
  const { plan } = checked;
  const fills = plan.fills.slice(0, Math.floor(plan.fills.length * failOrder.filledShare));
  const end = { status: 'FAILED', message: 'order failed after acceptance' } as const;
  return { ...checked, plan: { ...plan, fills, end }, rejectReason: failOrder.reason };
}

function acceptanceEvents(
  exchange: Exchange,
  request: OrderRequest,
  { plan, attached, rejectReason }: FaultyPlan,
  orderId: string,
  atMs: number,
): readonly ExchangeEvent[] {
  const attachedOrderId = attached === null ? '' : idOf(exchange.seed, 'attached', orderId);
  const parent = {
    orderId,
    productId: request.productId as ProductId,
    attachedConfiguration: request.attachedConfiguration,
    attachedOrderId,
  };
  const events: ExchangeEvent[] = [
    {
      kind: 'order',
      at_ms: atMs,
      order_id: orderId,
      client_order_id: request.clientOrderId,
      product_id: request.productId,
      side: request.side,
      order_configuration: request.configuration,
      attached_order_configuration: request.attachedConfiguration,
      attached_order_id: attachedOrderId,
      originating_order_id: '',
      hold: toText(plan.hold),
    },
    ...fillEvents(exchange, orderId, plan.fills, 'TAKER', atMs),
  ];
  if (plan.end === null) return events;
  const end: Omit<EndEvent, 'kind' | 'order_id' | 'at_ms'> = { ...plan.end, reject_reason: rejectReason };
  const bought: Quantity = sizeOf(plan.fills);
  return [...events, ...endEvents(exchange, parent, end, bought, bought, atMs)];
}
