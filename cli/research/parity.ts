import * as z from 'zod';
import type { ArchivedCycle } from '../../shared/core/cycle/decode.ts';
import { encodeDecision } from '../../shared/core/cycle/encode.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { intentIdOf } from '../../shared/core/execution/routing.ts';
import { add, toText } from '../../shared/core/money/fixed.ts';
import { slotText } from './archived-cycles.ts';
import type { Difference } from './json-diff.ts';
import { type Replayed, replayed } from './replay.ts';
import { type OrderFigures, sentOrders } from './sent-orders.ts';

/** What `trader parity --json` prints. */
export interface ParityReport {
  readonly cycles: number;
  /** Of which a recorded decision was found. */
  readonly compared: number;
  readonly identical: number;
  /** 100 only when every cycle was compared and is the same; rounded down to two decimals. */
  readonly identical_pct: number;
  readonly differing: readonly DifferingCycle[];
  readonly split: Split;
  /** null: no order records were given, so only decisions were compared. */
  readonly orders: ComparedOrders | null;
}

export interface ComparedOrders extends OrderFigures {
  /** Decided, and nothing on record: withdrawn before it was sent, forgotten since without a fill, or lost. */
  readonly unrecorded: readonly string[];
}

/** Where run and replay part, in basis points of what was ordered (data, decision) or dealt (fill, fee). */
export interface Split {
  readonly data_bps: number;
  readonly decision_bps: number;
  /** null without order records. More than 0: the run paid more than the model. */
  readonly fill_bps: number | null;
  readonly fee_bps: number | null;
}

export interface DifferingCycle {
  readonly slot: string;
  /** data: it was decided on something else than what is archived. decision: the same inputs now decide otherwise. */
  readonly cause: 'data' | 'decision';
  /** Ordered by one of the two alone, or in another size or at another price. */
  readonly order_difference_usd: number;
  readonly differences_count: number;
  /** The first of them. */
  readonly differences: readonly Difference[];
}

export interface Parity {
  /** Cycle after cycle, oldest first. `elsewhere`: the recorded decision, for a cycle archived without it. */
  add(cycle: ArchivedCycle, elsewhere?: unknown): void;
  report(): ParityReport;
}

const MOST_DIFFERENCES = 20;

/** Replays a run and holds it against its records. `records`: all orders of the run; null: compare decisions only. */
export function parity(records: readonly OrderRecord[] | null, slippageBps: number): Parity {
  const counts = { cycles: 0, compared: 0, identical: 0 };
  const differing: DifferingCycle[] = [];
  const orders = records && sentOrders(records, slippageBps);
  const decided = new Map<string, string>();
  let orderedUsd = 0;
  let quoteUsd = 0;
  return {
    add(cycle, elsewhere) {
      const again = replayed(cycle, elsewhere);
      counts.cycles += 1;
      orders?.upTo(cycle);
      const otherQuotes = orders?.quoteDifferenceUsd(cycle) ?? 0;
      quoteUsd += otherQuotes;
      for (const order of again.decision.orders) decided.set(order.client_order_id, termsOf(order));
      if (again.recorded === undefined) return;
      counts.compared += 1;
      orderedUsd += totalOf(ordersIn(again.recorded));
      if (again.differences.length === 0) counts.identical += 1;
      else differing.push(differingCycle(cycle, again, otherQuotes > 0));
    },
    report() {
      const asked = ({ client_order_id, intent }: OrderRecord) =>
        decided.get(intentIdOf(client_order_id)) === termsOf(intent);
      const known = new Set(records?.map(({ client_order_id }) => client_order_id));
      const unrecorded = [...decided.keys()].filter((id) => !known.has(id));
      const figures = orders && { ...orders.figures(asked), unrecorded };
      const same = counts.cycles === 0 ? 0 : Math.floor((counts.identical / counts.cycles) * 10_000) / 100;
      const split = splitOf(differing, orderedUsd, quoteUsd, figures);
      return { ...counts, identical_pct: same, differing, split, orders: figures };
    },
  };
}

function differingCycle(
  { snapshot }: ArchivedCycle,
  { recorded, decision, differences }: Replayed,
  hasOtherQuotes: boolean,
): DifferingCycle {
  const [then, now] = [ordersIn(recorded), ordersIn(JSON.parse(encodeDecision(decision)))];
  const ids = new Set([...then.keys(), ...now.keys()]);
  const difference = [...ids].reduce((sum, id) => sum + Math.abs((then.get(id) ?? 0) - (now.get(id) ?? 0)), 0);
  return {
    slot: slotText(snapshot.slotMs),
    cause: hasOtherQuotes || differences.some(({ path }) => OF_INPUTS.test(path)) ? 'data' : 'decision',
    order_difference_usd: difference,
    differences_count: differences.length,
    differences: differences.slice(0, MOST_DIFFERENCES),
  };
}

/** Fields that merely repeat or add up the inputs: no rule and no strategy has a say in them. */
const OF_INPUTS = /^(?:slot|as_of|config_hash|equity|drawdown_pct|regime_figures)(?:\.|$)/;

const recordedOrders = z.object({
  orders: z.array(z.object({ client_order_id: z.string(), quantity: z.string(), limit_price: z.string() })),
});

/** Dollars by client order id; nothing of a record that cannot be read, which is a difference as it is. */
function ordersIn(decision: unknown): ReadonlyMap<string, number> {
  const { data } = recordedOrders.safeParse(decision);
  const usd = (data?.orders ?? []).map(
    ({ client_order_id, quantity, limit_price }) => [client_order_id, Number(quantity) * Number(limit_price)] as const,
  );
  return new Map(usd);
}

function totalOf(orders: ReadonlyMap<string, number>): number {
  return [...orders.values()].reduce((sum, usd) => sum + usd, 0);
}

/** Of the whole intent: a later leg asks for what the earlier ones left of it. */
function termsOf(intent: OrderRecord['intent']): string {
  const { side, purpose, product_id, quantity, prior_filled, limit_price, stop_price, take_profit_price } = intent;
  const levels = [limit_price, stop_price, take_profit_price].map((level) => (level === null ? '-' : toText(level)));
  return [side, purpose, product_id, toText(add(quantity, prior_filled)), ...levels].join(' ');
}

function splitOf(
  differing: readonly DifferingCycle[],
  orderedUsd: number,
  quoteUsd: number,
  orders: OrderFigures | null,
): Split {
  const caused = (by: DifferingCycle['cause']) =>
    differing.reduce((sum, { cause, order_difference_usd }) => sum + (cause === by ? order_difference_usd : 0), 0);
  return {
    data_bps: bps(caused('data') + quoteUsd, orderedUsd),
    decision_bps: bps(caused('decision'), orderedUsd),
    fill_bps: orders && bps(orders.fill_usd, orders.traded_usd),
    fee_bps: orders && bps(orders.fee_usd, orders.traded_usd),
  };
}

/**
 * To a hundredth; less than that to its first digit, so that 0 is equal. Where nothing was ordered or dealt, any difference
 * at all is the whole of it.
 */
function bps(difference: number, whole: number): number {
  if (difference === 0) return 0;
  const part = whole === 0 ? Math.sign(difference) * 10_000 : (difference / whole) * 10_000;
  return Math.abs(part) < 0.01 ? Number(part.toPrecision(1)) : Math.round(part * 100) / 100;
}
