import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { MEMORY_MB } from '../memory.ts';
import type { StageSettings } from '../stage-settings.ts';
import { BotFunction } from './bot-function.ts';
import type { Paging } from './paging.ts';

export interface ChatProps {
  readonly settings: StageSettings;
  readonly paging: Paging;
  readonly code: Code;
  readonly undelivered: IQueue;
}

/** Both topics in a chat of Slack, Discord or Telegram. Its address is a secret that an operator puts there. */
export class Chat extends Construct {
  constructor(scope: Construct, id: string, { settings, paging, code, undelivered }: ChatProps) {
    super(scope, id);
    const secret = new Secret(this, 'Address', {
      secretName: `247trader/${settings.stage}/alert-webhook`,
      description: 'Address of the chat that alerts go to: who knows it can write there',
      // A random text that is no address, until the operator's value replaces it.
      generateSecretString: {},
      removalPolicy: settings.isGuarded ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const { lambda } = new BotFunction(this, 'Webhook', {
      settings,
      paging,
      code,
      job: 'webhook',
      purpose: 'Tells a chat what the topics tell',
      timeout: Duration.seconds(15),
      memoryMb: MEMORY_MB.webhook,
      maxEventAge: Duration.minutes(15),
      retryAttempts: 2,
      environment: { WEBHOOK_SECRET: secret.secretArn },
    });
    secret.grantRead(lambda);
    const subscription = () => new LambdaSubscription(lambda, { deadLetterQueue: undelivered });
    for (const topic of [paging.topic, paging.escalations]) topic.addSubscription(subscription());
  }
}
