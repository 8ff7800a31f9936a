import { redactText } from '../../shared/adapters/redact.ts';
import type { CycleReport } from '../../shared/app/cycle-report.ts';
import type { AlertNotice } from '../../shared/core/alerts/alert-book.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import type { Paint } from '../render/paint.ts';
import {
  alertText,
  breakText,
  cycleText,
  fillText,
  headerText,
  lostOrderText,
  type RunHeader,
  summaryText,
} from '../render/run-view.ts';
import type { InvariantBreak } from './audit.ts';
import type { RunSummary } from './tally.ts';

/** Hears what happens in a run, as it happens. */
export interface RunReporter {
  start(header: RunHeader): void;
  cycle(report: CycleReport, latencyMs: number): void;
  /** An order has come to its end. */
  order(record: OrderRecord): void;
  alert(notice: AlertNotice): void;
  error(error: unknown): void;
  finish(summary: RunSummary, breaks: readonly InvariantBreak[], stateDir: string): void;
}

/** Protection that rested and then gave way is no news. */
function hasMadeWay({ intent, status, order_id }: OrderRecord): boolean {
  return intent.purpose === 'protect' && status === 'CANCELLED' && order_id !== null;
}

/** Tells it to a person. */
export function textReporter(show: (line: string) => void, paint: Paint): RunReporter {
  const write = (line: string) => show(redactText(line));
  return {
    start: (header) => write(headerText(header, paint)),
    cycle: (report, latencyMs) => write(cycleText({ report, latencyMs }, paint)),
    order(record) {
      if (record.filled_quantity > 0n) write(fillText(record, paint));
      else if (!hasMadeWay(record)) write(lostOrderText(record, paint));
    },
    alert: (alert) => write(alertText(alert, paint)),
    error: (error) => write(paint('red', `    ERROR ${error instanceof Error ? error.message : String(error)}`)),
    finish(summary, breaks, stateDir) {
      for (const broken of breaks) write(breakText(broken, paint));
      write(summaryText(summary, stateDir, paint));
    },
  };
}
