import { type AlertBook, type AlertNotice, type AlertPolicy, type AlertRecord, pruned } from './alert-book.ts';
import { isMoreUrgent, runbookLink, type Severity, specOf } from './catalogue.ts';
import { withinBounds } from './outbox.ts';

/** What the bot's code says: this is so now, or it is over. Nothing that is sent carries more than this. */
export interface RaisedAlert {
  readonly status: 'open' | 'resolved';
  /** Of the catalogue; of an older one in what is being ended. */
  readonly kind: string;
  readonly subject: string;
  /** Kind and subject, never live numbers. */
  readonly fingerprint: string;
  readonly severity: Severity;
  readonly detail: string;
  readonly at_ms: number;
}

const STORM = { kind: 'ALERT_STORM', subject: 'account', fingerprint: 'ALERT_STORM:account' } as const;
const MINUTE_MS = 60_000;
const LONGEST_DETAIL = 400;

/** Enters what was raised and what ended, and decides what people are told of it [REQ-AL1]. Gives the same book if nothing. */
export function keepAlerts(book: AlertBook, alerts: readonly RaisedAlert[], policy: AlertPolicy): AlertBook {
  const kept = alerts.reduce((now, alert) => keepOne(now, alert, policy), book);
  if (kept === book) return book;
  const atMs = Math.max(...alerts.map(({ at_ms }) => at_ms));
  return bounded(pruned(withStorm(kept, atMs, policy)), atMs, policy);
}

function keepOne(book: AlertBook, alert: RaisedAlert, policy: AlertPolicy): AlertBook {
  return alert.status === 'open' ? raise(book, alert, policy) : resolve(book, alert, policy);
}

function raise(book: AlertBook, alert: RaisedAlert, policy: AlertPolicy): AlertBook {
  const known = book.alerts[alert.fingerprint];
  const seen = known === undefined || isOver(known) ? opened(alert, known) : seenAgain(known, alert);
  if (isIdentical(known, alert, policy)) return entered(book, { ...seen, held_back: seen.held_back + 1 });
  const isWorse = known !== undefined && isMoreUrgent(alert.severity, known.severity);
  return !isWorse && isStorm(book, alert, policy) ? entered(book, heldBack(seen)) : told(book, seen, alert, policy);
}

/** Whoever was told that it is open need not be told again in a storm; everything else is one of those it sums up. */
function heldBack(seen: AlertRecord): AlertRecord {
  const isTold = seen.status === 'open' && seen.sent_at_ms !== null;
  return isTold ? { ...seen, held_back: seen.held_back + 1 } : { ...seen, is_summarised: true };
}

/** What happened at once is never open, so it does not open again either. */
function isOver({ status, kind }: AlertRecord): boolean {
  return status === 'resolved' && specOf(kind).ends !== 'at_once';
}

function opened(alert: RaisedAlert, before: AlertRecord | undefined): AlertRecord {
  const { kind, subject, fingerprint, severity, at_ms } = alert;
  const isAtOnce = specOf(kind).ends === 'at_once';
  return {
    fingerprint,
    kind,
    subject,
    severity,
    status: isAtOnce ? 'resolved' : 'open',
    detail: alert.detail.slice(0, LONGEST_DETAIL),
    count: 1,
    held_back: 0,
    // Two openings are never the same one, even within a millisecond.
    opened_at_ms: Math.max(at_ms, (before?.opened_at_ms ?? -1) + 1),
    last_seen_ms: at_ms,
    sent_at_ms: null,
    resolved_at_ms: isAtOnce ? at_ms : null,
    escalation: 0,
    escalate_at_ms: null,
    is_summarised: false,
  };
}

function seenAgain(known: AlertRecord, { detail, severity, at_ms }: RaisedAlert): AlertRecord {
  return {
    ...known,
    detail: detail.slice(0, LONGEST_DETAIL),
    severity: isMoreUrgent(severity, known.severity) ? severity : known.severity,
    count: known.count + 1,
    last_seen_ms: Math.max(known.last_seen_ms, at_ms),
  };
}

