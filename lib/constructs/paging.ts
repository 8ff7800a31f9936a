import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Grant, type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Breach } from '../slas.ts';
import type { StageSettings } from '../stage-settings.ts';

export interface PageOn {
  readonly metric: IMetric;
  readonly threshold: number;
  /** 'at_least' when absent. */
  readonly breach?: Breach;
  readonly periods?: number;
  /** Whether silence is bad news (a heartbeat) or no news (an error count). */
  readonly whenMissing?: 'page' | 'rest';
  /**
   * Whether the phone rings as well. So it must where nothing of the bot's is left to escalate: it is silent, its halt failed, or
   * the escalations themselves did.
   */
  readonly wakes?: boolean;
  /** What the woken person reads. */
  readonly what: string;
}

const COMPARISONS: Readonly<Record<Breach, ComparisonOperator>> = {
  above: ComparisonOperator.GREATER_THAN_THRESHOLD,
  at_least: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  below: ComparisonOperator.LESS_THAN_THRESHOLD,
};

/** Where the bot's alerts and CloudWatch's alarms reach a person. */
export class Paging extends Construct {
  readonly topic: Topic;
  /** What stayed open: subscribe here whoever is to be woken. */
  readonly escalations: Topic;
  /** Every alarm there is, in the order in which they were made. */
  readonly alarms: Alarm[] = [];
  private readonly stage: string;

  constructor(scope: Construct, id: string, { settings }: { readonly settings: StageSettings }) {
    super(scope, id);
    this.stage = settings.stage;
    this.topic = new Topic(this, 'Alerts', {
      topicName: `247trader-${settings.stage}-alerts`,
      displayName: `247trader ${settings.stage}`,
      enforceSSL: true,
    });
    this.escalations = new Topic(this, 'Escalations', {
      topicName: `247trader-${settings.stage}-escalations`,
      displayName: `247trader ${settings.stage} STILL OPEN`,
      enforceSSL: true,
    });
    // A topic policy of its own replaces the default one, under which alarms of the account may publish.
    for (const topic of [this.topic, this.escalations]) {
      topic.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
          actions: ['sns:Publish'],
          resources: [topic.topicArn],
          conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
        }),
      );
    }
  }

  /** An alert goes to the first topic; that it is over also to the second when somebody was called. */
  grantTell(grantee: IGrantable): void {
    const resourceArns = [this.topic.topicArn, this.escalations.topicArn];
    Grant.addToPrincipal({ grantee, actions: ['sns:Publish'], resourceArns });
  }

  /** The only way to make an alarm here, so none is without an action. */
  alarm(scope: Construct, id: string, page: PageOn): Alarm {
    const { metric, threshold, breach, periods, whenMissing, wakes, what } = page;
    const alarm = new Alarm(scope, `${id}Alarm`, {
      alarmDescription: `247trader ${this.stage}: ${what}`,
      metric,
      threshold,
      evaluationPeriods: periods ?? 1,
      comparisonOperator: COMPARISONS[breach ?? 'at_least'],
      treatMissingData: whenMissing === 'page' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    if (wakes === true) alarm.addAlarmAction(new SnsAction(this.escalations));
    this.alarms.push(alarm);
    return alarm;
  }
}
