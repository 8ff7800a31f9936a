import type { WorkingOrder } from '../core/portfolio/account.ts';
import { release } from '../core/portfolio/ledger.ts';
import { causeOf, UNREADABLE } from '../ports/kill-switch.ts';
import { alert } from './alerts.ts';
import { type Attempt, attempt } from './attempt.ts';
import { type CancelOutcome, cancelAll, type KnownAccount } from './cancel-all.ts';
import { endUnsent } from './end-unsent.ts';
import { type HaltRecord, type HaltRequest, loadHaltRecord, saveHaltRecord } from './halt-record.ts';
import { killRefusal } from './kill-refusal.ts';
import type { HaltPorts, HaltSettings } from './ports.ts';
import { updateAccount } from './update-account.ts';

export interface HaltReport {
  /** Intents that were never sent and now never will be. */
  readonly withdrawn: number;
  /** Working orders found on the exchange when the halt began, those that were kept left out. */
  readonly found: number;
  /** Protective stops left on the exchange as configured. */
  readonly kept: number;
  /** Orders that are still not terminal after the last attempt. */
  readonly remaining: readonly string[];
  /** What could not be asked or answered; the caller must retry while this or `remaining` is not empty. */
  readonly faults: readonly string[];
  /** From the flip, in ms: until the halt began, until the alert was out, until every order was read back as ended. */
  readonly detect_ms: number;
  readonly alert_ms: number | null;
  readonly cancelled_ms: number | null;
  readonly elapsed_ms: number;
}

/**
 * Stops everything that is on its way [REQ-K1]: alerts, withdraws what was not sent, cancels every working order of the
 * bot on the exchange and reads each back until it is terminal. None of these waits for another to succeed: a table or a
 * topic that does not answer must not keep an order alive. Cancelling again does no harm, so it may be repeated; it reports when
 * the pull was first seen and first told.
 */
export async function halt(ports: HaltPorts, settings: HaltSettings, request: HaltRequest): Promise<HaltReport> {
  const since = stopwatch(ports, request);
  const detectMs = since();
  const account = await known(ports);
  const [alerted, recorded, withdrawn, cancelled] = await Promise.all([
    timed(since, 'alert', () => alert(ports, 'KILL_SWITCH', 'account', request.reason)),
    attempt('halt record', () => saveHaltRecord(ports, request, { detect_ms: detectMs })),
    attempt('withdraw', () => withdrawUnsent(ports, account)),
    cancelAll(ports, settings, account, since),
  ]);
  const before = recorded.kind === 'done' ? recorded.value : null;
  const faults = [
    ...(account.kind === 'failed' ? [account.fault] : []),
    ...[alerted, recorded, withdrawn].flatMap((part) => (part.kind === 'failed' ? [part.fault] : [])),
    ...cancelled.faults,
  ];
  const report: HaltReport = {
    withdrawn: (before?.withdrawn ?? 0) + (withdrawn.kind === 'done' ? withdrawn.value : 0),
    ...counted(cancelled),
    found: Math.max(before?.found ?? 0, cancelled.found),
    faults,
    detect_ms: before?.detect_ms ?? detectMs,
    alert_ms: before?.alert_ms ?? (alerted.kind === 'done' ? alerted.value : null),
    cancelled_ms: cancelled.endedMs,
    elapsed_ms: since() - detectMs,
  };
  const finished = await attempt('halt record', () => saveHaltRecord(ports, request, report));
  ports.audit.append('halted', { ...request, ...report });
  return finished.kind === 'failed' ? { ...report, faults: [...faults, finished.fault] } : report;
}

/**
 * What the several paths to a halt call, whichever comes first: a pull that was halted completely before is only looked
 * after.
 */
export async function haltOnce(
  ports: HaltPorts,
  settings: HaltSettings,
  request: HaltRequest,
): Promise<HaltReport | SweepReport> {
  const before = await attempt('halt record', () => loadHaltRecord(ports.facts));
  const isHalted = before.kind === 'done' && (await isOf(ports, before.value, request));
  return isHalted ? lookAfter(ports, settings, request) : halt(ports, settings, request);
}

async function isOf(
  { accounts }: HaltPorts,
  record: HaltRecord | undefined,
  { reason, flippedAtMs }: HaltRequest,
): Promise<boolean> {
  // Whoever repeats it because nobody could be told must not be silent.
  if (record === undefined || record.cancelled_ms === null || record.alert_ms === null) return false;
  if (record.flipped_at_ms !== (flippedAtMs ?? null)) return false;
  if (flippedAtMs !== undefined) return record.halt_reason === reason;
  if (causeOf(reason) !== UNREADABLE || causeOf(record.halt_reason) !== UNREADABLE) return false;
  // A switch that cannot be read tells no time. It is the same silence until a cycle has found it armed.
  const account = await attempt('account', () => accounts.load());
  return account.kind === 'done' && account.value?.halted === true;
}

