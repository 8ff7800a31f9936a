import path from 'node:path';
import { MEASURED_SLAS, PART_SLAS } from '../../lib/slas.ts';
import {
  ALARM_USD_PER_MONTH,
  LOG_FIELDS,
  METRIC_USD_PER_MONTH,
  METRICS,
  type MetricFacts,
  monthlyUsd,
} from '../../shared/config/metric-catalogue.ts';
import { METRIC_NAMESPACE, METRIC_SERVICE, METRIC_UNITS, type MetricName } from '../../shared/config/metric-names.ts';

export const METRICS_DOC = path.join(import.meta.dirname, '..', '..', 'docs', 'metrics.md');

const WAYS = { above: 'above', at_least: 'at least', below: 'below' } as const;

/** The page as it must stand in docs/metrics.md. `alarms`: how many the stack of a LIVE stage has. */
export function metricsPage(alarms: number): string {
  const entries = Object.entries(METRICS) as [MetricName, MetricFacts][];
  const total = entries.reduce((sum, [, facts]) => sum + monthlyUsd(facts), 0);
  return [
    '# Metrics and alarms',
    '',
    'Written by `npm run metrics:docs` from the catalogue in `shared/config/metric-catalogue.ts` and the promises in `lib/slas.ts`. A',
    'test fails when this page is older than they are, when a metric has no producer, and when a promise has no alarm.',
    '',
    `All metrics are in the namespace \`${METRIC_NAMESPACE}\` with the dimensions \`service=${METRIC_SERVICE}\` and \`stage\`. CloudWatch bills each`,
    `combination of name and dimensions with $${METRIC_USD_PER_MONTH.toFixed(2)} a month, by the hour in which it got a value: what is only told when it happens`,
    'costs cents. The free tier (10 metrics, 10 alarms, 3 dashboards of an account) is not counted.',
    '',
    '| metric | unit | tells | from | billed | USD a month |',
    '|---|---|---|---|---|---|',
    ...entries.map(([name, facts]) => metricRow(name, facts)),
    `| together | | | | | ${total.toFixed(2)} |`,
    '',
    '## In the log alone',
    '',
    'Each cycle, order and halt writes one structured line. CloudWatch Logs Insights counts what stands there, and the dashboard has its',
    'queries; as metrics these words would cost more than the bot.',
    '',
    '| field | tells | bounded by |',
    '|---|---|---|',
    ...LOG_FIELDS.map(({ field, tells, words }) => `| \`${field}\` | ${tells} | ${words} |`),
    '',
    '## Alarms',
    '',
    `Every alarm tells the topic \`247trader-<stage>-alerts\`. A stage that may trade has ${alarms}: $${(alarms * ALARM_USD_PER_MONTH).toFixed(2)} a month. A percentile or a`,
    'share is taken over so many cycles that a single bad one does not wake anybody.',
    '',
    '| requirement | metric | pages when | taken over | when silent |',
    '|---|---|---|---|---|',
    ...MEASURED_SLAS.map(
      ({ requirement, metric, statistic, breach, limit, window, looks = 1, whenMissing }) =>
        `| ${requirement} | ${metric} ${statistic} | ${WAYS[breach]} ${limit} | ${windowText(window, looks)} | ${whenMissing === 'page' ? 'pages' : 'rests'} |`,
    ),
    ...PART_SLAS.map(
      ({ requirement, metric, breach, limit, parts, whenMissing }) =>
        `| ${requirement} | ${metric} of ${parts} | ${WAYS[breach]} ${limit} | a minute | ${whenMissing === 'page' ? 'pages' : 'rests'} |`,
    ),
    '',
  ].join('\n');
}

function metricRow(name: MetricName, facts: MetricFacts): string {
  const { tells, producers, billed } = facts;
  const hours = billed === 'every cycle' ? billed : `about ${billed} h a month`;
  return `| ${name} | ${METRIC_UNITS[name]} | ${tells} | ${producers.join(', ')} | ${hours} | ${monthlyUsd(facts).toFixed(2)} |`;
}

function windowText(window: number | 'minute' | 'day', looks: number): string {
  if (window === 'minute') return 'a minute';
  if (window === 'day') return 'a day';
  if (looks > 1) return `${looks} cycles in a row`;
  return `${window} cycles, a day at most`;
}
