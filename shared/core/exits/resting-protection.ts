import { within } from '../execution/sizing.ts';
import type { Candidate, Guard } from '../integrator/candidate.ts';
import type { ProductId } from '../market/product.ts';
import { usableQuote } from '../market/staleness.ts';
import {
  add,
  larger,
  type Price,
  portion,
  price,
  type Quantity,
  ratioFromPct,
  subtract,
  toIncrement,
  toText,
  ZERO_USD,
} from '../money/fixed.ts';
import type { Account, Position, WorkingOrder } from '../portfolio/account.ts';
import { heldSymbols, isDust, positionQuantity, workingOrders } from '../portfolio/valuation.ts';
import { type ExitContext, levelsOf } from './exit-kit.ts';

const NOTHING = price('0');

/**
 * Protection that should rest on the exchange and does not: for every position that nothing is being sold of, one order
 * with its stop and target, so that a bot that never wakes up again is still stopped out. It follows the position's size
 * and its stop; the order that rests already is named as the one that must end first. Ascending by symbol.
 */
export function missingProtection(account: Account, context: ExitContext): readonly Candidate[] {
  return heldSymbols(account).flatMap((symbol) => {
    const position = account.positions[symbol] as Position;
    const orders = workingOrders(account).filter(({ product_id, side }) => product_id === symbol && side === 'SELL');
    const isBusy = orders.some(({ purpose, status }) => purpose !== 'protect' || status !== 'WORKING');
    if (isBusy || isDust(position, context.symbols.get(symbol), context.snapshot)) return [];
    const wanted = guardOf(account, symbol, position, context);
    if (wanted === null || orders.some((order) => stillFits(order, wanted, context))) return [];
    return [candidateOf(symbol, position.strategy, wanted)];
  });
}

/** The resting protection of a symbol, which any other sale replaces. */
export function restingProtection(account: Account, symbol: ProductId): string | null {
  const resting = workingOrders(account).find((order) => order.purpose === 'protect' && order.product_id === symbol);
  return resting?.client_order_id ?? null;
}

interface Wanted {
  readonly guard: Guard;
  readonly quantity: Quantity;
}

/** null where nothing can rest: no stop, a stop that is reached (the exit kit sells), or an exchange that takes no such order. */
function guardOf(account: Account, symbol: ProductId, position: Position, context: ExitContext): Wanted | null {
  const known = context.symbols.get(symbol);
  const product = known?.product ?? null;
  const bid = usableQuote(known)?.bid ?? null;
  const kind = kindOf(account, symbol, position, context);
  if (product === null || bid === null || kind === null) return null;
  const stop = stopOf(symbol, position, context, product.priceIncrement);
  if (stop === null || stop >= bid) return null;
  const limit = limitOf(kind, stop, position, context, product.priceIncrement);
  // A target that is reached is for the exit kit too.
  if (limit === null || (kind === 'bracket' && limit <= bid)) return null;
  const most = within(positionQuantity(position), product.baseMaxSize);
  return { quantity: toIncrement(most, product.baseIncrement, 'down'), guard: { kind, stop, limit } };
}

/** The nearer of stop and trailing stop, on the grid. */
function stopOf(symbol: ProductId, position: Position, context: ExitContext, increment: Price): Price | null {
  const { stop, trailing } = levelsOf(symbol, position, context);
  return positive(toIncrement(larger(stop ?? NOTHING, trailing ?? NOTHING), increment, 'down'));
}

/** A bracket is asked for only where there is a target. A stop-limit sells down to as far below its stop as an exit may below the bid. */
function limitOf(
  kind: Guard['kind'],
  stop: Price,
  { take_profit_price: target }: Position,
  { config }: ExitContext,
  increment: Price,
): Price | null {
  if (kind === 'bracket') return toIncrement(target as Price, increment, 'up');
  const tolerance = ratioFromPct(config.policy.exits.exit_slippage_tolerance_bps / 100);
  return positive(toIncrement(subtract(stop, portion(stop, tolerance, 'up')), increment, 'down'));
}

function positive(level: Price): Price | null {
  return level > NOTHING ? level : null;
}

/** What the policy asks for, or the plainer order where the exchange has refused that one for this product. */
function kindOf(
  { protection }: Account,
  symbol: ProductId,
  { take_profit_price }: Position,
  { config, snapshot }: ExitContext,
): Guard['kind'] | null {
  const { exchange_protection: asked } = config.policy.exits;
  if (asked === 'none') return null;
  const memory = protection[symbol];
  const refused = memory !== undefined && memory.until_ms > snapshot.asOfMs ? memory.refused : [];
  const ladder =
    asked === 'bracket' && take_profit_price !== null
      ? (['bracket', 'stop_limit'] as const)
      : (['stop_limit'] as const);
  return ladder.find((kind) => !refused.includes(kind)) ?? null;
}

/**
 * Replacing costs a moment without protection: it is worth it for another size, or for a stop that moved enough, be it the
 * level or the room below it.
 */
function stillFits(order: WorkingOrder, { guard, quantity }: Wanted, { config }: ExitContext): boolean {
  const { stop_price, limit_price, route } = order;
  if (route.kind !== guard.kind || subtract(order.quantity, order.filled) !== quantity || stop_price === null)
    return false;
  if (guard.kind === 'bracket' && limit_price !== guard.limit) return false;
  const slack = portion(stop_price, ratioFromPct(config.policy.exits.protection_reprice_bps / 100), 'down');
  const isNear = (level: Price, other: Price) => level >= subtract(other, slack) && level <= add(other, slack);
  // A bracket sells at the market once it is stopped.
  const roomOf = (stop: Price, limit: Price) => (guard.kind === 'bracket' ? NOTHING : subtract(stop, limit));
  return isNear(guard.stop, stop_price) && isNear(roomOf(guard.stop, guard.limit), roomOf(stop_price, limit_price));
}

function candidateOf(symbol: ProductId, strategy: string, { guard, quantity }: Wanted): Candidate {
  const detail = `${guard.kind}: stop ${toText(guard.stop)}, limit ${toText(guard.limit)}`;
  return {
    symbol,
    side: 'SELL',
    purpose: 'protect',
    strategy,
    reason: guard.kind,
    proposal: null,
    agreedBy: [],
    budget: ZERO_USD,
    quantity,
    guard,
    records: [
      {
        rule: 'protection',
        verdict: 'allow',
        risk_reason: null,
        cap_type: null,
        current_pct: null,
        proposed_pct: null,
        limit_pct: null,
        detail,
      },
    ],
  };
}
