import type { Policy } from '../cycle/decision-config.ts';
import {
  add,
  fromNumber,
  larger,
  type Price,
  portion,
  price,
  type Ratio,
  ratio,
  ratioFromPct,
  sizeFor,
  subtract,
  type Usd,
  ZERO_USD,
} from '../money/fixed.ts';
import type { Position } from '../portfolio/account.ts';
import { positionQuantity } from '../portfolio/valuation.ts';

/** What the levels of one position depend on now. */
export interface StopContext {
  readonly exits: Policy['exits'];
  readonly isCrash: boolean;
  readonly peak: Price | null;
  /** Average true range of the base interval; null where it is not known. */
  readonly atr: number | null;
}

export interface StopLevels {
  readonly stop: Price | null;
  readonly trailing: Price | null;
}

const FINEST_PRICE = price('0.000000000001');
const ONE = ratio('1');

/** At or below which bid the position is given up. In a crash every distance shrinks by the configured factor. */
export function stopLevels(position: Position, context: StopContext): StopLevels {
  const { exits, isCrash } = context;
  const factor = isCrash && exits.tighten_stops_in_crash ? ratio(exits.crash_stop_factor.toFixed(8)) : ONE;
  return { stop: plainStop(position, factor), trailing: trailingStop(context, factor) };
}

/** Measured from what the position cost per coin, fee included. A stop above that has no distance left to shrink. */
function plainStop(position: Position, factor: Ratio): Price | null {
  const { stop_price } = position;
  if (stop_price === null || factor === ONE) return stop_price;
  const cost = unitCost(position);
  if (cost <= stop_price) return stop_price;
  return subtract(cost, portion(subtract(cost, stop_price), factor, 'down'));
}

/** The nearer of the two where both are on. */
function trailingStop({ exits, peak, atr }: StopContext, factor: Ratio): Price | null {
  if (peak === null) return null;
  const distances: Price[] = [];
  if (exits.trailing_stop_pct > 0) distances.push(portion(peak, ratioFromPct(exits.trailing_stop_pct), 'up'));
  if (exits.trailing_stop_atr > 0 && atr !== null) {
    distances.push(fromNumber(atr * exits.trailing_stop_atr, FINEST_PRICE, 'up'));
  }
  const levels = distances.map((distance) => subtract(peak, portion(distance, factor, 'up')));
  return levels.length === 0 ? null : levels.reduce((nearest, level) => larger(nearest, level));
}

function unitCost(position: Position): Price {
  const cost = position.lots.reduce<Usd>((sum, lot) => add(sum, lot.cost), ZERO_USD);
  // Dividing money by coins is what sizeFor does; the result is a price.
  return sizeFor(cost, positionQuantity(position) as bigint as Price, 'down') as bigint as Price;
}
