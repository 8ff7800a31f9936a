import { add, notional, toNumber, toText, type Usd, ZERO_USD } from '../money/fixed.ts';
import type { Position } from '../portfolio/account.ts';
import { positionQuantity } from '../portfolio/valuation.ts';
import type { BookedFill } from './desk.ts';
import type { RoundTrip, TradeRow } from './report-schema.ts';
import { rounded, timeText } from './rounding.ts';

/** A position worth less than this is over: what is left of it cannot be sold. */
const DUST_USD = 1;

interface OpenTrip {
  readonly strategy: string;
  readonly openedMs: number;
  readonly entryReason: string;
  bought: Usd;
  pnl: Usd;
  fees: Usd;
}

/** Every fill, and what each position made from its first purchase until nothing worth selling was left. */
export class TripLog {
  readonly trades: TradeRow[] = [];
  readonly closed: (RoundTrip & { readonly pnl: Usd; readonly fees: Usd })[] = [];
  /** Of all fills, both ways. */
  traded: Usd = ZERO_USD;
  readonly #open = new Map<string, OpenTrip>();

  add(booked: BookedFill): void {
    const { fill, intent, realisedPnl, after } = booked;
    this.trades.push(tradeRow(booked));
    const value = notional(fill.quantity, fill.price, 'down');
    this.traded = add(this.traded, value);
    const trip = this.#open.get(fill.productId) ?? newTrip(booked);
    this.#open.set(fill.productId, trip);
    trip.fees = add(trip.fees, fill.commission);
    trip.pnl = add(trip.pnl, realisedPnl);
    if (fill.side === 'BUY') trip.bought = add(trip.bought, value);
    else if (isOver(after.positions[fill.productId], booked))
      this.#close(fill.productId, trip, intent.reason, fill.timeMs);
  }

  #close(symbol: string, trip: OpenTrip, exit_reason: string, closedMs: number): void {
    this.#open.delete(symbol);
    this.closed.push({
      symbol,
      strategy: trip.strategy,
      opened: timeText(trip.openedMs),
      closed: timeText(closedMs),
      entry_reason: trip.entryReason,
      exit_reason,
      bought_usd: toText(trip.bought),
      pnl_usd: toText(trip.pnl),
      fees_usd: toText(trip.fees),
      pnl: trip.pnl,
      fees: trip.fees,
    });
  }
}

function newTrip({ fill, intent }: BookedFill): OpenTrip {
  return {
    strategy: intent.strategy,
    openedMs: fill.timeMs,
    entryReason: intent.reason,
    bought: ZERO_USD,
    pnl: ZERO_USD,
    fees: ZERO_USD,
  };
}

function isOver(left: Position | undefined, { fill }: BookedFill): boolean {
  return left === undefined || toNumber(notional(positionQuantity(left), fill.price, 'down')) < DUST_USD;
}

function tradeRow({ fill, intent, execution, realisedPnl }: BookedFill): TradeRow {
  const isBuy = fill.side === 'BUY';
  const away = ((isBuy ? 1 : -1) * (toNumber(fill.price) - execution.mid)) / execution.mid;
  return {
    time: timeText(fill.timeMs),
    order: intent.client_order_id,
    symbol: fill.productId,
    side: fill.side,
    size: toText(fill.quantity),
    price: toText(fill.price),
    fee_usd: toText(fill.commission),
    slippage_bps: rounded(away * 10_000, 4),
    liquidity: execution.liquidity,
    strategy: intent.strategy,
    reason: intent.reason,
    exit_reason: isBuy ? null : intent.reason,
    realised_pnl_usd: toText(realisedPnl),
  };
}
