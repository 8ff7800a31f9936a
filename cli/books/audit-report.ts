import type { OrderFill, OrderRecord } from '../../shared/core/execution/order-record.ts';
import { intentIdOf } from '../../shared/core/execution/routing.ts';
import {
  add,
  type Fixed,
  type Price,
  type Quantity,
  toNumber,
  toText,
  type Usd,
  ZERO_QUANTITY,
  ZERO_USD,
} from '../../shared/core/money/fixed.ts';
import { type Assessment, assessmentOf, type KnownAssessment } from './assessment.ts';
import { encodedOrder } from './encoded-order.ts';
import { legsOf } from './legs.ts';
import type { Books } from './open-books.ts';
import { type AuditedPnl, pnlOf } from './pnl.ts';
import { inputsOf } from './read-books.ts';

type Encoded = ReturnType<typeof encodedOrder>;

/** One intent from its proposal to its profit, as `trader audit --json` prints it (docs/records.md). */
export interface AuditReport {
  readonly intent_id: string;
  readonly bot_id: string;
  readonly decided: { readonly slot: string; readonly config_hash: string; readonly mode: string };
  /** At the decision. `source`: 'record', or 'archive' for an order whose record has lost it. */
  readonly quote: { readonly bid: string; readonly ask: string; readonly source: 'record' | 'archive' } | null;
  readonly assessment: Assessment | null;
  readonly assessment_source: KnownAssessment['source'];
  /** What risk approved. */
  readonly intent: Encoded['intent'];
  /** The orders it was sent as, one after the other. */
  readonly legs: readonly AuditedLeg[];
  readonly filled: {
    readonly quantity: string;
    readonly value_usd: string;
    readonly fees_usd: string;
    readonly average_price: number | null;
  };
  readonly pnl: AuditedPnl;
}

export interface AuditedLeg extends Omit<Encoded, 'assessment' | 'intent' | 'decided' | 'fills'> {
  readonly leg: number;
  readonly route: string;
  readonly fills: readonly (NonNullable<Encoded['fills']>[number] & { readonly slippage_bps: Slippage })[];
}

/** More than 0 is worse than the reference: dearer for a purchase, cheaper for a sale. */
export interface Slippage {
  /** Against the ask (BUY) or the bid (SELL) at the decision. */
  readonly quote: number | null;
  /** Against the limit that risk approved. */
  readonly limit: number;
}

type QuoteThen = { readonly bid: Price; readonly ask: Price; readonly source: 'record' | 'archive' } | null;

/** Throws a UserError for an id that nobody knows. */
export async function auditReport(books: Books, clientOrderId: string): Promise<AuditReport> {
  const { asked, all } = await legsOf(books, clientOrderId);
  const first = all[0] ?? asked;
  const quote = await quoteThen(books, first);
  const { assessment, source } = await assessmentOf(books, first);
  const { slot_ms, config_hash, mode } = first.decided;
  return {
    intent_id: intentIdOf(clientOrderId),
    bot_id: books.scope.botId,
    decided: { slot: new Date(slot_ms).toISOString(), config_hash, mode },
    quote: quote && { bid: toText(quote.bid), ask: toText(quote.ask), source: quote.source },
    assessment,
    assessment_source: source,
    intent: encodedOrder(first).intent,
    legs: all.map((leg) => auditedLeg(leg, first, quote)),
    filled: filledBy(all),
    pnl: await pnlOf(books, all),
  };
}

async function quoteThen(books: Books, { decided, intent }: OrderRecord): Promise<QuoteThen> {
  if (decided.quote != null) return { ...decided.quote, source: 'record' };
  const inputs = await inputsOf(books, decided.slot_ms);
  const quote = inputs?.snapshot.symbols.find(({ productId }) => productId === intent.product_id)?.quote;
  return quote == null ? null : { bid: quote.bid, ask: quote.ask, source: 'archive' };
}

function auditedLeg(record: OrderRecord, first: OrderRecord, quote: QuoteThen): AuditedLeg {
  const { assessment: _a, intent: _i, decided: _d, fills = [], ...rest } = encodedOrder(record);
  return {
    ...rest,
    leg: record.intent.leg,
    route: record.intent.route.kind,
    fills: fills.map((fill, index) => ({ ...fill, slippage_bps: slippageOf(record.fills[index], first, quote) })),
  };
}

function slippageOf(fill: OrderFill | undefined, { intent }: OrderRecord, quote: QuoteThen): Slippage {
  if (fill === undefined) throw new Error('every encoded fill has a fill behind it');
  const touch = intent.side === 'BUY' ? quote?.ask : quote?.bid;
  return {
    quote: touch === undefined ? null : worseBy(fill.price, touch, intent.side),
    limit: worseBy(fill.price, intent.limit_price, intent.side),
  };
}

/** In basis points, to two decimals. */
function worseBy(price: Price, reference: Price, side: 'BUY' | 'SELL'): number {
  const [paid, asked] = [toNumber(price), toNumber(reference)];
  if (asked === 0) return 0;
  const bps = ((paid - asked) / asked) * 10_000 * (side === 'BUY' ? 1 : -1);
  return Math.round(bps * 100) / 100 + 0;
}

function filledBy(legs: readonly OrderRecord[]): AuditReport['filled'] {
  const total = <Unit extends string>(values: readonly Fixed<Unit>[], zero: Fixed<Unit>) => values.reduce(add, zero);
  const quantity: Quantity = total(
    legs.map((leg) => leg.filled_quantity),
    ZERO_QUANTITY,
  );
  const value: Usd = total(
    legs.map((leg) => leg.filled_value),
    ZERO_USD,
  );
  const fees: Usd = total(
    legs.map((leg) => leg.fees),
    ZERO_USD,
  );
  return {
    quantity: toText(quantity),
    value_usd: toText(value),
    fees_usd: toText(fees),
    average_price: quantity === ZERO_QUANTITY ? null : toNumber(value) / toNumber(quantity),
  };
}
