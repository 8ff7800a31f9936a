import { SLOW_CYCLE_MS } from './demotion.ts';
import type { Day, Step } from './evidence.ts';

/** What one cycle adds to the evidence of its day. */
export interface CycleSeen {
  readonly slotMs: number;
  readonly intervalMs: number;
  readonly latencyMs: number;
  /** It waited for an exchange that did not answer: that tells nothing about the bot. */
  readonly isExchangeDown: boolean;
  readonly jitterMs: number;
  readonly breaches: number;
  readonly unhandled: readonly string[];
  readonly alerts: number;
  readonly alertsLate: number;
  readonly alertsFailed: number;
  readonly unknownOrders: number;
}

export interface Binding {
  readonly code_version: string;
  readonly risk_hash: string;
}

const DAY_MS = 86_400_000;
/** A longer gap between two cycles was not observed. */
const MOST_INTERVALS = 3;
const MOST_UNHANDLED_KEPT = 20;

function dayOf(slotMs: number): number {
  return Math.floor(slotMs / DAY_MS) * DAY_MS;
}

/** `days`: those on file. What is counted in a row goes on from the day before this one. */
export function openDay(step: Step, slotMs: number, binding: Binding, days: readonly Day[] = []): Day {
  const at = { at_ms: slotMs, first_ms: slotMs, last_ms: slotMs, day_ms: dayOf(slotMs) };
  const nothing = {
    cycles: 0,
    observed_ms: 0,
    breaches: 0,
    unhandled: [],
    alerts: 0,
    alerts_late: 0,
    alerts_failed: 0,
  };
  const before = days.find((day) => day.step === step && day.day_ms === at.day_ms - DAY_MS && isBoundTo(day, binding));
  const { slow_in_a_row = 0, unknown_in_a_row = 0 } = before ?? {};
  const rows = { latencies: 0, jitters: 0, slowest_ms: 0, slow_in_a_row, unknown_in_a_row };
  return { kind: 'day', step, ...binding, ...at, ...nothing, ...rows };
}

function isBoundTo(day: Day, { code_version, risk_hash }: Binding): boolean {
  return day.code_version === code_version && day.risk_hash === risk_hash;
}

export function withCycle(day: Day, seen: CycleSeen): Day {
  const gapMs = seen.slotMs - day.last_ms;
  return {
    ...day,
    at_ms: seen.slotMs,
    last_ms: Math.max(day.last_ms, seen.slotMs),
    cycles: day.cycles + 1,
    observed_ms: day.observed_ms + (day.cycles === 0 ? seen.intervalMs : observedIn(gapMs, seen.intervalMs)),
    breaches: day.breaches + seen.breaches,
    unhandled: [...new Set([...day.unhandled, ...seen.unhandled])].slice(0, MOST_UNHANDLED_KEPT),
    alerts: day.alerts + seen.alerts,
    alerts_late: day.alerts_late + seen.alertsLate,
    alerts_failed: day.alerts_failed + seen.alertsFailed,
    latencies: day.latencies + 1,
    jitters: day.jitters + (seen.jitterMs > 0 ? 1 : 0),
    slowest_ms: Math.max(day.slowest_ms, Math.round(seen.latencyMs)),
    slow_in_a_row: slowInARow(day, seen),
    unknown_in_a_row: seen.unknownOrders > 0 ? day.unknown_in_a_row + 1 : 0,
  };
}

function slowInARow({ slow_in_a_row: before }: Day, { latencyMs, isExchangeDown }: CycleSeen): number {
  if (latencyMs <= SLOW_CYCLE_MS) return 0;
  return isExchangeDown ? before : before + 1;
}

/** Of the time since the cycle before. A cycle that comes late lies in a time that its successor has counted. */
function observedIn(gapMs: number, intervalMs: number): number {
  if (gapMs <= 0) return 0;
  return gapMs <= MOST_INTERVALS * intervalMs ? gapMs : intervalMs;
}
