import { compareLedger, isBalanced } from '../../shared/app/ledger-check.ts';
import { openAlerts } from '../../shared/core/alerts/alert-book.ts';
import { specOf } from '../../shared/core/alerts/catalogue.ts';
import { ALERTS_FACT, storedBook } from '../../shared/core/alerts/stored-book.ts';
import { isTerminal } from '../../shared/core/execution/lifecycle.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import { EXTERNAL } from '../../shared/core/portfolio/external.ts';
import type { ExchangeEvent } from '../../simulator/exchange/events.ts';
import { walkJournal } from '../soak/walk-journal.ts';
import type { Break } from './break.ts';
import { isOurs, type World } from './world.ts';

/** The whole run from the exchange's journal, and what is left of it when all is quiet. */
export async function verdictOf(world: World): Promise<readonly Break[]> {
  const { account } = world;
  const records = [...world.records.values()];
  const journal = oursIn(world.venue.journal);
  const walked = walkJournal({
    journal,
    records: [...records, ...world.forgotten.values()],
    adopted: world.adopted,
  }).map(({ kind, subject, detail }) =>
    broken(kind === 'oversell' ? 'oversell' : 'duplicate', `${subject}: ${detail}`),
  );
  const left = account === undefined ? [] : [...leftIn(world, account), ...withoutEnd(records, account)];
  return [
    ...walked,
    ...lostFills(
      journal.filter(({ at_ms }) => at_ms > world.lostAtMs),
      records,
    ),
    ...left,
    ...(await lastingAlerts(world)),
  ];
}

function lostFills(journal: readonly ExchangeEvent[], records: readonly OrderRecord[]): readonly Break[] {
  const booked = new Map<string, number>();
  for (const { entry_id: id } of records.flatMap(({ fills }) => fills)) booked.set(id, (booked.get(id) ?? 0) + 1);
  return journal
    .flatMap((event) => (event.kind === 'fill' ? [event.entry_id] : []))
    .filter((id) => booked.get(id) !== 1)
    .map((id) => broken('lost_fill', `${id} stands ${booked.get(id) ?? 0} times in the records`));
}

function leftIn(world: World, account: Account): readonly Break[] {
  const differences = compareLedger(account, world.venue.balances(), 'USD');
  const working = Object.values(account.working).filter(
    ({ purpose, status }) => purpose !== 'protect' || status !== 'WORKING',
  );
  return [
    ...(isBalanced(differences) ? [] : [broken('ledger', JSON.stringify(differences))]),
    ...Object.entries(account.frozen).map(([id, why]) => broken('frozen', `${id}: ${why}`)),
    ...working.map(({ client_order_id: id, status }) => broken('no_end', `${id} is ${status}`)),
  ];
}

function withoutEnd(records: readonly OrderRecord[], { working }: Account): readonly Break[] {
  return records
    .filter(({ client_order_id: id, status }) => !isTerminal(status) && working[id] === undefined)
    .map(({ client_order_id: id, status }) => broken('no_end', `${id} is ${status} and on nobody's list`));
}

/** Losses stop the bot for days, and a coin may be dead at the end; everything else is over when all is well again. */
const LASTING: ReadonlySet<string> = new Set([
  ...['DRAWDOWN', 'DAILY_STOP', 'WEEKLY_STOP', 'LOSS_STREAK'],
  ...['STALENESS', 'DATA_MISSING', 'OUTLIER', 'VALUATION'],
  // After a deployment at the end no day of the new code is left to be compared.
  'PARITY_DRIFT',
]);

async function lastingAlerts({ table: { stores }, account }: World): Promise<readonly Break[]> {
  const { book } = storedBook(await stores.facts.load(ALERTS_FACT));
  const isOperators = ({ kind }: { readonly kind: string }) => specOf(kind).ends === 'operator';
  const open = openAlerts(book);
  // What sums up others lasts as long as one of them.
  const held = open.filter(({ is_summarised }) => is_summarised);
  const isSum = ({ kind }: { readonly kind: string }) =>
    kind === 'ALERT_STORM' && held.length > 0 && held.every(isOperators);
  // What an owner has handed over may stand above every cap, and is sold by its stop alone.
  const isHandedOver = ({ kind }: { readonly kind: string }) =>
    kind === 'EXPOSURE' && Object.values(account?.positions ?? {}).some((position) => position?.strategy === EXTERNAL);
  return open
    .filter((alert) => !(isOperators(alert) || LASTING.has(alert.kind) || isSum(alert) || isHandedOver(alert)))
    .map(({ fingerprint, detail, opened_at_ms }) =>
      broken('stale_alert', `${fingerprint} since ${new Date(opened_at_ms).toISOString()}: ${detail}`),
    );
}

function broken(kind: Break['kind'], detail: string): Break {
  return { kind, detail, at: 'the end' };
}

function oursIn(journal: readonly ExchangeEvent[]): readonly ExchangeEvent[] {
  const ours = new Set<string>();
  return journal.filter((event) => {
    if (event.kind === 'order' && isOurs(event.client_order_id)) ours.add(event.order_id);
    return 'order_id' in event && ours.has(event.order_id);
  });
}
