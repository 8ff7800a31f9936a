import { SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SmsSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Subscription } from '../../shared/config/subscription-schema.ts';
import type { StageSettings } from '../stage-settings.ts';
import type { Paging } from './paging.ts';

export interface SubscriptionsProps {
  readonly settings: StageSettings;
  readonly paging: Paging;
  /** What nobody took after every repetition: an alarm tells of it on the other ways. */
  readonly undelivered: IQueue;
}

/** The people whom the stage's config names. Whoever is written to confirms once; a number needs no word. */
export class Subscriptions extends Construct {
  constructor(scope: Construct, id: string, { settings, paging, undelivered }: SubscriptionsProps) {
    super(scope, id);
    for (const subscription of settings.subscriptions) {
      const topic = subscription.topic === 'alerts' ? paging.topic : paging.escalations;
      topic.addSubscription(subscriptionOf(subscription, undelivered));
    }
  }
}

function subscriptionOf({ protocol, endpoint }: Subscription, deadLetterQueue: IQueue) {
  if (protocol === 'email') return new EmailSubscription(endpoint, { deadLetterQueue });
  // CDK's has none: what becomes of a text message only the account's figures tell (docs/runbook.md).
  if (protocol === 'sms') return new SmsSubscription(endpoint);
  return new UrlSubscription(endpoint, { protocol: SubscriptionProtocol.HTTPS, deadLetterQueue });
}