/** One that ended and came again is news, and so is one that got worse. */
function isIdentical(known: AlertRecord | undefined, { severity, at_ms }: RaisedAlert, policy: AlertPolicy): boolean {
  if (known === undefined || isOver(known) || known.sent_at_ms === null || known.is_summarised) return false;
  return !isMoreUrgent(severity, known.severity) && at_ms - known.sent_at_ms < quietMs(known.kind, policy);
}

/** Each event counts for itself; a lasting one that calls nobody would only be talked past. */
function quietMs(kind: string, { dedupeMs, remindMs }: AlertPolicy): number {
  const { ends, escalates } = specOf(kind);
  return ends === 'cycle' && !escalates ? Math.max(dedupeMs, remindMs) : dedupeMs;
}

/** However much is going on, the first critical one of its kind gets through. */
function isStorm(book: AlertBook, { kind, severity, at_ms }: RaisedAlert, { stormPerMinute }: AlertPolicy): boolean {
  if (kind === 'ALERT_STORM' || kind === 'ALERT_TEST') return false;
  const recent = recentlySent(book, at_ms);
  if (severity === 'CRITICAL' && !recent.some((sent) => sent.kind === kind)) return false;
  return recent.length >= stormPerMinute;
}

function recentlySent(book: AlertBook, atMs: number): AlertBook['recent'] {
  return book.recent.filter((sent) => sent.at_ms > atMs - MINUTE_MS);
}

function told(book: AlertBook, seen: AlertRecord, { at_ms }: RaisedAlert, policy: AlertPolicy): AlertBook {
  const isFirst = seen.sent_at_ms === null;
  const escalates = specOf(seen.kind).escalates && seen.status === 'open' && seen.severity !== 'INFO';
  const starts = isFirst && escalates && policy.maxEscalations > 0;
  const record: AlertRecord = {
    ...seen,
    sent_at_ms: at_ms,
    held_back: 0,
    is_summarised: false,
    escalate_at_ms: starts ? at_ms + policy.escalateAfterMs : seen.escalate_at_ms,
  };
  const notice = noticeOf(isFirst ? 'opened' : 'repeated', { ...record, held_back: seen.held_back }, at_ms, policy);
  const recent = [...recentlySent(book, at_ms), { kind: seen.kind, at_ms }];
  return sending(...superseding({ ...entered(book, record), recent }, notice));
}

/** That it still lasts is said once, however often it could not be. */
function superseding(book: AlertBook, notice: AlertNotice): [AlertBook, readonly AlertNotice[]] {
  const isOlder = ({ event, fingerprint }: AlertNotice) =>
    event === 'repeated' && notice.event === event && notice.fingerprint === fingerprint;
  const older = book.outbox.filter((entry) => isOlder(entry.notice));
  const held_back = older.reduce((sum, entry) => sum + entry.notice.held_back + 1, notice.held_back);
  const outbox = book.outbox.filter((entry) => !isOlder(entry.notice));
  return [{ ...book, outbox }, [{ ...notice, held_back }]];
}

function resolve(book: AlertBook, { fingerprint, detail, at_ms }: RaisedAlert, policy: AlertPolicy): AlertBook {
  const known = book.alerts[fingerprint];
  if (known?.status !== 'open') return book;
  const record: AlertRecord = { ...known, status: 'resolved', resolved_at_ms: at_ms, escalate_at_ms: null };
  const changed = entered(book, record);
  // Nobody was told that it began.
  if (known.sent_at_ms === null) return changed;
  const notice = noticeOf('resolved', { ...record, detail }, at_ms, policy);
  const called: AlertNotice = { ...notice, channel: 'escalations' };
  return sending(changed, known.escalation > 0 ? [notice, called] : [notice]);
}

