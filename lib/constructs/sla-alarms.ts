import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE, METRIC_SERVICE, type MetricName } from '../../shared/config/metric-names.ts';
import { MEASURED_SLAS, type MeasuredSla } from '../slas.ts';
import type { StageSettings } from '../stage-settings.ts';
import type { Paging } from './paging.ts';

interface SlaAlarmsProps {
  readonly settings: StageSettings;
  readonly paging: Paging;
}

const DAY_MINUTES = 1_440;

/** Wakes somebody when a promise of the requirements is broken that the bot itself measures. */
export class SlaAlarms extends Construct {
  constructor(scope: Construct, id: string, { settings, paging }: SlaAlarmsProps) {
    super(scope, id);
    for (const sla of MEASURED_SLAS) {
      paging.alarm(this, sla.id, {
        metric: botMetric(settings, sla.metric, { statistic: sla.statistic, minutes: minutesOf(sla, settings) }),
        threshold: sla.limit,
        breach: sla.breach,
        periods: sla.looks ?? 1,
        whenMissing: sla.whenMissing,
        wakes: sla.whenMissing === 'page',
        what: sla.what,
      });
    }
  }
}

/** A metric of the bot, as the functions of this stage emit it. */
export function botMetric(
  { stage }: Pick<StageSettings, 'stage'>,
  metricName: MetricName,
  { statistic, minutes }: { readonly statistic: string; readonly minutes: number },
): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { service: METRIC_SERVICE, stage },
    statistic,
    period: Duration.minutes(minutes),
  });
}

/** CloudWatch looks back one day at most. */
function minutesOf({ window }: MeasuredSla, { intervalMinutes }: StageSettings): number {
  if (window === 'minute') return 1;
  if (window === 'day') return DAY_MINUTES;
  return Math.min(window * intervalMinutes, DAY_MINUTES);
}
