import { isTerminal } from '../core/execution/lifecycle.ts';
import type { Account } from '../core/portfolio/account.ts';
import { FILL_OVERLAP_MS } from '../core/portfolio/ledger.ts';
import { type Answer, failureText, ok } from '../ports/answer.ts';
import type { CancelResult, ExchangeOrder } from '../ports/exchange.ts';
import type { Attempt } from './attempt.ts';
import { followOrder, terminalEvent } from './follow-order.ts';
import type { HaltPorts, HaltSettings, TraderSettings } from './ports.ts';
import { type Asked, isRecent, type ReadBack, readBack } from './read-back.ts';
import { SCAN_MARGIN_MS } from './resolve-unknown.ts';

/** The books, if they could be read: without them everything is cancelled. */
export type KnownAccount = Attempt<Account | undefined>;

export interface CancelOutcome {
  readonly found: number;
  readonly kept: number;
  readonly remaining: readonly string[];
  readonly faults: readonly string[];
  /** From the flip: when the last order was read back as ended; null when some were not. */
  readonly endedMs: number | null;
}

const MAX_ROUNDS = 12;
const ROUND_WAIT_MS = 100;
const MOST_WAIT_MS = 1_000;

/**
 * Cancels in rounds until the exchange lists nothing of the bot's any more, then reads each order back and books it. What the
 * books know by its id is cancelled whether or not the list tells of it: lists lag, fail, and know orders only by the words of
 * their states.
 */
export async function cancelAll(
  ports: HaltPorts,
  settings: HaltSettings,
  account: KnownAccount,
  since: () => number,
  isFirst = true,
): Promise<CancelOutcome> {
  const booked = bookedIn(settings, account);
  const { seen, kept, refused, last } = await cancelInRounds(ports, settings, account, booked);
  const unlisted = booked.filter(({ orderId }) => !seen.has(orderId));
  const read = await readBack(ports, [...seen.values(), ...unlisted]);
  const endedMs = isOver(last) && read.faults.length === 0 ? since() : null;
  const unbooked = await bookAll(ports, settings, read.orders);
  const remaining = new Set([...last.open.map(({ orderId }) => orderId), ...read.alive]);
  return {
    found: seen.size + unlisted.filter(({ orderId }) => wasAlive(orderId, read, isFirst ? [] : refused)).length,
    kept: kept.size,
    remaining: [...remaining],
    faults: [...last.faults, ...read.faults, ...unbooked],
    endedMs: remaining.size === 0 ? endedMs : null,
  };
}

interface Rounds {
  readonly seen: ReadonlyMap<string, ExchangeOrder>;
  readonly kept: ReadonlySet<string>;
  /** Ids whose first cancel was answered with no. */
  readonly refused: readonly string[];
  readonly last: Round;
}

async function cancelInRounds(
  ports: HaltPorts,
  settings: HaltSettings,
  account: KnownAccount,
  known: readonly Asked[],
): Promise<Rounds> {
  const booked = known.map(({ orderId }) => orderId);
  const seen = new Map<string, ExchangeOrder>();
  const kept = new Set<string>();
  const isOurs = (order: ExchangeOrder) => order.clientOrderId.startsWith(`${settings.config.botId}-`);
  const isKept = keeping(settings, account);
  const isMeant = (order: ExchangeOrder) => {
    if (!isOurs(order)) return false;
    if (isKept(order)) kept.add(order.orderId);
    return !isKept(order);
  };
  let last = await cancelRound(ports, booked, isMeant);
  const { refused } = last;
  for (let round = 0; ; round += 1) {
    for (const order of last.open) seen.set(order.orderId, order);
    if (isOver(last) || round === MAX_ROUNDS - 1) return { seen, kept, refused, last };
    await ports.clock.sleep(Math.min(MOST_WAIT_MS, ROUND_WAIT_MS * 2 ** round));
    last = await cancelRound(ports, last.faults.length > 0 ? booked : [], isMeant);
  }
}

/**
 * What had ended before, and is in the books only until its last fill is told, is not found a second time. The first time a
 * refusal says nothing: the reply to the cancel that ended it may have been lost, and its repetition refused.
 */
function wasAlive(id: string, { orders, alive }: ReadBack, refused: readonly string[]): boolean {
  if (alive.includes(id)) return true;
  return !refused.includes(id) && orders.some(({ orderId, status }) => orderId === id && status === 'CANCELLED');
}

