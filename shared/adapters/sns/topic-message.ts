import * as z from 'zod';
import { type AlertNotice, alertNoticeSchema } from '../../core/alerts/alert-book.ts';

export interface TopicMessage {
  readonly Subject?: string | null | undefined;
  readonly Message: string;
  readonly Timestamp: string;
}

const alarmSchema = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string().nullish(),
  NewStateValue: z.string(),
  NewStateReason: z.string().default(''),
});

/** The topics carry our own messages and CloudWatch's alarms. What is neither is shown as it came. */
export function noticeFromTopic({ Subject: subject, Message: text, Timestamp: at }: TopicMessage): AlertNotice {
  const json = jsonOrNull(text);
  const notice = alertNoticeSchema.safeParse(json);
  if (notice.success) return notice.data;
  const alarm = alarmSchema.safeParse(json);
  if (!alarm.success) return foreign(subject ?? 'a message', text, 'opened', at);
  const { AlarmName: name, AlarmDescription: what, NewStateValue: state, NewStateReason: why } = alarm.data;
  return foreign(`${name}: ${what ?? state}`, `${state}: ${why}`, state === 'OK' ? 'resolved' : 'opened', at);
}

function foreign(title: string, detail: string, event: 'opened' | 'resolved', at: string): AlertNotice {
  const at_ms = Date.parse(at) || 0;
  return {
    channel: 'alerts',
    event,
    fingerprint: title,
    kind: 'ALARM',
    subject: title,
    severity: 'CRITICAL',
    title,
    detail,
    remedy: 'look at the alarm in CloudWatch',
    runbook: 'docs/runbook.md#alarms-of-cloudwatch',
    count: 1,
    held_back: 0,
    escalation: 0,
    escalates: false,
    opened_at_ms: at_ms,
    at_ms,
  };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
