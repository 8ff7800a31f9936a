import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { intentIdOf } from '../../shared/core/execution/routing.ts';
import { orderConfigurationOf } from '../../shared/core/execution/terms.ts';
import { parseFixed, toText } from '../../shared/core/money/fixed.ts';
import type { ExchangeEvent } from '../../simulator/exchange/events.ts';
import type { Break, Evidence } from './judge.ts';

type EventOf<Kind extends ExchangeEvent['kind']> = Extract<ExchangeEvent, { readonly kind: Kind }>;

interface LiveOrder {
  readonly clientOrderId: string;
  readonly intentId: string;
  readonly productId: string;
  readonly side: 'BUY' | 'SELL';
  left: bigint;
}

/** Coins from before the bot that it was told to take over. */
export interface Adopted {
  readonly at_ms: number;
  readonly product_id: string;
  readonly quantity: bigint;
}

interface Walk {
  readonly records: ReadonlyMap<string, OrderRecord>;
  /** What each intent was approved for. */
  readonly approved: ReadonlyMap<string, bigint>;
  readonly accepted: Set<string>;
  readonly orders: Map<string, LiveOrder>;
  readonly live: Map<string, LiveOrder>;
  readonly filled: Map<string, bigint>;
  /** What the bot itself bought and did not sell: coins that were there before do not count. */
  readonly held: Map<string, bigint>;
  readonly breaks: Break[];
}

/**
 * Replays what the exchange did. At no moment may an intent have two live orders, have filled more than it was approved
 * for, or may the bot's sales on their way be more than what it bought and still has.
 */
export function walkJournal({
  journal,
  records,
  adopted = [],
}: Pick<Evidence, 'journal' | 'records'> & { readonly adopted?: readonly Adopted[] }): readonly Break[] {
  const first = records.filter(({ intent }) => intent.leg === 0);
  const walk: Walk = {
    records: new Map(records.map((record) => [record.client_order_id, record])),
    approved: new Map(first.map(({ client_order_id, intent }) => [client_order_id, intent.quantity])),
    accepted: new Set(),
    orders: new Map(),
    live: new Map(),
    filled: new Map(),
    held: new Map(),
    breaks: [],
  };
  const coming = [...adopted];
  for (const event of journal) {
    while (coming[0] !== undefined && coming[0].at_ms <= event.at_ms) takeOver(walk, coming.shift() as Adopted);
    if (event.kind === 'order') accept(walk, event);
    if (event.kind === 'fill') fill(walk, event);
    if (event.kind === 'end') walk.live.delete(event.order_id);
  }
  return walk.breaks;
}

/** How many orders of one intent were ever alive at the same time. */
export function mostLiveOrders(journal: readonly ExchangeEvent[]): number {
  const intents = new Map<string, string>();
  const live = new Map<string, number>();
  let most = 0;
  for (const event of journal) {
    if (event.kind === 'order') intents.set(event.order_id, intentIdOf(event.client_order_id));
    if (event.kind !== 'order' && event.kind !== 'end') continue;
    const intentId = intents.get(event.order_id) ?? event.order_id;
    const count = (live.get(intentId) ?? 0) + (event.kind === 'order' ? 1 : -1);
    live.set(intentId, count);
    most = Math.max(most, count);
  }
  return most;
}

function takeOver({ held }: Walk, { product_id, quantity }: Adopted): void {
  held.set(product_id, (held.get(product_id) ?? 0n) + quantity);
}

function accept(walk: Walk, event: EventOf<'order'>): void {
  const { client_order_id: id, product_id: productId, side } = event;
  const intentId = intentIdOf(id);
  const order: LiveOrder = { clientOrderId: id, intentId, productId, side, left: parseFixed(sizeIn(event)) };
  const twins = [...walk.live.values()].filter((other) => other.intentId === intentId);
  if (walk.accepted.has(id)) report(walk, 'duplicate', id, 'accepted twice');
  if (twins.length > 0) report(walk, 'duplicate', id, `accepted while ${twins[0]?.clientOrderId} was alive`);
  const detail = unrecorded(walk.records.get(id), event);
  if (detail !== null) report(walk, 'duplicate', id, detail);
  walk.accepted.add(id);
  walk.orders.set(event.order_id, order);
  walk.live.set(event.order_id, order);
  if (side === 'SELL') checkCover(walk, order);
}

function fill(walk: Walk, event: EventOf<'fill'>): void {
  const order = walk.orders.get(event.order_id);
  if (order === undefined) return;
  const { intentId, productId, side } = order;
  const size: bigint = parseFixed(event.size);
  const filled = (walk.filled.get(intentId) ?? 0n) + size;
  walk.filled.set(intentId, filled);
  const approved = walk.approved.get(intentId);
  if (approved !== undefined && filled > approved) {
    report(walk, 'duplicate', intentId, `filled ${decimal(filled)}, approved for ${decimal(approved)}`);
  }
  order.left -= size;
  const held = (walk.held.get(productId) ?? 0n) + (side === 'BUY' ? size : -size);
  walk.held.set(productId, held);
  if (held < 0n) report(walk, 'oversell', productId, `${decimal(-held)} more sold than bought`);
}

/** Everything that may still be sold is there to be sold. */
function checkCover({ live, held, breaks }: Walk, order: LiveOrder): void {
  const selling = [...live.values()]
    .filter(({ side, productId }) => side === 'SELL' && productId === order.productId)
    .reduce((sum, { left }) => sum + left, 0n);
  const there = held.get(order.productId) ?? 0n;
  if (selling <= there) return;
  const detail = `${decimal(selling)} on sale, ${decimal(there)} held`;
  breaks.push({ kind: 'oversell', subject: order.clientOrderId, detail });
}

/** What the exchange took is what was written down before it was sent. */
function unrecorded(record: OrderRecord | undefined, event: EventOf<'order'>): string | null {
  if (record === undefined) return 'the exchange took an order that nobody wrote down';
  if (record.terms === null) return 'the exchange took an order that was never claimed';
  const written = JSON.stringify(orderConfigurationOf(record.terms));
  return written === JSON.stringify(event.order_configuration)
    ? null
    : 'the exchange took other terms than were claimed';
}

function sizeIn({ order_configuration }: EventOf<'order'>): string {
  const [terms] = Object.values(order_configuration) as readonly Readonly<Record<string, unknown>>[];
  return String(terms?.['base_size'] ?? '0');
}

function report({ breaks }: Walk, kind: Break['kind'], subject: string, detail: string): void {
  breaks.push({ kind, subject, detail });
}

function decimal(value: bigint): string {
  return toText(value as ReturnType<typeof parseFixed>);
}
