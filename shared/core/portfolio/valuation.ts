import { lastClosedBarIndex } from '../market/interval.ts';
import { comparedClose, isOutlier, type OutlierLimits } from '../market/outlier.ts';
import type { ProductId } from '../market/product.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../market/snapshot.ts';
import { usableQuote } from '../market/staleness.ts';
import {
  add,
  fromNumber,
  larger,
  notional,
  type Price,
  portion,
  price,
  type Quantity,
  type Rounding,
  shareOf,
  smaller,
  subtract,
  toNumber,
  type Usd,
  ZERO_QUANTITY,
  ZERO_USD,
} from '../money/fixed.ts';
import type { Account, Position, WorkingOrder } from './account.ts';

const FINEST_PRICE = price('0.000000000001');

/** What one unit can be sold and bought for. 'last_close': there is no usable quote. */
export interface Mark {
  readonly bid: Price;
  readonly ask: Price;
  readonly source: 'quote' | 'last_close';
}

/** The price of a symbol now: its quote, else the newest closed bar; null when neither is known. */
export function markOf(symbol: SymbolSnapshot | undefined, snapshot: MarketSnapshot): Mark | null {
  const quote = usableQuote(symbol);
  if (quote !== null) return { bid: quote.bid, ask: quote.ask, source: 'quote' };
  const close = lastCloseOf(symbol, snapshot);
  return close === null ? null : { bid: close, ask: close, source: 'last_close' };
}

/**
 * The mark that decisions count by. An outlier is no price to count by [REQ-O1]: each side is then the worse of it and the
 * last close, so that one bad tick raises no peak and makes no room under a cap.
 */
export function cautiousMark(
  symbol: SymbolSnapshot | undefined,
  snapshot: MarketSnapshot,
  limits: OutlierLimits,
): Mark | null {
  const mark = markOf(symbol, snapshot);
  if (mark === null || symbol === undefined || !isOutlier(symbol, snapshot, limits)) return mark;
  const close = fromNumber<'usd-per-base'>(comparedClose(symbol, snapshot) as number, FINEST_PRICE, 'down');
  return { ...mark, bid: smaller(mark.bid, close), ask: larger(mark.ask, close) };
}

/** Net liquidation value: settled cash plus every position at what it would fetch now (at cost if no price is known). */
export function equityOf(account: Account, snapshot: MarketSnapshot, limits: OutlierLimits): Usd {
  return heldSymbols(account).reduce<Usd>((sum, id) => {
    const position = account.positions[id] as Position;
    return add(sum, positionValue(position, cautiousMark(symbolIn(snapshot, id), snapshot, limits), 'bid', 'down'));
  }, account.cash);
}

/** A position at one side of its mark, or at cost when there is none. */
export function positionValue(position: Position, mark: Mark | null, side: 'bid' | 'ask', rounding: Rounding): Usd {
  if (mark === null) return position.lots.reduce<Usd>((sum, lot) => add(sum, lot.cost), ZERO_USD);
  return notional(positionQuantity(position), mark[side], rounding);
}

export function positionQuantity(position: Position): Quantity {
  return position.lots.reduce<Quantity>((sum, lot) => add(sum, lot.quantity), ZERO_QUANTITY);
}

/** Held and not yet being sold [I5]. What only rests as protection does not count: it gives way to a sale. */
export function freeQuantity(account: Account, symbol: ProductId): Quantity {
  const position = account.positions[symbol];
  const held = position === undefined ? ZERO_QUANTITY : positionQuantity(position);
  const selling = workingOrders(account)
    .filter((order) => order.side === 'SELL' && order.purpose !== 'protect' && order.product_id === symbol)
    .reduce<Quantity>((sum, order) => add(sum, unfilled(order)), ZERO_QUANTITY);
  return larger(subtract(held, selling), ZERO_QUANTITY);
}

/** Cash that no order on its way may still need. */
export function availableCash(account: Account): Usd {
  return workingOrders(account).reduce<Usd>((cash, order) => subtract(cash, worstCase(order)), account.cash);
}

