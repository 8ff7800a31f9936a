import type { ArchivedCycle } from '../../shared/core/cycle/decode.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import type { FeeRates, MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import { subtract, toNumber } from '../../shared/core/money/fixed.ts';
import { fillModel } from './fill-model.ts';
import { isAsModelled, type LegCost, legCost } from './leg-cost.ts';

export interface OrderFigures {
  /** Sent within the archived time. */
  readonly orders: number;
  /** Sent where no archived cycle shows the market: in none of the figures below. */
  readonly unmodelled: readonly string[];
  /** Sent without a decision that asks for exactly it. */
  readonly undecided: readonly string[];
  readonly traded_usd: number;
  readonly fill_usd: number;
  readonly fee_usd: number;
  /** Dealt by one of run and model alone. */
  readonly unmatched_usd: number;
  /** Those that did not come off as the model says. */
  readonly differing: readonly LegCost[];
}

export interface SentOrders {
  /** Sends what was sent before this cycle and lets the model see it. */
  upTo(cycle: ArchivedCycle): void;
  /** By how much the quotes that its orders remember are off the archived ones, in dollars. */
  quoteDifferenceUsd(cycle: ArchivedCycle): number;
  /** To be asked once, after the last cycle. `asked`: whether a decision asks for exactly this order. */
  figures(asked: (record: OrderRecord) => boolean): OrderFigures;
}

/** An order meets the market of the cycle before it, which may be so old. */
const OLDEST_MARKET_MS = 5 * 60_000;

/** The orders of a run beside the model, in the order in which they were sent. */
export function sentOrders(records: readonly OrderRecord[], slippageBps: number): SentOrders {
  const waiting = records
    .filter(({ sent_at_ms, order_id }) => sent_at_ms !== null && order_id !== null)
    .toSorted((a, b) => sentAt(a) - sentAt(b));
  const model = fillModel(slippageBps);
  const sent: { readonly record: OrderRecord; readonly fees: FeeRates }[] = [];
  const unmodelled: OrderRecord[] = [];
  let newest: MarketSnapshot | null = null;

  const sendBefore = (timeMs: number) => {
    while (waiting[0] !== undefined && sentAt(waiting[0]) < timeMs) {
      const record = waiting.shift() as OrderRecord;
      const isSeen = newest !== null && sentAt(record) - newest.asOfMs <= OLDEST_MARKET_MS && model.send(record);
      if (isSeen && newest !== null) sent.push({ record, fees: newest.fees });
      else unmodelled.push(record);
    }
  };
  return {
    upTo({ snapshot }) {
      sendBefore(snapshot.asOfMs);
      model.see(snapshot);
      newest = snapshot;
    },
    quoteDifferenceUsd: ({ snapshot }) =>
      records
        .filter(({ decided, intent }) => decided.slot_ms === snapshot.slotMs && intent.leg === 0)
        .reduce((sum, record) => sum + quoteDifference(record, snapshot), 0),
    figures(asked) {
      // What the run sent after the last archived cycle can be compared no further than at once.
      sendBefore((newest?.asOfMs ?? 0) + OLDEST_MARKET_MS);
      const costs = sent.flatMap(({ record, fees }) => {
        const order = model.order(record.client_order_id);
        return order === undefined ? [] : [legCost(record, order, fees)];
      });
      const total = (of: (cost: LegCost) => number) => costs.reduce((sum, cost) => sum + of(cost), 0);
      return {
        orders: sent.length + unmodelled.length,
        unmodelled: unmodelled.map(idOf),
        undecided: [...sent.map(({ record }) => record), ...unmodelled].filter((record) => !asked(record)).map(idOf),
        traded_usd: total(({ traded_usd }) => traded_usd),
        fill_usd: total(({ fill_usd }) => fill_usd),
        fee_usd: total(({ fee_usd }) => fee_usd),
        unmatched_usd: total(({ unmatched_usd }) => unmatched_usd),
        differing: costs.filter((cost) => !isAsModelled(cost)),
      };
    },
  };
}

function idOf({ client_order_id }: OrderRecord): string {
  return client_order_id;
}

function sentAt({ sent_at_ms }: OrderRecord): number {
  return sent_at_ms ?? 0;
}

function quoteDifference({ decided, intent }: OrderRecord, { symbols }: MarketSnapshot): number {
  const archived = symbols.find(({ productId }) => productId === intent.product_id)?.quote;
  if (decided.quote === null || archived == null) return 0;
  const [then, now] = intent.side === 'BUY' ? [decided.quote.ask, archived.ask] : [decided.quote.bid, archived.bid];
  return Math.abs(toNumber(subtract(then, now))) * toNumber(intent.quantity);
}
