import type { DecisionInputs } from '../../shared/core/cycle/encode.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { add, subtract, toNumber, toText, type Usd, ZERO_USD } from '../../shared/core/money/fixed.ts';
import type { Account, Position, WorkingOrder } from '../../shared/core/portfolio/account.ts';
import {
  heldSymbols,
  isDust,
  markOf,
  positionQuantity,
  positionValue,
  workingOrders,
  worstCase,
} from '../../shared/core/portfolio/valuation.ts';

/** One position as it is listed. Amounts are decimal text; null where no price is known. */
export interface PositionLine {
  readonly product_id: ProductId;
  readonly strategy: string;
  readonly opened_at: string;
  readonly age_seconds: number;
  readonly quantity: string;
  /** With buying fees. */
  readonly cost_usd: string;
  readonly price: string | null;
  /** What it would fetch at that price, before fees. */
  readonly value_usd: string | null;
  readonly unrealised_usd: string | null;
  readonly unrealised_pct: number | null;
  readonly stop_price: string | null;
  readonly take_profit_price: string | null;
  /** What exposure counts it as: at the asking price, and what is being bought of it at worst. */
  readonly worst_case_usd: string | null;
  /** The sale that rests on the exchange behind it. */
  readonly protection: ProtectionLine | null;
  /** Too small for the exchange to take back; null where its market is not known. */
  readonly is_dust: boolean | null;
  readonly frozen: string | null;
}

export interface ProtectionLine {
  readonly client_order_id: string;
  readonly status: string;
  readonly kind: string;
  readonly quantity: string;
  readonly stop_price: string | null;
  readonly limit_price: string;
}

/** `inputs`: what the newest cycle decided on, for prices and minimum sizes. */
export function positionLines(account: Account, inputs: DecisionInputs | null, nowMs: number): readonly PositionLine[] {
  return heldSymbols(account).map((id) => lineOf(account, id, account.positions[id] as Position, inputs, nowMs));
}

function lineOf(
  account: Account,
  id: ProductId,
  position: Position,
  inputs: DecisionInputs | null,
  nowMs: number,
): PositionLine {
  const { strategy, opened_at_ms, stop_price, take_profit_price, lots } = position;
  return {
    product_id: id,
    strategy,
    opened_at: new Date(opened_at_ms).toISOString(),
    age_seconds: Math.max(0, Math.floor((nowMs - opened_at_ms) / 1_000)),
    quantity: toText(positionQuantity(position)),
    cost_usd: toText(lots.reduce<Usd>((sum, { cost }) => add(sum, cost), ZERO_USD)),
    ...marked(account, id, position, inputs),
    stop_price: stop_price === null ? null : toText(stop_price),
    take_profit_price: take_profit_price === null ? null : toText(take_profit_price),
    protection: protectionOf(workingOrders(account).filter(({ product_id }) => product_id === id)),
    frozen: account.frozen[id] ?? null,
  };
}

function marked(account: Account, id: ProductId, position: Position, inputs: DecisionInputs | null) {
  const symbol = inputs?.snapshot.symbols.find(({ productId }) => productId === id);
  const mark = inputs === null ? null : markOf(symbol, inputs.snapshot);
  const buying = workingOrders(account).filter(({ product_id, side }) => product_id === id && side === 'BUY');
  if (inputs === null || mark === null) {
    const unknown = { price: null, value_usd: null, unrealised_usd: null, unrealised_pct: null };
    return { ...unknown, worst_case_usd: null, is_dust: null };
  }
  const cost = position.lots.reduce<Usd>((sum, lot) => add(sum, lot.cost), ZERO_USD);
  const value = positionValue(position, mark, 'bid', 'down');
  const unrealised = subtract(value, cost);
  const worst = buying.reduce<Usd>(
    (sum, order) => add(sum, worstCase(order)),
    positionValue(position, mark, 'ask', 'up'),
  );
  return {
    price: toText(mark.bid),
    value_usd: toText(value),
    unrealised_usd: toText(unrealised),
    unrealised_pct: cost > ZERO_USD ? Math.round((toNumber(unrealised) / toNumber(cost)) * 10_000) / 100 : null,
    worst_case_usd: toText(worst),
    is_dust: symbol?.product == null ? null : isDust(position, symbol, inputs.snapshot),
  };
}

function protectionOf(orders: readonly WorkingOrder[]): ProtectionLine | null {
  const order = orders.find(({ purpose }) => purpose === 'protect');
  if (order === undefined) return null;
  return {
    client_order_id: order.client_order_id,
    status: order.status,
    kind: order.route.kind,
    quantity: toText(subtract(order.quantity, order.filled)),
    stop_price: order.stop_price === null ? null : toText(order.stop_price),
    limit_price: toText(order.limit_price),
  };
}

/** What a unit of it has cost, for people: rounded. */
export function unitCost({ cost_usd, quantity }: PositionLine): number {
  return Number(quantity) === 0 ? 0 : Number(cost_usd) / Number(quantity);
}