/** What an order on its way may still cost: the unfilled part of its reservation. */
export function worstCase(order: WorkingOrder): Usd {
  if (order.quantity <= 0n) return order.reserved;
  return portion(order.reserved, shareOf(unfilled(order), order.quantity, 'up'), 'up');
}

/**
 * What an order may sell when it is sent: held, less what every other sale may still take. The order that it replaces is
 * left out on the way there (`replaced`: it has not ended yet).
 */
export function sellableBy(
  account: Account,
  order: Pick<WorkingOrder, 'client_order_id' | 'product_id'>,
  replaced: string | null,
): Quantity {
  const position = account.positions[order.product_id];
  const held = position === undefined ? ZERO_QUANTITY : positionQuantity(position);
  const others = workingOrders(account).filter(
    ({ side, product_id, client_order_id: id }) =>
      side === 'SELL' && product_id === order.product_id && id !== order.client_order_id && id !== replaced,
  );
  const selling = others.reduce<Quantity>((sum, other) => add(sum, unfilled(other)), ZERO_QUANTITY);
  return larger(subtract(held, selling), ZERO_QUANTITY);
}

/** Ascending by id. An account's parts never change, so what was sorted once is good as long as they are. */
export function workingOrders({ working }: Account): readonly WorkingOrder[] {
  const known = sortedOrders.get(working);
  if (known !== undefined) return known;
  const orders = Object.keys(working)
    .sort()
    .map((id) => working[id] as WorkingOrder);
  sortedOrders.set(working, orders);
  return orders;
}

const sortedOrders = new WeakMap<Account['working'], readonly WorkingOrder[]>();

/** Ascending. */
export function heldSymbols({ positions }: Account): readonly ProductId[] {
  const known = sortedHeld.get(positions);
  if (known !== undefined) return known;
  const symbols = (Object.keys(positions) as ProductId[]).sort();
  sortedHeld.set(positions, symbols);
  return symbols;
}

const sortedHeld = new WeakMap<Account['positions'], readonly ProductId[]>();

/** Too small for the exchange to take back: neither a position to manage nor a reason not to trade the symbol. */
export function isDust(position: Position, symbol: SymbolSnapshot | undefined, snapshot: MarketSnapshot): boolean {
  const product = symbol?.product ?? null;
  const mark = markOf(symbol, snapshot);
  if (product === null || mark === null) return false;
  const size = positionQuantity(position);
  return size < product.baseMinSize || notional(size, mark.bid, 'down') < product.quoteMinSize;
}

export function dustOf(account: Account, snapshot: MarketSnapshot): readonly ProductId[] {
  return heldSymbols(account).filter((id) =>
    isDust(account.positions[id] as Position, symbolIn(snapshot, id), snapshot),
  );
}

/** A share of an amount in percent for the record, to six decimals; null when the whole is nothing. */
export function pctOf(part: Usd, whole: Usd): number | null {
  if (whole <= 0n) return null;
  return Math.round(toNumber(shareOf(part, whole, 'down')) * 1e8) / 1e6;
}

function unfilled(order: WorkingOrder): Quantity {
  return larger(subtract(order.quantity, order.filled), ZERO_QUANTITY);
}

/** Of the newest bar that was closed at the slot: what comes after it must not count [I9]. */
export function lastCloseOf(symbol: SymbolSnapshot | undefined, snapshot: MarketSnapshot): Price | null {
  const candles = symbol?.candles[snapshot.baseInterval];
  const t = lastClosedBarIndex(snapshot.slotMs, snapshot.baseInterval);
  const close = candles?.close.findLast((_, position) => (candles.index[position] as number) <= t);
  return close === undefined ? null : fromNumber(close, FINEST_PRICE, 'down');
}

function symbolIn(snapshot: MarketSnapshot, id: ProductId): SymbolSnapshot | undefined {
  return snapshot.symbols.find((symbol) => symbol.productId === id);
}

/** Client order ids of which nobody knows yet what became of them. */
export function unknownIn({ working }: Pick<Account, 'working'>): ReadonlySet<string> {
  return new Set(Object.keys(working).filter((id) => working[id]?.status === 'UNKNOWN'));
}
