import { setTimeout as delay } from 'node:timers/promises';
import { slots } from '../../shared/adapters/local/scheduler.ts';
import type { CycleReport } from '../../shared/app/cycle-report.ts';
import { isTerminal } from '../../shared/core/execution/lifecycle.ts';
import { successorOf } from '../../shared/core/execution/routing.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Bot } from './bot.ts';
import type { DecisionsFile } from './decisions-file.ts';
import type { LocalRun } from './options.ts';
import type { RunReporter } from './reporter.ts';
import type { Tally } from './tally.ts';

export interface CyclesParts {
  readonly run: LocalRun;
  readonly bot: Bot;
  readonly clock: Clock;
  readonly intervalMs: number;
  /** No slot at or after this one. */
  readonly endMs: number;
  readonly decisions: DecisionsFile;
  readonly tally: Tally;
  readonly reporter: RunReporter;
  readonly signal: AbortSignal;
}

/** So many cycles in a row that throw are no passing trouble. */
const MAX_FAILURES_IN_A_ROW = 5;

/** One tick per slot until the number, the end or the signal. */
export async function runCycles(parts: CyclesParts): Promise<'finished' | 'stopped'> {
  const { run, clock, intervalMs, endMs, signal } = parts;
  const schedule = slots({ clock, intervalMs, signal, ...(run.cycles !== undefined && { limit: run.cycles }) });
  const openOrders = new Set<string>();
  const failures = { inARow: 0 };
  for await (const slotMs of schedule) {
    if (slotMs >= endMs) return 'finished';
    const startedMs = performance.now();
    const report = await tick(parts, slotMs, failures);
    if (report !== null) await account(parts, report, openOrders, startedMs);
    await pause(parts, startedMs);
  }
  return signal.aborted ? 'stopped' : 'finished';
}

/** null: the cycle failed; as on AWS the next slot begins afresh. */
async function tick(
  { bot, tally, reporter }: CyclesParts,
  slotMs: number,
  failures: { inARow: number },
): Promise<CycleReport | null> {
  try {
    const report = await bot.tick(slotMs);
    failures.inARow = 0;
    return report;
  } catch (error) {
    failures.inARow += 1;
    tally.error();
    reporter.error(error);
    if (failures.inARow < MAX_FAILURES_IN_A_ROW) return null;
    throw new Error(`stopped: ${failures.inARow} cycles in a row have failed`, { cause: error });
  }
}

async function account(
  parts: CyclesParts,
  report: CycleReport,
  openOrders: Set<string>,
  startedMs: number,
): Promise<void> {
  const { decisions, tally, reporter, run } = parts;
  const { decision } = report;
  if (decision !== null) decisions.add(decision);
  for (const order of decision?.orders ?? []) openOrders.add(order.client_order_id);
  // Virtual time stands still during the work, so it is measured by the clock on the wall.
  const latencyMs = run.pace === 'wall' ? report.latency_ms : performance.now() - startedMs;
  tally.cycle(report, latencyMs);
  reporter.cycle(report, latencyMs);
  await followOrders(parts, openOrders);
}

/** Counts every order as it stands and tells of each that has ended; its intent may go on with another one. */
async function followOrders({ bot, tally, reporter }: CyclesParts, openOrders: Set<string>): Promise<void> {
  const looked = [...openOrders];
  for (const clientOrderId of looked) {
    const record = await bot.ports.orders.find(clientOrderId);
    if (record === undefined) continue;
    tally.order(clientOrderId, record.status, record.order_id !== null);
    if (!isTerminal(record.status)) continue;
    openOrders.delete(clientOrderId);
    reporter.order(record);
    const next = successorOf(record, 0);
    if (next === null) continue;
    openOrders.add(next.client_order_id);
    looked.push(next.client_order_id);
  }
}

/** Keeps to the pace that was asked for; the wall clock keeps its own. */
async function pause({ run, intervalMs, signal }: CyclesParts, startedMs: number): Promise<void> {
  if (typeof run.pace !== 'number') return;
  const restMs = intervalMs / run.pace - (performance.now() - startedMs);
  if (restMs <= 0 || signal.aborted) return;
  await delay(restMs, undefined, { signal }).catch(() => undefined);
}
