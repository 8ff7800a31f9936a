import type { DecisionConfig, Policy } from '../cycle/decision-config.ts';
import { jumpOf, type OutlierLimits } from '../market/outlier.ts';
import type { ProductId } from '../market/product.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../market/snapshot.ts';
import { stalenessOf, usableQuote } from '../market/staleness.ts';
import {
  add,
  notional,
  type Price,
  portion,
  type Quantity,
  ratioFromPct,
  subtract,
  type Usd,
  ZERO_USD,
} from '../money/fixed.ts';
import type { Account, Position } from './account.ts';
import { cautiousMark, heldSymbols, isDust, markOf, positionValue, workingOrders } from './valuation.ts';
import { widestLevels } from './widest-levels.ts';

/** Who holds a position that the bot did not open. No strategy has this name. */
export const EXTERNAL = 'external';

/** A coin from before the bot, with its market. */
export interface ExternalHolding {
  readonly currency: string;
  readonly symbol: SymbolSnapshot;
  readonly quantity: Quantity;
}

/** A coin the bot takes over as its own, at the price of this cycle. */
export interface Adoption {
  readonly currency: string;
  readonly product_id: ProductId;
  readonly position: Position;
}

/** What counts under the policy: nothing when it is ignored, and never a coin without a market here. */
export function externalHoldings(
  account: Account,
  { symbols }: MarketSnapshot,
  { external_holdings }: Policy,
): readonly ExternalHolding[] {
  if (external_holdings === 'ignore') return [];
  return symbols.flatMap((symbol) => {
    const currency = baseOf(symbol.productId);
    const quantity = Object.hasOwn(account.external, currency) ? account.external[currency] : undefined;
    return quantity === undefined || symbol.product === null ? [] : [{ currency, symbol, quantity }];
  });
}

/** What it would fetch now, or cost to have (rounded up): 0 without any price. */
export function externalValue(
  holding: ExternalHolding,
  snapshot: MarketSnapshot,
  limits: OutlierLimits,
  side: 'bid' | 'ask',
): Usd {
  const mark = cautiousMark(holding.symbol, snapshot, limits);
  return mark === null ? ZERO_USD : notional(holding.quantity, mark[side], side === 'bid' ? 'down' : 'up');
}

function externalEquity(account: Account, snapshot: MarketSnapshot, policy: Policy): Usd {
  return externalHoldings(account, snapshot, policy).reduce<Usd>(
    (sum, holding) => add(sum, externalValue(holding, snapshot, policy.data, 'bid')),
    ZERO_USD,
  );
}

/** Whether coins from before the bot are part of its equity. */
export function countsExternal({ external_holdings }: Policy): boolean {
  return external_holdings !== 'ignore';
}

/** What marks and equity know of coins from before the bot. */
export interface ExternalNow {
  /** Whether they are part of this equity. */
  readonly counted: boolean;
  readonly equity: Usd;
  /** What came into equity, or left it, without having been earned or lost. */
  readonly flow: Usd;
  /** Coins that came or went and have no price yet. */
  readonly waiting: Account['unsettled_coins'];
}

/**
 * Where a config has them counted from now on, or no longer, all of them come in or go out at once: as soon as the exchange
 * says what they are worth.
 */
export function externalNow(account: Account, snapshot: MarketSnapshot, policy: Policy): ExternalNow {
  const wanted = countsExternal(policy);
  const before = account.external_counted ?? wanted;
  const counted = snapshot.conditions.exchangeDown === null ? wanted : before;
  const counting: Policy = { ...policy, external_holdings: 'count' };
  if (!counted && !before) return { counted, equity: ZERO_USD, flow: ZERO_USD, waiting: {} };
  const equity = externalEquity(account, snapshot, counting);
  const settled = settledCoins(account, snapshot, counting);
  if (counted && before) return { counted, equity, ...settled };
  if (counted) return { counted, equity, flow: equity, waiting: unpriced(account, snapshot, counting) };
  return { counted, equity: ZERO_USD, flow: subtract(settled.flow, equity), waiting: {} };
}

/** So long at most does a day wait for the price of something that is held: what has none any more would keep it from beginning. */
const WAITS_MS = 2 * 86_400_000;
const ONE_PERCENT = ratioFromPct(1);

/**
 * Whether a day can begin with this equity. A position without a price counts at cost, a coin from before the bot at nothing:
 * with that in its anchor the daily stop would let as much be lost as is missing.
 */
export function mayAnchor(account: Account, snapshot: MarketSnapshot, policy: Policy, equity: Usd): boolean {
  const { conditions, slotMs, symbols } = snapshot;
  if (account.marks === null) return true;
  if (conditions.exchangeDown !== null) return false;
  if (slotMs - account.marks.day.start_ms >= WAITS_MS) return true;
  const byId = new Map(symbols.map((symbol) => [symbol.productId, symbol]));
  const atCost = heldSymbols(account)
    .filter((id) => markOf(byId.get(id), snapshot) === null)
    .reduce<Usd>((sum, id) => add(sum, positionValue(account.positions[id] as Position, null, 'bid', 'up')), ZERO_USD);
  // The remainder of a dead coin is no reason to measure every day from the one before.
  const isSmall = portion(equity, ONE_PERCENT, 'down') >= atCost;
  return isSmall && Object.keys(withoutPrice(account, snapshot, policy)).length === 0;
}

