import { ofKind } from '../core/gates/checklist.ts';
import { type Binding, type CycleSeen, openDay, withCycle } from '../core/gates/day.ts';
import { demotionReason } from '../core/gates/demotion.ts';
import type { Day, Step } from '../core/gates/evidence.ts';
import { reachedStep, type Standing } from '../core/gates/standing.ts';
import type { WorkingOrder } from '../core/portfolio/account.ts';
import type { Clock } from '../ports/clock.ts';
import type { EvidenceStore } from '../ports/evidence-store.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { AccountStore } from '../ports/stores.ts';
import { alert } from './alerts.ts';
import type { CycleReport } from './cycle-report.ts';
import { fileEvidence } from './file-evidence.ts';
import type { AlertTimes } from './timed-notifier.ts';

export interface NotePorts {
  readonly evidence: EvidenceStore;
  readonly accounts: AccountStore;
  readonly notifier: Notifier;
  readonly clock: Clock;
  /** The standing the cycle ran under; only asked for where the mode is LIVE. */
  readonly standing: () => Promise<Standing>;
  /** What the alerts of this cycle took. */
  readonly alertTimes: () => AlertTimes;
}

export interface NoteSettings {
  readonly mode: 'DRY_RUN' | 'PAPER' | 'LIVE';
  readonly botId: string;
  readonly intervalMs: number;
  readonly binding: Binding;
  /** So long the exchange is asked in vain before an order of unknown fate may be given up. */
  readonly unknownSettleMs: number;
  /** What compares paper with live reports here; absent: nobody compares. */
  readonly parityDrift?: () => Promise<string | null>;
}

/**
 * The evidence that a cycle leaves behind it [REQ-M1], and the way back to PAPER when a LIVE one has shown that it should
 * not go on. Days count from the promotion to PAPER on.
 */
export async function noteCycle(ports: NotePorts, settings: NoteSettings, report: CycleReport): Promise<void> {
  if (report.kind !== 'completed' || settings.mode === 'DRY_RUN') return;
  const filed = await ports.evidence.all();
  const reached = reachedStep(filed);
  if (reached === 'DRY_RUN') return;
  const standing = settings.mode === 'LIVE' ? await ports.standing() : null;
  const step = stepOf(settings.mode, standing);
  const day = step === null ? null : await noteDay(ports, settings, report, step, ofKind(filed, 'day'));
  if (settings.mode === 'LIVE' && reached !== 'PAPER') await demoteIfNeeded(ports, settings, report, { day, standing });
}

/** null: LIVE by config and refused by the gates: the cycle was a dry one. */
function stepOf(mode: NoteSettings['mode'], standing: Standing | null): Step | null {
  if (mode === 'PAPER') return 'PAPER';
  return standing?.kind === 'granted' ? standing.step : null;
}

async function noteDay(
  ports: NotePorts,
  settings: NoteSettings,
  report: CycleReport,
  step: Step,
  days: readonly Day[],
): Promise<Day> {
  const seen = await seenIn(ports, settings, report);
  const fresh = openDay(step, report.slot_ms, settings.binding, days);
  return fileEvidence<Day>(ports.evidence, fresh, (known) => withCycle(known, seen));
}

async function seenIn(
  { accounts, alertTimes }: NotePorts,
  { intervalMs, unknownSettleMs }: NoteSettings,
  report: CycleReport,
): Promise<CycleSeen> {
  const account = await accounts.load();
  // One lost reply is no sign of anything, and finding out takes cycles: before them nobody can know.
  const isOverdue = ({ sent_at_ms, slot_ms }: WorkingOrder) =>
    report.slot_ms - (sent_at_ms ?? slot_ms) > unknownSettleMs + intervalMs;
  const unknown = Object.values(account?.working ?? {}).filter(
    (order) => order.status === 'UNKNOWN' && isOverdue(order),
  );
  const times = alertTimes();
  return {
    slotMs: report.slot_ms,
    intervalMs,
    latencyMs: report.latency_ms,
    isExchangeDown: report.degraded.includes('gate_exchange'),
    jitterMs: report.jitter_ms,
    breaches: report.decision?.breaches.length ?? 0,
    unhandled: unhandledIn(report, times.failed),
    alerts: times.delivered,
    alertsLate: times.late,
    alertsFailed: times.failed,
    unknownOrders: unknown.length,
  };
}

/** A breach that was seen, told and acted upon is handled; these were not. */
function unhandledIn({ decision, ledger_break = null }: CycleReport, alertsFailed: number): readonly string[] {
  const isEntered = decision?.orders.some(({ purpose }) => purpose === 'entry') === true;
  return [
    ...(isEntered && (decision?.gates.length ?? 0) > 0 ? ['an entry was ordered under an active gate'] : []),
    ...(ledger_break === null ? [] : ['books and exchange differed']),
    ...(alertsFailed > 0 ? ['an alert was not delivered'] : []),
  ];
}

async function demoteIfNeeded(
  ports: NotePorts,
  settings: NoteSettings,
  report: CycleReport,
  { day, standing }: { readonly day: Day | null; readonly standing: Standing | null },
): Promise<void> {
  const reason = demotionReason({
    ledgerBreak: report.ledger_break ?? null,
    unknownInARow: day?.unknown_in_a_row ?? 0,
    slowInARow: day?.slow_in_a_row ?? 0,
    refusal: standing?.kind === 'refused' && standing.isUnread !== true ? standing.reason : null,
    parityDrift: (await settings.parityDrift?.()) ?? null,
  });
  if (reason === null) return;
  const atMs = ports.clock.nowMs();
  const demotion = { kind: 'demotion', at_ms: atMs, ...settings.binding, to: 'PAPER', by: 'the bot', reason } as const;
  await fileEvidence(ports.evidence, demotion);
  await alert(ports, 'DEMOTED', settings.botId, reason);
}
