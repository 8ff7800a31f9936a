import type { App } from '../config/app-schema.ts';
import type { AlertPolicy } from '../core/alerts/alert-book.ts';

export function alertPolicyOf(alerts: App['alerts']): AlertPolicy {
  return {
    dedupeMs: alerts.dedupe_seconds * 1_000,
    remindMs: alerts.remind_after_seconds * 1_000,
    escalateAfterMs: alerts.escalate_after_seconds * 1_000,
    escalateAgainMs: alerts.escalate_again_seconds * 1_000,
    maxEscalations: alerts.max_escalations,
    stormPerMinute: alerts.storm_per_minute,
    runbookUrl: alerts.runbook_url,
  };
}
