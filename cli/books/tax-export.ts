import { add, type Quantity, toText, ZERO_QUANTITY } from '../../shared/core/money/fixed.ts';
import { positionQuantity } from '../../shared/core/portfolio/valuation.ts';
import { type LotMethod, lotsOf, type OpenLot, totalsOf } from '../../shared/core/tax/lots.ts';
import { type Trade, type TradeHistory, tradesOf } from '../../shared/core/tax/trades.ts';
import type { Books } from './open-books.ts';
import { type DisposalLine, disposalLine } from './pnl.ts';
import { EVER, everyOrder } from './read-books.ts';

/** A fill as it is exported. Amounts are decimal text, times are UTC. */
export interface TradeLine {
  readonly time: string;
  readonly product_id: string;
  readonly side: string;
  readonly quantity: string;
  readonly price: string;
  readonly value_usd: string;
  readonly fee_usd: string;
  readonly liquidity: string;
  readonly trade_type: string;
  readonly entry_id: string;
  readonly client_order_id: string;
  readonly order_id: string | null;
  readonly strategy: string;
  readonly reason: string;
}

interface Head {
  readonly bot_id: string;
  readonly mode: string;
  readonly year: number;
  /** The year as it is meant here: UTC, the end not included. */
  readonly from: string;
  readonly to: string;
  /** Orders whose fills are not all on record: what they bought or sold is missing here. */
  readonly incomplete: readonly string[];
}

export interface TradesExport extends Head {
  /** Adjustments by the exchange stand among them with their own trade_type. */
  readonly trades: readonly TradeLine[];
  readonly adjustments: number;
}

export interface LotsExport extends Head {
  readonly method: LotMethod;
  /** What was sold in the year, lot by lot. */
  readonly disposals: readonly DisposalLine[];
  /** What was held when the year ended. */
  readonly open_lots: readonly OpenLotLine[];
  readonly totals: Readonly<Record<'proceeds_usd' | 'cost_usd' | 'gain_usd' | 'uncovered_proceeds_usd', string>>;
  /** Until the end of the year, and in none of the figures. */
  readonly adjustments: readonly TradeLine[];
  /** Products of which the books now hold another quantity than the lots: not all of it came and went by the bot's orders. */
  readonly unmatched: readonly UnmatchedLine[];
}

export interface UnmatchedLine {
  readonly product_id: string;
  readonly lots_quantity: string;
  readonly books_quantity: string;
}

export interface OpenLotLine {
  readonly product_id: string;
  readonly quantity: string;
  readonly acquired_at: string;
  readonly cost_usd: string;
  readonly buy_entry_id: string;
}

interface Year {
  readonly year: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A calendar year in UTC: from its first millisecond to the first one of the next. */
export function utcYear(year: number): Year {
  return { year, fromMs: Date.UTC(year, 0, 1), toMs: Date.UTC(year + 1, 0, 1) };
}

export async function tradesExport(books: Books, span: Year): Promise<TradesExport> {
  const { trades, adjustments, incomplete } = historyUntil(await wholeHistory(books), span);
  const inYear = [...trades, ...adjustments].filter(({ time_ms }) => time_ms >= span.fromMs);
  inYear.sort((a, b) => a.time_ms - b.time_ms);
  return {
    ...headOf(books, span, incomplete),
    trades: inYear.map(tradeLine),
    adjustments: inYear.filter(({ trade_type }) => trade_type !== 'FILL').length,
  };
}

export async function lotsExport(books: Books, span: Year, method: LotMethod): Promise<LotsExport> {
  const whole = await wholeHistory(books);
  const { trades, adjustments, incomplete } = historyUntil(whole, span);
  const lots = lotsOf(trades, method);
  const disposals = lots.disposals.filter(({ sold_ms }) => sold_ms >= span.fromMs);
  const { proceeds, cost, gain, uncovered_proceeds } = totalsOf(disposals);
  return {
    ...headOf(books, span, incomplete),
    method,
    disposals: disposals.map(disposalLine),
    open_lots: lots.open.map(openLotLine),
    totals: {
      proceeds_usd: toText(proceeds),
      cost_usd: toText(cost),
      gain_usd: toText(gain),
      uncovered_proceeds_usd: toText(uncovered_proceeds),
    },
    adjustments: adjustments.map(tradeLine),
    unmatched: await unmatchedOf(books, lotsOf(whole.trades, method).open),
  };
}

/** From the first fill on: a lot may be years old. A resting order may fill long after its slot, so all are read. */
async function wholeHistory(books: Books): Promise<TradeHistory> {
  return tradesOf(await everyOrder(books, EVER));
}

function historyUntil({ trades, adjustments, incomplete }: TradeHistory, { toMs }: Year): TradeHistory {
  const isBefore = ({ time_ms }: Trade) => time_ms < toMs;
  return { trades: trades.filter(isBefore), adjustments: adjustments.filter(isBefore), incomplete };
}

/** Coins that were sold or moved by hand are in no order: a later sale then takes lots that are long gone. */
async function unmatchedOf({ accounts }: Books, open: readonly OpenLot[]): Promise<readonly UnmatchedLine[]> {
  const positions = (await accounts.load())?.positions ?? {};
  const lots = new Map<string, Quantity>();
  for (const { product_id, quantity } of open) {
    lots.set(product_id, add(lots.get(product_id) ?? ZERO_QUANTITY, quantity));
  }
  const held = new Map<string, Quantity>(
    Object.entries(positions).map(([id, position]) => [id, positionQuantity(position)]),
  );
  const quantities = [...new Set([...lots.keys(), ...held.keys()])].sort().map((product_id) => ({
    product_id,
    inLots: lots.get(product_id) ?? ZERO_QUANTITY,
    inBooks: held.get(product_id) ?? ZERO_QUANTITY,
  }));
  return quantities
    .filter(({ inLots, inBooks }) => inLots !== inBooks)
    .map(({ product_id, inLots, inBooks }) => ({
      product_id,
      lots_quantity: toText(inLots),
      books_quantity: toText(inBooks),
    }));
}

function headOf({ scope: { botId, mode } }: Books, { year, fromMs, toMs }: Year, incomplete: Head['incomplete']): Head {
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  return { bot_id: botId, mode, year, from, to, incomplete };
}

function tradeLine({ time_ms, quantity, price, value, fee, ...rest }: Trade): TradeLine {
  return {
    time: new Date(time_ms).toISOString(),
    ...rest,
    quantity: toText(quantity),
    price: toText(price),
    value_usd: toText(value),
    fee_usd: toText(fee),
  };
}

function openLotLine({ product_id, quantity, acquired_ms, cost, buy_entry_id }: OpenLot): OpenLotLine {
  return {
    product_id,
    quantity: toText(quantity),
    acquired_at: new Date(acquired_ms).toISOString(),
    cost_usd: toText(cost),
    buy_entry_id,
  };
}
