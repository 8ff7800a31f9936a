import * as z from 'zod';
import { SEVERITIES } from './catalogue.ts';

const severity = z.enum(SEVERITIES);
const moment = z.number().min(0);

const alertRecordSchema = z.strictObject({
  fingerprint: z.string(),
  kind: z.string(),
  subject: z.string(),
  status: z.enum(['open', 'resolved']),
  /** As raised; CRITICAL from the first escalation on. */
  severity,
  detail: z.string(),
  /** How often it was raised since it opened. */
  count: z.int().min(1),
  /** Identical ones since the last that was sent. */
  held_back: z.int().min(0),
  opened_at_ms: moment,
  last_seen_ms: moment,
  sent_at_ms: moment.nullable(),
  resolved_at_ms: moment.nullable(),
  /** How often somebody was called. */
  escalation: z.int().min(0),
  escalate_at_ms: moment.nullable(),
  /** Told only as one of many, by ALERT_STORM. */
  is_summarised: z.boolean(),
});
export type AlertRecord = Readonly<z.output<typeof alertRecordSchema>>;

/** One message to people: what a channel carries. */
export const alertNoticeSchema = z.strictObject({
  channel: z.enum(['alerts', 'escalations']),
  event: z.enum(['opened', 'repeated', 'escalated', 'resolved']),
  fingerprint: z.string(),
  kind: z.string(),
  subject: z.string(),
  severity,
  title: z.string(),
  detail: z.string(),
  remedy: z.string(),
  runbook: z.string(),
  count: z.int().min(1),
  held_back: z.int().min(0),
  escalation: z.int().min(0),
  /** Whether somebody is to be called when it stays open. */
  escalates: z.boolean(),
  opened_at_ms: moment,
  /** When the breach was seen. */
  at_ms: moment,
});
export type AlertNotice = Readonly<z.output<typeof alertNoticeSchema>>;

export const alertBookSchema = z.strictObject({
  alerts: z.record(z.string(), alertRecordSchema),
  /** Decided and not yet known to be sent. Whoever claims one sends it; a claim that ran out is anybody's. */
  outbox: z.array(z.strictObject({ notice: alertNoticeSchema, claimed_until_ms: moment })),
  /** What was sent in the last minute, to tell a storm. */
  recent: z.array(z.strictObject({ kind: z.string(), at_ms: moment })),
  /** From breach to sent [REQ-AL1]. */
  sla: z.strictObject({
    sent: z.int().min(0),
    late: z.int().min(0),
    slowest_ms: z.number().min(0),
    last_late_ms: moment.nullable(),
  }),
});
export type AlertBook = Readonly<z.output<typeof alertBookSchema>>;

export const EMPTY_BOOK: AlertBook = {
  alerts: {},
  outbox: [],
  recent: [],
  sla: { sent: 0, late: 0, slowest_ms: 0, last_late_ms: null },
};

export interface AlertPolicy {
  /** Identical ones are sent once in this time. */
  readonly dedupeMs: number;
  /** What calls nobody however long it lasts is repeated only so often. */
  readonly remindMs: number;
  /** Open for so long: somebody is called ... */
  readonly escalateAfterMs: number;
  /** ... and again every so long, at most so often altogether. */
  readonly escalateAgainMs: number;
  readonly maxEscalations: number;
  /** More messages in a minute are a storm, which is summarised. */
  readonly stormPerMinute: number;
  readonly runbookUrl: string;
}

/** Open alerts, the most urgent and oldest first. */
export function openAlerts(book: AlertBook): readonly AlertRecord[] {
  const rank = ({ severity: word }: AlertRecord) => SEVERITIES.indexOf(word);
  return Object.values(book.alerts)
    .filter(({ status }) => status === 'open')
    .sort((a, b) => rank(b) - rank(a) || a.opened_at_ms - b.opened_at_ms);
}

const MOST_RECORDS = 300;

/** Keeps the records few enough for one row: what is over goes first, then what was only summarised, the oldest first. */
export function pruned(book: AlertBook): AlertBook {
  const records = Object.values(book.alerts);
  if (records.length <= MOST_RECORDS) return book;
  const kept = [...records].sort((a, b) => worth(b) - worth(a) || b.last_seen_ms - a.last_seen_ms);
  return {
    ...book,
    alerts: Object.fromEntries(kept.slice(0, MOST_RECORDS).map((record) => [record.fingerprint, record])),
  };
}

function worth({ status, is_summarised }: AlertRecord): number {
  if (status === 'resolved') return 0;
  return is_summarised ? 1 : 2;
}
