import type { Bar } from '../../core/market/candles.ts';
import { barStartMs } from '../../core/market/interval.ts';
import {
  fromNumber,
  larger,
  type Price,
  portion,
  type Quantity,
  type Ratio,
  ratio,
  smaller,
  subtract,
  toIncrement,
  toNumber,
  ZERO_QUANTITY,
} from '../../core/money/fixed.ts';
import { ended, remaining, withFill, withLock } from './fills.ts';
import type { PaperFill, PaperOrder } from './paper-book.ts';

/** What a bar's outcome depends on besides order and bar. */
export interface BarRules {
  readonly takerRate: Ratio;
  readonly slippage: Ratio;
  readonly nowMs: number;
}

/** All resting orders of one side together get at most this share of what a bar traded. */
const PARTICIPATION = 0.15;

/** A bracket's stop leg is a limit this far below its trigger. */
const BRACKET_FLOOR = ratio('0.95');

/** What is there for the resting orders of one side. */
export function shareOfBar({ volume }: Bar, { base_increment }: PaperOrder): Quantity {
  return fromNumber(volume * PARTICIPATION, base_increment, 'down');
}

/**
 * One closed bar and one resting order. A limit fills at its own price, and only when the bar traded through it: touching
 * is not enough, for everybody who was at that price before is assumed to stand ahead in the queue. A stop fires where
 * the bar touched it. Where a bar reached both legs of a bracket, the stop is assumed to have come first.
 */
export function afterBar(order: PaperOrder, bar: Bar, available: Quantity, rules: BarRules): PaperOrder {
  if (isStopHit(order, bar)) {
    // It sold into the fall: never better than the stop, nor than where the bar began or ended.
    const stop = toNumber(order.stop_price as Price);
    const triggered = { ...order, is_triggered: true };
    return afterTrigger(triggered, bar, available, rules, Math.min(stop, bar.open, bar.close), bar.close);
  }
  if (order.is_triggered) {
    return afterTrigger(order, bar, available, rules, Math.min(bar.open, bar.close), bar.high);
  }
  const limit = order.kind === 'stop_limit' ? null : order.limit_price;
  if (limit === null || !isTradedThrough(order, bar, limit)) return order;
  return filled(order, bar, available, rules, limit, 'MAKER');
}

/**
 * A stop that has become a limit: it sells where the market stood, made worse by the slippage, as long as that is within
 * the limit. Below it nothing is sold (the gap went through), until the market comes back above the limit. The exchange
 * would have sold all of it at once, down to the limit, and let the rest stand there: what later bars give is no better than
 * that first moment, however far the market has come back.
 */
function afterTrigger(
  order: PaperOrder,
  bar: Bar,
  available: Quantity,
  rules: BarRules,
  stood: number,
  reached: number,
): PaperOrder {
  const limit = limitAfterTrigger(order);
  const now = madeWorse(stood, order.price_increment, rules.slippage);
  const at = smaller(now, order.ceiling ?? now);
  const fired = order.ceiling === null ? { ...order, ceiling: larger(at, limit) } : order;
  if (at >= limit) return filled(fired, bar, available, rules, at, 'TAKER');
  return reached > toNumber(limit) ? filled(fired, bar, available, rules, limit, 'MAKER') : fired;
}

function filled(
  order: PaperOrder,
  bar: Bar,
  available: Quantity,
  { takerRate, nowMs }: BarRules,
  at: Price,
  liquidity: PaperFill['liquidity'],
): PaperOrder {
  const size = smaller(remaining(order), available);
  if (size <= 0n) return order;
  const rate = liquidity === 'MAKER' ? order.maker_rate : takerRate;
  const dealt = withFill(order, at, size, rate, liquidity, barStartMs(bar.index + 1, '1m'));
  return remaining(dealt) > ZERO_QUANTITY ? withLock(dealt, takerRate) : ended(dealt, 'FILLED', null, nowMs);
}

function isTradedThrough({ side }: PaperOrder, bar: Bar, limit: Price): boolean {
  return side === 'BUY' ? bar.low < toNumber(limit) : bar.high > toNumber(limit);
}

function isStopHit({ stop_price, is_triggered }: PaperOrder, bar: Bar): boolean {
  return stop_price !== null && !is_triggered && bar.low <= toNumber(stop_price);
}

function limitAfterTrigger({ kind, limit_price, stop_price, price_increment }: PaperOrder): Price {
  if (kind !== 'bracket') return limit_price as Price;
  return toIncrement(portion(stop_price as Price, BRACKET_FLOOR, 'up'), price_increment, 'up');
}

function madeWorse(stood: number, increment: Price, slippage: Ratio): Price {
  const at = fromNumber<'usd-per-base'>(stood, increment, 'down');
  return subtract(at, toIncrement(portion(at, slippage, 'up'), increment, 'up'));
}