export type SweepReport = Pick<HaltReport, 'found' | 'kept' | 'remaining' | 'faults'>;

/**
 * The same without the alarm: what a POST that was under way when the switch was pulled may have left. It belongs to the
 * halt, which was not complete before that had ended as well.
 */
export async function lookAfter(ports: HaltPorts, settings: HaltSettings, request: HaltRequest): Promise<SweepReport> {
  const since = stopwatch(ports, request);
  const swept = await sweep(ports, settings);
  if (swept.found === 0) return swept;
  const noted = await attempt('halt record', () => addToRecord(ports, request, swept, since()));
  return noted.kind === 'failed' ? { ...swept, faults: [...swept.faults, noted.fault] } : swept;
}

async function addToRecord(ports: HaltPorts, request: HaltRequest, swept: SweepReport, endedMs: number): Promise<void> {
  const record = await loadHaltRecord(ports.facts);
  // A look may come before the halt of its pull: under this one's name the halt before it would pass for it, and nobody be told.
  if (record === undefined || causeOf(record.halt_reason) !== causeOf(request.reason)) return;
  const { halt_reason, source, flipped_at_ms } = record;
  const isEnded = swept.remaining.length === 0 && swept.faults.length === 0;
  const found = (record.found ?? 0) + swept.found;
  const measured = { ...record, ...swept, found, cancelled_ms: isEnded ? endedMs : null };
  const pull = flipped_at_ms === null ? {} : { flippedAtMs: flipped_at_ms };
  await saveHaltRecord(ports, { reason: halt_reason, source, ...pull }, measured);
}

async function sweep(ports: HaltPorts, settings: HaltSettings): Promise<SweepReport> {
  const account = await known(ports);
  const withdrawn = await attempt('withdraw', () => withdrawUnsent(ports, account));
  const cancelled = await cancelAll(ports, settings, account, () => 0, false);
  const failed = [account, withdrawn].flatMap((part) => (part.kind === 'failed' ? [part.fault] : []));
  return { ...counted(cancelled), faults: [...failed, ...cancelled.faults] };
}

function counted({ found, kept, remaining }: CancelOutcome): Pick<HaltReport, 'found' | 'kept' | 'remaining'> {
  return { found, kept, remaining };
}

/** Milliseconds since the flip. The wall clock says how long ago it was, the monotonic one what has passed since. */
function stopwatch({ clock }: HaltPorts, { flippedAtMs }: HaltRequest): () => number {
  const headStartMs = flippedAtMs === undefined ? 0 : Math.max(0, clock.nowMs() - flippedAtMs);
  const startedMs = clock.monotonicMs();
  return () => Math.round(headStartMs + clock.monotonicMs() - startedMs);
}

function timed(since: () => number, what: string, work: () => Promise<void>): Promise<Attempt<number>> {
  return attempt(what, async () => {
    await work();
    return since();
  });
}

function known(ports: HaltPorts): Promise<KnownAccount> {
  return attempt('account', () => ports.accounts.load());
}

async function withdrawUnsent(ports: HaltPorts, account: KnownAccount): Promise<number> {
  if (account.kind === 'failed' || account.value === undefined) return 0;
  const kill = await ports.killSwitch.read();
  // An operator sells out under the pulled switch: a watcher's later look must not take these sales back.
  const isSoldOut = (order: WorkingOrder) => kill.kind === 'killed' && killRefusal(kill, order) === null;
  let withdrawn = 0;
  for (const order of Object.values(account.value.working)) {
    if (order.status !== 'READY' || isSoldOut(order)) continue;
    if (await withdrawOne(ports, order.client_order_id)) withdrawn += 1;
  }
  await updateAccount(ports.accounts, (stored) => (stored.halted ? stored : { ...stored, halted: true }));
  return withdrawn;
}

async function withdrawOne(ports: HaltPorts, clientOrderId: string): Promise<boolean> {
  const record = await ports.orders.find(clientOrderId);
  // No record yet: it waits in the outbox, and the reservation alone goes; publishing finds nothing to hand over.
  if (record !== undefined && !(await endUnsent(ports, record, 'halted'))) return false;
  await updateAccount(ports.accounts, (stored) => release(stored, clientOrderId));
  return true;
}
