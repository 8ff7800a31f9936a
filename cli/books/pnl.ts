import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { add, toText, ZERO_QUANTITY } from '../../shared/core/money/fixed.ts';
import { type Disposal, lotsOf, totalsOf } from '../../shared/core/tax/lots.ts';
import { tradesOf } from '../../shared/core/tax/trades.ts';
import type { Books } from './open-books.ts';
import { EVER, everyOrder } from './read-books.ts';

/** What an intent has made: a sale by the lots it took, a purchase by what has been sold of its lots since. */
export interface AuditedPnl {
  readonly method: 'fifo';
  /** After fees; null: nothing was sold yet. */
  readonly realised_usd: string | null;
  readonly disposals: readonly DisposalLine[];
  /** Of a purchase: what of it is still held. */
  readonly open_quantity: string;
  /** Entries of the exchange that changed trades of this product: in none of these figures. */
  readonly adjustments: number;
}

/** One part of one lot, as it is exported. null: sold without a recorded purchase. */
export interface DisposalLine {
  readonly product_id: string;
  readonly quantity: string;
  readonly acquired_at: string | null;
  readonly sold_at: string;
  readonly holding_days: number | null;
  readonly cost_usd: string | null;
  readonly proceeds_usd: string;
  readonly gain_usd: string | null;
  readonly buy_entry_id: string | null;
  readonly sell_entry_id: string;
  readonly sell_client_order_id: string;
}

export async function pnlOf(books: Books, legs: readonly OrderRecord[]): Promise<AuditedPnl> {
  const [first] = legs;
  if (first === undefined) throw new Error('an intent has at least one order');
  const history = tradesOf(await everyOrder(books, { ...EVER, productId: first.intent.product_id }));
  const { disposals, open } = lotsOf(history.trades, 'fifo');
  const own = new Set(legs.flatMap(({ fills }) => fills.map(({ entry_id }) => entry_id)));
  const concerned = disposals.filter(
    ({ sell_entry_id, lot }) => own.has(sell_entry_id) || (lot !== null && own.has(lot.buy_entry_id)),
  );
  const left = open.filter(({ buy_entry_id }) => own.has(buy_entry_id)).map(({ quantity }) => quantity);
  return {
    method: 'fifo',
    realised_usd: concerned.some(({ lot }) => lot !== null) ? toText(totalsOf(concerned).gain) : null,
    disposals: concerned.map(disposalLine),
    open_quantity: toText(left.reduce(add, ZERO_QUANTITY)),
    adjustments: history.adjustments.length,
  };
}

export function disposalLine(disposal: Disposal): DisposalLine {
  const { product_id, quantity, sold_ms, proceeds, sell_entry_id, client_order_id, lot } = disposal;
  return {
    product_id,
    quantity: toText(quantity),
    acquired_at: lot && new Date(lot.acquired_ms).toISOString(),
    sold_at: new Date(sold_ms).toISOString(),
    holding_days: lot?.holding_days ?? null,
    cost_usd: lot && toText(lot.cost),
    proceeds_usd: toText(proceeds),
    gain_usd: lot && toText(lot.gain),
    buy_entry_id: lot?.buy_entry_id ?? null,
    sell_entry_id,
    sell_client_order_id: client_order_id,
  };
}
