import {
  emptyBook,
  openOrders,
  type PaperBook,
  type PaperOrder,
  paperBookSchema,
} from '../../shared/adapters/paper/paper-book.ts';
import { balancesOf } from '../../shared/adapters/paper/paper-reads.ts';
import { toText, type Usd } from '../../shared/core/money/fixed.ts';
import type { Balance, Exchange } from '../../shared/ports/exchange.ts';
import type { FactStore } from '../../shared/ports/stores.ts';
import type { ExchangeEvent } from '../../simulator/exchange/events.ts';
import type { JsonObject } from '../../simulator/exchange/json.ts';
import type { NearExchange } from './near-exchange.ts';

/** Where the bot's orders end, as it really is there: not what a read makes of it. */
export interface Venue {
  balances(): readonly Balance[];
  open(): readonly { readonly clientOrderId: string; readonly side: 'BUY' | 'SELL' }[];
  /** Everything that ever happened there. */
  readonly journal: readonly ExchangeEvent[];
}

export function liveVenue({ exchange, journal }: NearExchange): Venue {
  return {
    balances: () =>
      [...exchange.state.balances].map(
        ([currency, { available, hold }]) => ({ currency, available, hold }) as unknown as Balance,
      ),
    open: () => [...exchange.state.open.values()],
    journal,
  };
}

export interface PaperVenue extends Venue {
  /** Overhears every write of the paper book. */
  overheard(facts: FactStore): FactStore;
  /** Overhears what is ordered, in the exchange's own words. */
  ordered(exchange: Exchange): Exchange;
}

/** The paper book is the exchange: each write of it is told as what an exchange's journal would say. */
export function paperVenue(
  quoteCurrency: string,
  startingCash: Usd,
  onEvent: (event: ExchangeEvent) => void,
): PaperVenue {
  const journal: ExchangeEvent[] = [];
  const bodies = new Map<string, JsonObject>();
  const known = new Map<string, PaperOrder>();
  let book = emptyBook(startingCash);
  const hear = (next: PaperBook) => {
    book = next;
    const events = next.orders.flatMap((order) => eventsOf(order, known.get(order.order_id), bodies));
    for (const order of next.orders) known.set(order.order_id, order);
    journal.push(...events);
    for (const event of events) onEvent(event);
  };
  return {
    balances: () => balancesOf(book, quoteCurrency),
    open: () => openOrders(book).map(({ client_order_id, side }) => ({ clientOrderId: client_order_id, side })),
    journal,
    overheard: (stored) => ({
      load: (name) => stored.load(name),
      async save(name, value, version) {
        const answer = await stored.save(name, value, version);
        if (answer === 'saved' && name === BOOK) hear(paperBookSchema.parse(value));
        return answer;
      },
    }),
    ordered: (exchange) => ({
      ...exchange,
      place(order) {
        bodies.set(order.clientOrderId, JSON.parse(order.body));
        return exchange.place(order);
      },
    }),
  };
}

const BOOK = 'paper-book';

function eventsOf(
  order: PaperOrder,
  before: PaperOrder | undefined,
  bodies: ReadonlyMap<string, JsonObject>,
): readonly ExchangeEvent[] {
  const { order_id, client_order_id, product_id, side, status, created_ms, ended_ms } = order;
  const body = bodies.get(client_order_id);
  const taken: ExchangeEvent = {
    kind: 'order',
    at_ms: created_ms,
    order_id,
    client_order_id,
    product_id,
    side,
    order_configuration: body?.['order_configuration'] as JsonObject,
    attached_order_configuration: null,
    attached_order_id: '',
    originating_order_id: '',
    hold: '0',
  };
  const filled = order.fills.slice(before?.fills.length ?? 0).map(
    (fill): ExchangeEvent => ({
      kind: 'fill',
      at_ms: fill.time_ms,
      entry_id: fill.entry_id,
      trade_id: fill.entry_id,
      order_id,
      price: toText(fill.price),
      size: toText(fill.quantity),
      commission: toText(fill.commission),
      liquidity: fill.liquidity,
    }),
  );
  const wasOpen = before === undefined || before.status === 'OPEN';
  const end: readonly ExchangeEvent[] =
    status !== 'OPEN' && wasOpen
      ? [{ kind: 'end', at_ms: ended_ms ?? created_ms, order_id, status, reject_reason: '', message: '' }]
      : [];
  return [...(before === undefined ? [taken] : []), ...filled, ...end];
}
