import type { Decision } from '../cycle/decision.ts';
import { exitReason } from '../exits/exit-kit.ts';
import { type StopLevels, stopLevels } from '../exits/stop-levels.ts';
import { INTERVAL_MS, lastClosedBarIndex } from '../market/interval.ts';
import type { ProductId } from '../market/product.ts';
import { add, fromNumber, larger, notional, type Price, price, type Quantity, type Usd } from '../money/fixed.ts';
import type { Account, Position } from '../portfolio/account.ts';
import { heldSymbols, positionQuantity } from '../portfolio/valuation.ts';
import type { Desk } from './desk.ts';
import { type BarMarket, bidAt, type Known, knownAt } from './market.ts';
import type { Series } from './series.ts';

/** While nothing is bought or sold a position's size and levels stand; its peak moves. */
export interface StandingPosition {
  readonly id: ProductId;
  readonly series: Series;
  readonly quantity: Quantity;
  readonly levels: StopLevels;
}

/** What is held is worth at a slot, with cash. */
export interface Held {
  readonly equity: Usd;
  /** Of the positions, one each. */
  readonly values: readonly Usd[];
  /** Where they rose. */
  readonly peaks: readonly (readonly [ProductId, Price])[];
}

const FINEST_PRICE = price('0.000000000001');
const NOTHING = price('0');

/**
 * null where one does not stand: too small to be traded, without bars or a known peak, or with a stop that trails. That moves
 * with every bar, and the order that rests for it too.
 */
export function standingPositions({ account, config, market }: Desk, decision: Decision): StandingPosition[] | null {
  const { exits } = config.policy;
  const isCrash = decision.regime === 'crash';
  const universe = new Set(decision.universe.map(({ symbol }) => symbol));
  const held = heldSymbols(account);
  const isTrailing = exits.trailing_stop_pct !== 0 || exits.trailing_stop_atr !== 0;
  if (held.length > 0 && (isTrailing || Object.keys(account.protection).length > 0)) return null;
  const positions: StandingPosition[] = [];
  for (const id of held) {
    const position = account.positions[id] as Position;
    const series = market.series.get(id);
    const quantity = positionQuantity(position);
    if (series === undefined || position.peak_price === undefined || !universe.has(id)) return null;
    if (quantity < series.product.baseMinSize) return null;
    positions.push({ id, series, quantity, levels: stopLevels(position, { exits, isCrash, peak: null, atr: null }) });
  }
  return positions;
}

/** null where a level is reached, or a position is too small to be one. */
export function heldAt(
  { account, config, market }: Desk,
  positions: readonly StandingPosition[],
  slotMs: number,
): Held | null {
  const maxHoldMs = config.policy.exits.max_hold_hours * 3_600_000;
  const t = lastClosedBarIndex(slotMs, market.baseInterval);
  let equity = account.cash;
  const values: Usd[] = [];
  const peaks: [ProductId, Price][] = [];
  for (const { id, series, quantity, levels } of positions) {
    const position = account.positions[id] as Position;
    // What is held was bought, so its series has begun.
    const known = knownAt(series, t) as Known;
    const bid = bidAt(market, series, known.at, slotMs);
    const value = notional(quantity, bid, 'down');
    const isDust = value < series.product.quoteMinSize;
    if (isDust || exitReason(position, levels, bid, slotMs, maxHoldMs) !== null) return null;
    equity = add(equity, value);
    values.push(value);
    const peak = larger(larger(position.peak_price as Price, bid), closeSince(position, market, series, known.at));
    if (peak !== position.peak_price) peaks.push([id, peak]);
  }
  return { equity, values, peaks };
}

/** The same account where nothing rose. */
export function withPeaks(account: Account, peaks: Held['peaks']): Account {
  if (peaks.length === 0) return account;
  const risen = peaks.map(([id, peak_price]) => [id, { ...account.positions[id], peak_price }] as const);
  return { ...account, positions: { ...account.positions, ...Object.fromEntries(risen) } };
}

/** Of the newest bar, where it began after the entry. */
function closeSince({ opened_at_ms }: Position, { baseInterval }: BarMarket, { base }: Series, at: number): Price {
  const startMs = (base.index[at] as number) * INTERVAL_MS[baseInterval];
  return startMs < opened_at_ms ? NOTHING : fromNumber(base.close[at] as number, FINEST_PRICE, 'down');
}
