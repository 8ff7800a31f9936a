import type { BacktestReport, RoundTrip, TradeRow } from '../../../shared/core/backtest/report-schema.ts';
import { rounded } from '../../../shared/core/backtest/rounding.ts';
import type { TripCost } from './point-record.ts';

interface Books {
  readonly trips: readonly RoundTrip[];
  slippage: number[];
  at: number;
  isSold: boolean;
}

/** Every round trip of a report with what it paid: its fees as booked, and its fills' distance from the middle. */
export function tripCosts({ trades, round_trips }: BacktestReport): TripCost[] {
  const books = new Map<string, Books>();
  for (const trip of round_trips) {
    const { trips } = books.get(trip.symbol) ?? { trips: [] };
    books.set(trip.symbol, { trips: [...trips, trip], slippage: [], at: 0, isSold: false });
  }
  for (const trade of trades) {
    const book = books.get(trade.symbol);
    if (book !== undefined) addTo(book, trade);
  }
  const slippage = new Map(
    [...books.values()].flatMap(({ trips, slippage: own }) => trips.map((trip, i) => [trip, own[i] ?? 0] as const)),
  );
  return round_trips.map((trip) => ({
    strategy: trip.strategy,
    bought_usd: rounded(Number(trip.bought_usd), 6),
    pnl_usd: rounded(Number(trip.pnl_usd), 6),
    fees_usd: rounded(Number(trip.fees_usd), 6),
    slippage_usd: rounded(slippage.get(trip) ?? 0, 6),
  }));
}

/** A symbol's trips follow each other, so a fill is the current one's until that has been sold out. */
function addTo(book: Books, { time, side, size, price, slippage_bps }: TradeRow): void {
  const current = book.trips[book.at];
  if (current === undefined) return;
  if (time > current.closed || (book.isSold && side === 'BUY')) {
    book.at += 1;
    book.isSold = false;
  }
  const open = book.trips[book.at];
  if (open === undefined || time < open.opened) return;
  const away = slippage_bps / 10_000;
  const middle = Number(price) / (side === 'BUY' ? 1 + away : 1 - away);
  book.slippage[book.at] = (book.slippage[book.at] ?? 0) + away * middle * Number(size);
  if (side === 'SELL' && time === open.closed) book.isSold = true;
}
