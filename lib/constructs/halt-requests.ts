import { Duration, TimeZone } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';
import type { Paging } from './paging.ts';

interface HaltRequestsProps {
  readonly settings: StageSettings;
  readonly halt: IFunction;
}

/** Where a halt is asked for by whoever saw the switch pulled: the watcher, and `trader kill` beside pulling it. */
export class HaltRequests extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { settings, halt }: HaltRequestsProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { topicName: `247trader-${settings.stage}-halt`, enforceSSL: true });
    this.topic.addSubscription(new LambdaSubscription(halt));
  }
}

interface WatchScheduleProps {
  readonly settings: StageSettings;
  readonly watch: IFunction;
  readonly paging: Paging;
}

/** A new watch each minute; each lasts into the next one, so that there is no moment without. */
export class WatchSchedule extends Construct {
  constructor(scope: Construct, id: string, { settings, watch, paging }: WatchScheduleProps) {
    super(scope, id);
    new Schedule(this, 'Minute', {
      description: `247trader ${settings.stage}: somebody looks at the kill switch all the time`,
      schedule: ScheduleExpression.expression('cron(* * * * ? *)', TimeZone.ETC_UTC),
      timeWindow: TimeWindow.off(),
      target: new LambdaInvoke(watch, { retryAttempts: 2, maxEventAge: Duration.seconds(60) }),
    });
    paging.alarm(this, 'Silent', {
      metric: watch.metricInvocations({ period: Duration.minutes(1), statistic: 'Sum' }),
      threshold: 1,
      breach: 'below',
      periods: 3,
      whenMissing: 'page',
      wakes: true,
      what: 'nobody looks at the kill switch',
    });
  }
}