/** One message for all that were held back, for as long as one of them lasts. */
function withStorm(book: AlertBook, atMs: number, policy: AlertPolicy): AlertBook {
  const held = Object.values(book.alerts).filter(
    ({ is_summarised, status, last_seen_ms }) => is_summarised && (status === 'open' || last_seen_ms === atMs),
  );
  const storm = { ...STORM, severity: specOf(STORM.kind).severity, at_ms: atMs } as const;
  if (held.length === 0) return resolve(book, { ...storm, status: 'resolved', detail: 'none is left' }, policy);
  return raise(book, { ...storm, status: 'open', detail: tally(held) }, policy);
}

const LOST = { kind: 'ALERTS_LOST', subject: 'account', fingerprint: 'ALERTS_LOST:account', status: 'open' } as const;

/**
 * What is given up because too many messages wait is told as a count. Nobody was told of what has lost its opening: it opens anew
 * with the next time that it is raised, or else it would never call anybody.
 */
function bounded(book: AlertBook, atMs: number, policy: AlertPolicy): AlertBook {
  const { kept, lost } = withinBounds(book.outbox.filter(({ notice }) => notice.kind !== LOST.kind));
  if (lost.length === 0) return book;
  const before = book.outbox.find(({ notice }) => notice.kind === LOST.kind)?.notice.count ?? 0;
  const untold = lost.flatMap(({ event, fingerprint, opened_at_ms }): readonly AlertRecord[] => {
    const record = book.alerts[fingerprint];
    const isOpen = event === 'opened' && record?.status === 'open' && record.opened_at_ms === opened_at_ms;
    return isOpen ? [{ ...record, sent_at_ms: null, escalate_at_ms: null }] : [];
  });
  // One that opens anew was counted when it was lost first.
  const count = before + lost.filter((notice) => notice.event !== 'opened' || notice.count === 1).length;
  const detail = `${count} messages waited too long to be sent: the least urgent are lost`;
  const notice = loneNotice({ ...LOST, severity: specOf(LOST.kind).severity, detail, at_ms: atMs }, policy);
  return sending(untold.reduce(entered, { ...book, outbox: kept }), [{ ...notice, count: Math.max(1, count) }]);
}

function tally(held: readonly AlertRecord[]): string {
  const kinds = [...new Set(held.map(({ kind }) => kind))].sort();
  const counts = kinds.map((kind) => `${kind} ${held.filter((record) => record.kind === kind).length}`);
  return `${held.length} more alerts are not told one by one: ${counts.join(', ')}`;
}

export function noticeOf(
  event: AlertNotice['event'],
  record: AlertRecord,
  atMs: number,
  { runbookUrl }: Pick<AlertPolicy, 'runbookUrl'>,
): AlertNotice {
  const { fingerprint, kind, subject, severity, detail, count, held_back, escalation, opened_at_ms } = record;
  const { title, remedy } = specOf(kind);
  return {
    channel: 'alerts',
    event,
    fingerprint,
    kind,
    subject,
    severity: event === 'resolved' ? 'INFO' : severity,
    title: `${kind} ${subject}: ${title}`,
    detail,
    remedy,
    runbook: runbookLink(runbookUrl, kind),
    count,
    held_back,
    escalation,
    escalates: record.escalate_at_ms !== null,
    opened_at_ms,
    at_ms: atMs,
  };
}

/** One that no book knows of: sent all the same. */
export function loneNotice(alert: RaisedAlert, policy: Pick<AlertPolicy, 'runbookUrl'>): AlertNotice {
  return noticeOf('opened', opened(alert, undefined), alert.at_ms, policy);
}

export function entered(book: AlertBook, record: AlertRecord): AlertBook {
  return { ...book, alerts: { ...book.alerts, [record.fingerprint]: record } };
}

export function sending(book: AlertBook, notices: readonly AlertNotice[]): AlertBook {
  return { ...book, outbox: [...book.outbox, ...notices.map((notice) => ({ notice, claimed_until_ms: 0 }))] };
}
