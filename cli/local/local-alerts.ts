import { createEscalateHandler } from '../../lambdas/escalate/handler.ts';
import { type AlertDesk, alertDesk } from '../../shared/adapters/alerts/alert-desk.ts';
import { fanOut, type NamedChannel } from '../../shared/adapters/alerts/fan-out.ts';
import { delayedBy, delayQueue } from '../../shared/adapters/local/delay-queue.ts';
import { jsonlAlertChannel } from '../../shared/adapters/local/jsonl-alert-channel.ts';
import { parseEscalationStep } from '../../shared/adapters/sqs/escalation-queue.ts';
import { webhookAddress, webhookAlertChannel } from '../../shared/adapters/webhook/alert-channel.ts';
import { alertPolicyOf } from '../../shared/app/alert-policy.ts';
import type { App } from '../../shared/config/app-schema.ts';
import type { AlertNotice } from '../../shared/core/alerts/alert-book.ts';
import { pendingSteps } from '../../shared/core/alerts/escalate.ts';
import { ALERTS_FACT, storedBook } from '../../shared/core/alerts/stored-book.ts';
import type { AuditLog } from '../../shared/ports/audit-log.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { EscalationQueue } from '../../shared/ports/notifier.ts';
import type { FactStore } from '../../shared/ports/stores.ts';
import { UserError } from '../user-error.ts';

export interface LocalAlertParts {
  readonly alerts: App['alerts'];
  readonly facts: FactStore;
  readonly stateDir: string;
  readonly clock: Clock;
  /** Otherwise it looks each second by itself, not only when it is told to. */
  readonly isTimeVirtual: boolean;
  readonly audit: AuditLog;
  readonly on: (notice: AlertNotice) => void;
}

export interface LocalAlerts {
  readonly desk: AlertDesk;
  /** Takes every look at an open alert whose time has come. One that fails is put aside again and reported. */
  runDue(): Promise<void>;
  close(): void;
}

/** The alerts of a local run: a file and the screen, a chat if one is configured, and a delay queue in its own time. */
export function localAlerts(parts: LocalAlertParts): LocalAlerts {
  const { alerts, facts, stateDir, clock, audit, on } = parts;
  const policy = alertPolicyOf(alerts);
  const queue = delayQueue(clock);
  const channels: readonly NamedChannel[] = [
    { name: 'file', ...jsonlAlertChannel(stateDir, on) },
    ...chatChannels(alerts.webhook),
  ];
  const people = fanOut(channels, (channel, error) =>
    audit.append('alert_channel_failed', { channel, reason: error instanceof Error ? error.message : 'unknown' }),
  );
  const later = delayedBy(queue, policy.escalateAfterMs);
  const send = async (notice: AlertNotice) => {
    await people.send(notice);
    await later.send(notice);
  };
  const desk = alertDesk({ facts, clock, policy, channel: { send } }, queue.putAside);
  const escalate = createEscalateHandler(() => ({ desk, report: () => undefined }));
  const failed = async (body: string, error: unknown) => {
    audit.append('escalation_failed', { reason: error instanceof Error ? error.message : 'unknown' });
    await queue.putAside(parseEscalationStep(body), RETRY_MS);
  };
  let isResumed = false;
  const runDue = async () => {
    // The queue died with the process before this one; the book did not.
    if (!isResumed) await resume(facts, queue, clock.nowMs());
    isResumed = true;
    for (const body of queue.takeDue()) {
      await escalate({ Records: [{ body }] }).catch((error: unknown) => failed(body, error));
    }
  };
  const close = parts.isTimeVirtual ? () => undefined : everySecond(runDue, audit);
  return { desk, runDue, close };
}

const RETRY_MS = 10_000;

/** A cycle a minute would come up to a minute late. */
function everySecond(runDue: () => Promise<void>, audit: AuditLog): () => void {
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    void runDue()
      .catch((error: unknown) => audit.append('escalation_failed', { reason: String(error) }))
      .finally(() => {
        isRunning = false;
      });
  }, 1_000);
  timer.unref();
  return () => clearInterval(timer);
}

async function resume(facts: FactStore, queue: EscalationQueue, nowMs: number): Promise<void> {
  const { book } = storedBook(await facts.load(ALERTS_FACT));
  for (const { step, due_at_ms } of pendingSteps(book)) await queue.putAside(step, due_at_ms - nowMs);
}

export const WEBHOOK_VARIABLE = 'TRADER_ALERT_WEBHOOK_URL';

/** Throws a UserError when a chat is configured and its address is not there. */
export function chatChannels(format: App['alerts']['webhook'], env = process.env): readonly NamedChannel[] {
  if (format === 'none') return [];
  const text = env[WEBHOOK_VARIABLE];
  if (text === undefined) {
    throw new UserError(`app.alerts.webhook is ${format}: set ${WEBHOOK_VARIABLE} to its address, or set it to none`);
  }
  try {
    const address = webhookAddress(format, text, WEBHOOK_VARIABLE);
    return [{ name: format, ...webhookAlertChannel({ format, address }) }];
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : `${WEBHOOK_VARIABLE} cannot be used`);
  }
}
