import { isTerminal } from '../core/execution/lifecycle.ts';
import { step } from '../core/execution/order-step.ts';
import { release } from '../core/portfolio/ledger.ts';
import { failureText } from '../ports/answer.ts';
import type { ExchangeOrder } from '../ports/exchange.ts';
import { alert } from './alerts.ts';
import { followOrder, terminalEvent } from './follow-order.ts';
import type { HaltPorts, TraderSettings } from './ports.ts';
import { updateAccount } from './update-account.ts';

export interface HaltRequest {
  readonly reason: string;
  /** Who or what asked: 'kill-switch', 'operator' ... */
  readonly source: string;
}

export interface HaltReport {
  /** Intents that were never sent and now never will be. */
  readonly withdrawn: number;
  /** Working orders found on the exchange when the halt began. */
  readonly found: number;
  /** Orders that are still not terminal after the last attempt. */
  readonly remaining: readonly string[];
  /** What could not be asked or answered; the caller must retry while this or `remaining` is not empty. */
  readonly faults: readonly string[];
  readonly elapsed_ms: number;
}

const MAX_ROUNDS = 8;
const ROUND_WAIT_MS = 250;

/**
 * Stops everything that is on its way [REQ-K1]: alerts, withdraws what was not sent, cancels every working order of the
 * bot on the exchange and reads each back until it is terminal. Cancelling again does no harm, so it may be repeated.
 */
export async function halt(ports: HaltPorts, settings: TraderSettings, request: HaltRequest): Promise<HaltReport> {
  const startedMs = ports.clock.monotonicMs();
  await alert(ports, 'CRITICAL', 'KILL_SWITCH', settings.config.botId, request.reason);
  await persist(ports, request);
  const withdrawn = await withdrawUnsent(ports);
  const cancelled = await cancelAll(ports, settings);
  const report = { withdrawn, ...cancelled, elapsed_ms: ports.clock.monotonicMs() - startedMs };
  ports.audit.append('halted', { ...request, ...report });
  return report;
}

async function persist(ports: HaltPorts, request: HaltRequest): Promise<void> {
  const known = await ports.facts.load('halt');
  const record = { halt_reason: request.reason, source: request.source, at_ms: ports.clock.nowMs() };
  // 'stale' means another halt was recorded in these milliseconds: its record serves as well.
  await ports.facts.save('halt', record, known?.version ?? 0);
}

async function withdrawUnsent(ports: HaltPorts): Promise<number> {
  const account = await ports.accounts.load();
  let withdrawn = 0;
  for (const order of Object.values(account?.working ?? {})) {
    const record = await ports.orders.find(order.client_order_id);
    const cancelled =
      record === undefined ? undefined : step(record, 'cancel', ports.clock.nowMs(), { reason: 'halted' });
    // No record yet: it waits in the outbox, and the worker would refuse it under the same kill switch.
    if (record?.status !== 'READY' || cancelled === undefined) continue;
    if ((await ports.orders.save(cancelled)) === 'stale') continue;
    await updateAccount(ports.accounts, (stored) => release(stored, order.client_order_id));
    withdrawn += 1;
  }
  return withdrawn;
}

async function cancelAll(
  ports: HaltPorts,
  settings: TraderSettings,
): Promise<Pick<HaltReport, 'found' | 'remaining' | 'faults'>> {
  const seenIds = new Set<string>();
  let last: Round = { open: [], faults: ['open orders were never read'] };
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    last = await cancelRound(ports, `${settings.config.botId}-`);
    for (const orderId of last.open) seenIds.add(orderId);
    if (last.open.length === 0 && last.faults.length === 0) break;
    await ports.clock.sleep(ROUND_WAIT_MS);
  }
  const unread = await bookCancelled(ports, settings, [...seenIds]);
  return { found: seenIds.size, remaining: last.open, faults: [...last.faults, ...unread] };
}

interface Round {
  /** The bot's orders that were open when the round began. */
  readonly open: readonly string[];
  readonly faults: readonly string[];
}

/** Lists and cancels. The answer to a cancel is a hint only: the next round's list says what is still open. */
async function cancelRound(ports: HaltPorts, prefix: string): Promise<Round> {
  const answer = await ports.exchange.openOrders();
  if (answer.kind !== 'ok') return { open: [], faults: [`open orders: ${failureText(answer)}`] };
  const open = answer.value.filter((order) => order.clientOrderId.startsWith(prefix)).map((order) => order.orderId);
  if (open.length === 0) return { open, faults: [] };
  const cancelled = await ports.exchange.cancel(open);
  return { open, faults: cancelled.kind === 'ok' ? [] : [`cancel: ${failureText(cancelled)}`] };
}

/** An order may fill while it is being cancelled: each one is read back and booked. */
async function bookCancelled(
  ports: HaltPorts,
  settings: TraderSettings,
  orderIds: readonly string[],
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const orderId of orderIds) {
    const answer = await ports.exchange.order(orderId);
    if (answer.kind !== 'ok') faults.push(`order ${orderId}: ${failureText(answer)}`);
    else if (!(await bookOne(ports, settings, answer.value))) faults.push(`order ${orderId} is not settled`);
  }
  return faults;
}

async function bookOne(ports: HaltPorts, settings: TraderSettings, seen: ExchangeOrder): Promise<boolean> {
  const record = await ports.orders.find(seen.clientOrderId);
  if (record === undefined) return terminalEvent(seen) !== null;
  const outcome = await followOrder(ports, settings, record, seen);
  return outcome.kind === 'settled' || isTerminal(outcome.record.status);
}