/** Coins from before the bot that count and have no price now: all of them where no product is known, and so not which have a market. */
export function withoutPrice(account: Account, snapshot: MarketSnapshot, policy: Policy): Account['external'] {
  const isUnread = countsExternal(policy) && snapshot.symbols.every(({ product }) => product === null);
  return isUnread ? account.external : unpriced(account, snapshot, policy);
}

/** Coins from before the bot that count, are listed, and have no price now. */
export function unpriced(account: Account, snapshot: MarketSnapshot, policy: Policy): Account['unsettled_coins'] {
  const without = externalHoldings(account, snapshot, policy).filter(
    ({ symbol }) => cautiousMark(symbol, snapshot, policy.data) === null,
  );
  return Object.fromEntries(without.map(({ currency, quantity }) => [currency, quantity]));
}

/** Coins that came in or went out, at what they fetch now; what has no price yet waits. */
function settledCoins(
  { unsettled_coins: coins }: Account,
  snapshot: MarketSnapshot,
  { data }: Policy,
): { readonly flow: Usd; readonly waiting: Account['unsettled_coins'] } {
  if (Object.keys(coins).length === 0) return { flow: ZERO_USD, waiting: {} };
  const marks = Object.keys(coins).map((currency) => {
    const symbol = snapshot.symbols.find((each) => each.product !== null && baseOf(each.productId) === currency);
    return [currency, coins[currency] as Quantity, cautiousMark(symbol, snapshot, data)] as const;
  });
  return {
    flow: marks.reduce<Usd>(
      (sum, [, size, mark]) => add(sum, mark === null ? ZERO_USD : worth(size, mark.bid)),
      ZERO_USD,
    ),
    waiting: Object.fromEntries(marks.flatMap(([currency, size, mark]) => (mark === null ? [[currency, size]] : []))),
  };
}

/** Of a negative size too. */
function worth(size: Quantity, bid: Price): Usd {
  const value = notional(size < 0n ? (-size as Quantity) : size, bid, 'down');
  return size < 0n ? subtract(ZERO_USD, value) : value;
}

/**
 * The coins that can be taken over now: at a sound price, and where the bot has nothing of its own. The cost is what they
 * would fetch, so that their profit starts at nothing; the stop and the target are the widest that a proposal may ask for.
 * Ascending by symbol.
 */
export function adoptions(
  account: Account,
  snapshot: MarketSnapshot,
  config: Pick<DecisionConfig, 'policy'>,
): readonly Adoption[] {
  if (config.policy.external_holdings !== 'manage') return [];
  const taken = externalHoldings(account, snapshot, config.policy).flatMap((holding) => {
    const position = adoptable(holding, account, snapshot, config.policy);
    return position === null ? [] : [{ currency: holding.currency, product_id: holding.symbol.productId, position }];
  });
  return taken.toSorted((a, b) => (a.product_id < b.product_id ? -1 : 1));
}

/** Moves the coins from one book to the other: together they stay what the exchange holds [I7]. */
export function adopt(account: Account, taken: readonly Adoption[]): Account {
  if (taken.length === 0) return account;
  const currencies = new Set(taken.map(({ currency }) => currency));
  return {
    ...account,
    external: Object.fromEntries(Object.entries(account.external).filter(([currency]) => !currencies.has(currency))),
    positions: { ...account.positions, ...Object.fromEntries(taken.map((each) => [each.product_id, each.position])) },
  };
}

function adoptable(
  { symbol, quantity }: ExternalHolding,
  account: Account,
  snapshot: MarketSnapshot,
  policy: Policy,
): Position | null {
  const { productId, product } = symbol;
  const bid = soundBid(symbol, snapshot, policy.data);
  const isTaken =
    account.positions[productId] !== undefined ||
    account.frozen[productId] !== undefined ||
    workingOrders(account).some((order) => order.product_id === productId);
  if (product === null || bid === null || isTaken) return null;
  const at = snapshot.asOfMs;
  const position: Position = {
    lots: [{ quantity, cost: notional(quantity, bid, 'down'), opened_at_ms: at }],
    strategy: EXTERNAL,
    opened_at_ms: at,
    ...widestLevels(bid, product.priceIncrement, policy),
  };
  return isDust(position, symbol, snapshot) ? null : position;
}

function soundBid(symbol: SymbolSnapshot, snapshot: MarketSnapshot, data: Policy['data']): Price | null {
  const quote = usableQuote(symbol);
  const isStale = stalenessOf(symbol, snapshot.asOfMs, snapshot.baseInterval, data) !== null;
  const jump = jumpOf(symbol, snapshot, data);
  return quote === null || isStale || jump === null || jump.isOutlier ? null : quote.bid;
}

function baseOf(productId: ProductId): string {
  return productId.slice(0, productId.lastIndexOf('-'));
}
