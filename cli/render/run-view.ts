import type { CycleReport } from '../../shared/app/cycle-report.ts';
import type { AlertNotice } from '../../shared/core/alerts/alert-book.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { toNumber, toText } from '../../shared/core/money/fixed.ts';
import type { InvariantBreak } from '../local/audit.ts';
import { figuresOf, type RunSummary } from '../local/tally.ts';
import { dollars, minuteOf, percent, priceFigure, reasonsText } from './figures.ts';
import type { Paint } from './paint.ts';

/** What stands above a run. */
export interface RunHeader {
  readonly mode: string;
  readonly stage: string;
  readonly source: string;
  readonly exchange: string;
  readonly configHash: string;
  readonly cash: string;
  readonly positions: number;
  readonly symbols: number;
  readonly stateDir: string;
  readonly isResumed: boolean;
  readonly fromMs: number;
}

export function headerText(header: RunHeader, paint: Paint): string {
  const { mode, stage, source, exchange, configHash, cash, positions, symbols, stateDir, isResumed, fromMs } = header;
  return [
    `${paint('bold', `247trader  ${mode}`)}  stage ${stage}  market ${source}  exchange ${exchange}`,
    `config ${configHash}  ${symbols} symbols  cash ${dollars(cash)}${positions === 0 ? '' : ` and ${positions} positions`}`,
    `state ${stateDir}  ${isResumed ? 'goes on' : 'starts'} at ${minuteOf(fromMs)} UTC  Ctrl-C stops and keeps everything`,
    paint('dim', COLUMNS),
  ].join('\n');
}

const COLUMNS = 'slot (UTC)           latency  eligible  proposals  approved  orders       equity  drawdown  rejected';

export interface CycleLine {
  readonly report: CycleReport;
  readonly latencyMs: number;
}

export function cycleText({ report, latencyMs }: CycleLine, paint: Paint): string {
  const slot = minuteOf(report.slot_ms);
  if (report.decision === null)
    return `${slot}  ${paint('yellow', `${report.kind}: ${report.detail ?? report.degraded.join(', ')}`)}`;
  const { eligible, symbols, proposals, approved, rejected, equity, drawdownPct } = figuresOf(report);
  const columns = [
    slot.padEnd(18),
    `${Math.round(latencyMs)} ms`.padStart(10),
    `${eligible}/${symbols}`.padStart(10),
    String(proposals).padStart(11),
    String(approved).padStart(10),
    String(report.published).padStart(8),
    dollars(equity).padStart(13),
    percent(drawdownPct).padStart(10),
    `  ${reasonsText(rejected)}`,
  ].join('');
  const line = approved > 0 ? paint('bold', columns) : columns;
  return report.degraded.length === 0 ? line.trimEnd() : `${line}  ${paint('yellow', report.degraded.join(', '))}`;
}

/** One line for an order that bought or sold something. */
export function fillText({ intent, filled_quantity, filled_value, fees, status }: OrderRecord, paint: Paint): string {
  const average = toNumber(filled_value) / toNumber(filled_quantity);
  const side = paint(intent.side === 'BUY' ? 'green' : 'red', intent.side.padEnd(4));
  const money = `${dollars(toText(filled_value))}, fee ${dollars(toText(fees))}`;
  const rest = status === 'FILLED' ? '' : ', the rest cancelled';
  const why = `${intent.purpose} ${intent.reason}, ${intent.strategy}`;
  return `    ${side} ${toText(filled_quantity)} ${intent.product_id} at ${priceFigure(average)} = ${money}${rest}  ${paint('dim', `(${why})`)}`;
}

/** An order that came to nothing. */
export function lostOrderText({ intent, status, reason }: OrderRecord, paint: Paint): string {
  const what = `${intent.side} ${toText(intent.quantity)} ${intent.product_id}`;
  const why = reason ?? (status === 'EXPIRED' ? 'it rested until its end' : 'no reason given');
  return `    ${paint('yellow', status.toLowerCase())} ${what}: ${why}`;
}

export function alertText({ event, severity, title, detail, held_back }: AlertNotice, paint: Paint): string {
  const word =
    event === 'resolved' ? paint('green', 'RESOLVED') : paint(severity === 'CRITICAL' ? 'red' : 'yellow', severity);
  const still = event === 'escalated' ? 'still open: ' : '';
  const more = held_back === 0 ? '' : paint('dim', ` (${held_back} identical held back before)`);
  return `    ${word} ${still}${title}: ${detail}${more}`;
}

export function breakText({ invariant, subject, detail }: InvariantBreak, paint: Paint): string {
  return `    ${paint('red', `BROKEN ${invariant}`)} ${subject}: ${detail}`;
}

export function summaryText(summary: RunSummary, stateDir: string, paint: Paint): string {
  const { orders, equity, latency_ms: latency } = summary;
  const health = summary.invariant_breaks + summary.errors === 0 ? 'green' : 'red';
  return [
    '',
    `${paint('bold', `${summary.cycles} cycles`)}  ${summary.degraded_cycles} degraded`,
    `  proposals ${summary.proposals}, approved ${summary.approved}, rejected: ${reasonsText(summary.rejected) || 'none'}`,
    `  orders placed ${orders.placed}: filled ${orders.filled}, cancelled ${orders.cancelled}, rejected ${orders.rejected}, unknown ${orders.unknown}; fills ${summary.fills}`,
    `  equity ${dollars(equity.start)} -> ${dollars(equity.end)}, deepest drawdown ${percent(summary.max_drawdown_pct)}`,
    `  latency p50 ${latency.p50} ms, p95 ${latency.p95} ms, p99 ${latency.p99} ms`,
    `  ${paint(health, `invariant breaks ${summary.invariant_breaks}, errors ${summary.errors}`)}`,
    `  state ${stateDir}: the same command goes on from here`,
  ].join('\n');
}
