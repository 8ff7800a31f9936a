import type { AlertBook, AlertRecord } from '../../shared/core/alerts/alert-book.ts';
import { specOf } from '../../shared/core/alerts/catalogue.ts';
import { minuteOf } from './figures.ts';
import type { Paint } from './paint.ts';
import { type Column, tableLines } from './table.ts';

/** What `trader alerts --json` prints. */
export interface AlertsReport {
  readonly target: string;
  readonly open: readonly AlertRecord[];
  readonly ended: readonly AlertRecord[];
  /** Messages that no channel has taken yet. */
  readonly unsent: number;
  readonly sla: AlertBook['sla'];
}

const COLUMNS: readonly Column<AlertRecord>[] = [
  { title: 'severity', cell: ({ severity }) => severity },
  { title: 'alert', cell: ({ fingerprint }) => fingerprint },
  { title: 'opened (UTC)', cell: ({ opened_at_ms }) => minuteOf(opened_at_ms) },
  { title: 'last seen', cell: ({ last_seen_ms }) => minuteOf(last_seen_ms) },
  { title: 'count', align: 'right', cell: ({ count }) => String(count) },
  { title: 'calls', align: 'right', cell: ({ escalation }) => (escalation === 0 ? '' : String(escalation)) },
  { title: 'detail', cell: ({ detail }) => detail },
];

export function alertsText({ target, open, ended, unsent, sla }: AlertsReport, paint: Paint): string {
  const remedies = [...new Set(open.map(({ kind }) => kind))].map((kind) => `  ${kind}: ${specOf(kind).remedy}`);
  return [
    paint('bold', `${target}: ${open.length === 0 ? 'no alert is open' : `${open.length} open`}`),
    ...(open.length === 0 ? [] : [...tableLines(COLUMNS, open), '', 'do (more in docs/runbook.md):', ...remedies]),
    ...(ended.length === 0 ? [] : ['', paint('dim', 'ended'), ...tableLines(COLUMNS, ended)]),
    '',
    `${sla.sent} sent, ${sla.late} later than 5 s after the breach, slowest ${Math.round(sla.slowest_ms)} ms`,
    ...(unsent === 0 ? [] : [paint('red', `${unsent} messages wait for a channel that takes them`)]),
  ].join('\n');
}