/** What the exchange has accepted, as far as the books know: none of it is older than its slot. */
function bookedIn({ keepProtectiveStops }: HaltSettings, account: KnownAccount): readonly Asked[] {
  const working = account.kind === 'failed' ? [] : Object.values(account.value?.working ?? {});
  return working
    .filter(({ purpose }) => keepProtectiveStops !== true || purpose !== 'protect')
    .flatMap(({ order_id: orderId, product_id: productId, slot_ms }) =>
      orderId === null ? [] : [{ orderId, productId, createdMs: slot_ms - SCAN_MARGIN_MS }],
    );
}

/** A stop that protects a position, as the books know it. What they do not know is cancelled. */
function keeping({ keepProtectiveStops }: HaltSettings, account: KnownAccount): (order: ExchangeOrder) => boolean {
  if (keepProtectiveStops !== true || account.kind === 'failed') return () => false;
  return ({ clientOrderId }) => account.value?.working[clientOrderId]?.purpose === 'protect';
}

interface Round {
  /** The orders to be cancelled that were open when the round began. */
  readonly open: readonly ExchangeOrder[];
  readonly faults: readonly string[];
  /** Ids whose cancel was answered with no. */
  readonly refused: readonly string[];
}

function isOver({ open, faults }: Round): boolean {
  return open.length === 0 && faults.length === 0;
}

/**
 * Lists and cancels; what is in the books waits for no list. The answer to a cancel is a hint only: the next round's list says
 * what is still open.
 */
async function cancelRound(
  ports: HaltPorts,
  booked: readonly string[],
  isMeant: (order: ExchangeOrder) => boolean,
): Promise<Round> {
  const [listed, early] = await Promise.all([ports.exchange.openOrders(), cancelled(ports, booked)]);
  const open = listed.kind === 'ok' ? listed.value.filter(isMeant) : [];
  const ids = open.map(({ orderId }) => orderId).filter((id) => !booked.includes(id));
  const late = await cancelled(ports, ids);
  return {
    open,
    faults: [
      ...(listed.kind === 'ok' ? [] : [`open orders: ${failureText(listed)}`]),
      ...[early, late].flatMap((answer) => (answer.kind === 'ok' ? [] : [`cancel: ${failureText(answer)}`])),
    ],
    refused: [early, late].flatMap((answer) => (answer.kind === 'ok' ? answer.value : [])).flatMap(refusedId),
  };
}

async function cancelled(ports: HaltPorts, ids: readonly string[]): Promise<Answer<readonly CancelResult[]>> {
  return ids.length === 0 ? ok([]) : ports.exchange.cancel(ids);
}

function refusedId({ accepted, orderId }: CancelResult): readonly string[] {
  return accepted ? [] : [orderId];
}

/** An order may fill while it is being cancelled: each one is booked as it ended. */
async function bookAll(
  ports: HaltPorts,
  settings: TraderSettings,
  orders: readonly ExchangeOrder[],
): Promise<readonly string[]> {
  const faults: string[] = [];
  const sharing = await withSharedFills(ports, orders);
  for (const order of orders) {
    try {
      if (!(await bookOne(sharing, settings, order))) faults.push(`order ${order.orderId} is not settled`);
    } catch (error) {
      faults.push(`order ${order.orderId}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return faults;
}

/**
 * All of them have ended: one list of fills, read now, knows what each of them has filled. Read for every order anew, the same
 * list takes a dozen seconds where requests fail. Who asks for more than it holds, or when it cannot be read, asks for himself.
 */
async function withSharedFills(ports: HaltPorts, all: readonly ExchangeOrder[]): Promise<HaltPorts> {
  const orders = all.filter(isRecent(ports));
  if (orders.length < 2) return ports;
  const { exchange } = ports;
  const fromMs = Math.min(...orders.map(({ createdMs }) => createdMs)) - 2 * FILL_OVERLAP_MS;
  const shared = await exchange.fillsSince(fromMs);
  if (shared.kind !== 'ok') return ports;
  const fillsSince: typeof exchange.fillsSince = async (sinceMs, orderIds) =>
    sinceMs < fromMs
      ? exchange.fillsSince(sinceMs, orderIds)
      : ok(shared.value.filter(({ timeMs }) => timeMs >= sinceMs));
  return { ...ports, exchange: { ...exchange, fillsSince } };
}

/** Several paths lead to a halt, and all of them book the same orders: who was too late looks at what the other wrote. */
const MOST_LOOKS = 3;

async function bookOne(ports: HaltPorts, settings: TraderSettings, seen: ExchangeOrder): Promise<boolean> {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const record = await ports.orders.find(seen.clientOrderId);
    if (record === undefined) return terminalEvent(seen) !== null;
    const outcome = await followOrder(ports, settings, record, seen);
    if (outcome.kind === 'settled' || isTerminal(outcome.record.status)) return true;
    if (outcome.kind !== 'unanswered') return false;
  }
  return false;
}
