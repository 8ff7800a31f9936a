import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import type { ExchangeEvent } from '../../simulator/exchange/events.ts';
import type { LoggedRequest } from '../../simulator/http/listener.ts';
import { intentsOf, reasonOf } from './judge.ts';
import { mostLiveOrders } from './walk-journal.ts';

/** The exchange's word for an order that was asked to give way. */
const CANCELLED = 'User requested cancel';

/** What was done to the bot. */
export interface Happened {
  kills: number;
  repeats: number;
  twins: number;
  minutes: number;
}

/** What a run was made of: a soak in which nothing happened proves nothing. */
export interface Figures {
  readonly intents: number;
  /** Requests that reached the exchange, repeated ones included; and how many it answered badly or not at all. */
  readonly requests: number;
  readonly requests_429: number;
  readonly requests_5xx: number;
  readonly requests_unanswered: number;
  readonly orders_accepted: number;
  /** One, whatever was repeated. */
  readonly most_live_orders_of_an_intent: number;
  readonly fills: number;
  readonly replies_lost: number;
  readonly never_placed: number;
  readonly legs_more: number;
  readonly ways_cleared: number;
  readonly process_kills: number;
  readonly messages_repeated: number;
  readonly twin_workers: number;
  readonly minutes: number;
  readonly endings: Readonly<Record<string, number>>;
}

interface Seen {
  readonly journal: readonly ExchangeEvent[];
  readonly records: readonly OrderRecord[];
  readonly reserved: ReadonlySet<string>;
  readonly happened: Happened;
  readonly requests: readonly LoggedRequest[];
}

export function figuresOf({ journal, records, reserved, happened, requests }: Seen): Figures {
  const count = (kind: ExchangeEvent['kind']) => journal.filter((event) => event.kind === kind).length;
  const wasLost = ({ history }: OrderRecord) => history.some(({ event }) => event === 'lose');
  return {
    intents: intentsOf(reserved).size,
    requests: requests.length,
    requests_429: requests.filter(({ status }) => status === 429).length,
    requests_5xx: requests.filter(({ status }) => status !== null && status >= 500).length,
    requests_unanswered: requests.filter(({ status }) => status === null).length,
    orders_accepted: count('order'),
    most_live_orders_of_an_intent: mostLiveOrders(journal),
    fills: count('fill'),
    replies_lost: records.filter(wasLost).length,
    never_placed: records.filter(({ status }) => status === 'NOT_PLACED').length,
    legs_more: records.filter(({ intent }) => intent.leg > 0).length,
    ways_cleared: journal.filter((event) => event.kind === 'end' && event.message === CANCELLED).length,
    process_kills: happened.kills,
    messages_repeated: happened.repeats,
    twin_workers: happened.twins,
    minutes: happened.minutes,
    endings: endingsOf(records),
  };
}

function endingsOf(records: readonly OrderRecord[]): Figures['endings'] {
  const endings: Record<string, number> = {};
  for (const record of records) {
    const word = `${record.status.toLowerCase()}: ${wordOf(reasonOf(record))}`;
    endings[word] = (endings[word] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(endings).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The first words of a reason, without the figures of the case. */
function wordOf(reason: string | null): string {
  return (
    (reason ?? 'none')
      .split(/[:;[(,]/)[0]
      ?.trim()
      .replaceAll(/\d+(\.\d+)?/g, '#') ?? 'none'
  );
}
