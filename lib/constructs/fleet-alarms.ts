import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Paging } from './paging.ts';

/**
 * What all functions share. No function here reserves concurrency, so a throttle is always the account's limit being
 * reached, and one alarm on the account's own metric says it at a seventh of the price.
 */
export class FleetAlarms extends Construct {
  constructor(scope: Construct, id: string, { paging }: { readonly paging: Paging }) {
    super(scope, id);
    paging.alarm(this, 'Throttles', {
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'Throttles',
        statistic: 'Sum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      what: "the account's limit of concurrent functions is reached: functions are throttled",
    });
  }
}
