import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { MetricName } from '../../shared/config/metric-names.ts';
import { EXCHANGE_OPERATIONS } from '../exchange-operations.ts';
import type { StageSettings } from '../stage-settings.ts';
import { botMetric } from './sla-alarms.ts';

interface DashboardProps {
  readonly settings: StageSettings;
  readonly alarms: readonly IAlarm[];
  readonly intents: IQueue;
  readonly deadLetters: IQueue;
  readonly decideLogs: ILogGroup;
}

const FULL_WIDTH = 24;
const HEIGHT = 6;

/**
 * One page, read from the top: is anything wrong, how is the money, do cycles run, what became of orders, how fast is the
 * kill switch, what waits. What would be too dear as metrics is asked of the log, which costs only when somebody looks.
 */
export class OperatorDashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    new Dashboard(this, 'Dashboard', {
      dashboardName: `247trader-${props.settings.stage}`,
      defaultInterval: Duration.hours(12),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: FULL_WIDTH, height: 4 })],
        money(props),
        cycles(props),
        orders(props),
        safety(props),
        details(props),
      ],
    });
  }
}

function money({ settings }: DashboardProps): IWidget[] {
  const of = metricsOf(settings);
  return [
    new SingleValueWidget({
      title: 'Money now',
      metrics: [
        of('EquityUsd', 'Maximum', 'equity USD'),
        of('DrawdownPct', 'Maximum', 'drawdown %'),
        of('ExposurePct', 'Maximum', 'exposure %'),
      ],
      width: 8,
      height: HEIGHT,
    }),
    graph('Equity, USD', [of('EquityUsd', 'Average', 'equity')], 8),
    graph(
      'Drawdown and exposure, %',
      [of('DrawdownPct', 'Maximum', 'drawdown'), of('ExposurePct', 'Maximum', 'exposure at worst case')],
      8,
    ),
  ];
}

function cycles({ settings }: DashboardProps): IWidget[] {
  const of = metricsOf(settings);
  return [
    graph(
      'Cycle, ms',
      ['p50', 'p95', 'p99'].map((statistic) => of('CycleLatency', statistic, statistic)),
      8,
      [
        { value: 1_000, label: 'p95 at most' },
        { value: 2_000, label: 'p99 at most' },
      ],
    ),
    graph('Share of degraded cycles', [of('CyclesDegraded', 'Average', 'degraded', 60)], 4, [
      { value: 0.005, label: '0.5 %' },
    ]),
    graph('Heartbeat: cycles', [of('CyclesCompleted', 'Sum', 'completed')], 4),
    graph(
      'Exchange, ms',
      ['p50', 'p95'].map((statistic) => of('ExchangeLatency', statistic, statistic)),
      8,
    ),
  ];
}

function orders({ settings }: DashboardProps): IWidget[] {
  const of = metricsOf(settings);
  return [
    graph('Orders and fills', [of('OrdersSent', 'Sum', 'sent'), of('FillsBooked', 'Sum', 'fills')], 8),
    graph('UNKNOWN orders', [of('OrdersUnknown', 'Maximum', 'unknown')], 4),
    graph('Fees, USD', [of('FeesUsd', 'Sum', 'fees')], 4),
    graph(
      'Slippage against the decision, bps',
      [of('SlippageBps', 'Average', 'mean'), of('SlippageBps', 'p95', 'p95')],
      8,
    ),
  ];
}

function safety({ settings, intents, deadLetters }: DashboardProps): IWidget[] {
  const of = metricsOf(settings);
  const halt = [
    of('KillDetectTime', 'Maximum', 'noticed (3 s)'),
    of('KillAlertTime', 'Maximum', 'told (5 s)'),
    of('KillCancelTime', 'Maximum', 'cancelled (10 s)'),
  ];
  return [
    graph('Kill: ms since the flip', halt, 8),
    graph('Alerts: ms until out', [of('AlertTime', 'Maximum', 'slowest')], 4, [{ value: 5_000, label: '5 s' }]),
    graph('Stale symbols', [of('StaleSymbols', 'Maximum', 'stale')], 4),
    graph(
      'Queue: age of the oldest intent, s; dead letters',
      [
        intents.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', label: 'age' }),
        deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', label: 'dead letters' }),
      ],
      8,
    ),
  ];
}

/** Asked of the lines that decide writes: one a cycle. */
function details({ decideLogs }: DashboardProps): IWidget[] {
  const ask = (title: string, ...queryLines: string[]) =>
    new LogQueryWidget({
      title,
      logGroupNames: [decideLogs.logGroupName],
      queryLines,
      view: LogQueryVisualizationType.TABLE,
      width: 8,
      height: HEIGHT,
    });
  return [
    ask(
      'API budget, steps (ms) and jitter (ms), by hour',
      'filter ispresent(cycle.slot)',
      'stats max(exchange.calls) as most_calls, max(exchange.budget) as budget, pct(cycle.steps_ms.market, 95) as market, pct(cycle.steps_ms.reconcile, 95) as reconcile, pct(cycle.steps_ms.commit, 95) as commit, min(cycle.offset_ms) as least_offset, max(cycle.offset_ms) as most_offset by bin(1h)',
    ),
    ask('Exchange by operation: p95 of the slowest request of a cycle (ms), by hour', ...byOperation()),
    ask(
      'Latest rejections by reason',
      'filter ispresent(cycle.slot) and cycle.proposals > 0',
      'fields cycle.slot, cycle.proposals, cycle.orders, cycle.rejections',
      'sort @timestamp desc',
      'limit 20',
    ),
    ask(
      'Latest degraded cycles',
      'filter ispresent(cycle.degraded.0)',
      'fields cycle.slot, cycle.degraded.0, cycle.degraded.1, cycle.latency_ms',
      'sort @timestamp desc',
      'limit 20',
    ),
  ];
}

/** Every operation that the meter knows and the budget counts: one list for both, and for this. */
function byOperation(): string[] {
  const columns = EXCHANGE_OPERATIONS.map(
    (operation) => `pct(exchange.by_operation.${operation}.slowest_ms, 95) as ${operation}`,
  );
  return ['filter ispresent(exchange.calls)', `stats ${columns.join(', ')} by bin(1h)`];
}

function metricsOf(settings: StageSettings) {
  return (name: MetricName, statistic: string, label: string, minutes = 5) =>
    botMetric(settings, name, { statistic, minutes }).with({ label });
}

function graph(
  title: string,
  left: IMetric[],
  width: number,
  leftAnnotations: readonly { readonly value: number; readonly label: string }[] = [],
): GraphWidget {
  return new GraphWidget({
    title,
    left,
    width,
    height: HEIGHT,
    leftAnnotations: [...leftAnnotations],
    leftYAxis: { showUnits: false },
  });
}
