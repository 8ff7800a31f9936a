import { Duration, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, Grant, Role } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';
import type { BotTable } from './bot-table.ts';
import type { ExchangeKeys } from './exchange-keys.ts';
import type { KillSwitch } from './kill-switch.ts';
import type { Paging } from './paging.ts';

export interface OperatorRoleProps {
  readonly settings: StageSettings;
  readonly killSwitch: KillSwitch;
  readonly table: BotTable;
  readonly keys: ExchangeKeys;
  readonly paging: Paging;
  readonly archive: Bucket;
  readonly intents: IQueue;
  /** What failed for good: a person looks at it and clears it away. */
  readonly deadLetters: readonly IQueue[];
  /** Where a halt is asked for beside pulling the switch. */
  readonly haltRequests: ITopic;
  /** Where every command looks up the other parts. */
  readonly facts: IStringParameter;
}

/**
 * Who may arm a pulled switch again, and nobody else that this stack makes [REQ-K1]. It is assumed by a person of the
 * account who has just shown a second factor; whom the account lets assume it is the account's own word.
 */
export class OperatorRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: OperatorRoleProps) {
    super(scope, id);
    const { stage } = props.settings;
    this.role = new Role(this, 'Role', {
      roleName: `247trader-${stage}-operator`,
      description: `247trader ${stage}: pulls and arms the kill switch, answers what needs a person`,
      assumedBy: new AccountPrincipal(Stack.of(this).account).withConditions({
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      }),
      maxSessionDuration: Duration.hours(1),
    });
    this.grantAll(props);
  }

  private grantAll(props: OperatorRoleProps): void {
    const { killSwitch, table, keys, paging, archive, haltRequests, facts } = props;
    const { role: grantee } = this;
    killSwitch.grantOperate(grantee);
    table.grantItemAccess(grantee);
    paging.grantTell(grantee);
    Grant.addToPrincipal({ grantee, actions: ['ssm:GetParameter'], resourceArns: [facts.parameterArn] });
    Grant.addToPrincipal({ grantee, actions: ['sns:Publish'], resourceArns: [haltRequests.topicArn] });
    Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: [archive.arnForObjects('*')] });
    // Without it S3 says of a file that is not there that it is forbidden.
    Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [archive.bucketArn] });
    this.grantLook(props);
    Grant.addToPrincipal({
      grantee,
      actions: [
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
        'secretsmanager:ListSecretVersionIds',
        'secretsmanager:DescribeSecret',
      ],
      resourceArns: [keys.view.secretArn, keys.trade.secretArn],
    });
  }

  /** What `trader doctor` asks, and what its findings and the runbook send a person to. */
  private grantLook({ table, paging, intents, deadLetters }: OperatorRoleProps): void {
    const { role: grantee } = this;
    table.table.grant(grantee, 'dynamodb:DescribeTable', 'dynamodb:DescribeContinuousBackups');
    Grant.addToPrincipal({
      grantee,
      actions: ['sns:ListSubscriptionsByTopic'],
      resourceArns: [paging.topic.topicArn, paging.escalations.topicArn],
    });
    for (const queue of [intents, ...deadLetters]) queue.grant(grantee, 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes');
    for (const queue of deadLetters) {
      queue.grant(grantee, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:PurgeQueue');
    }
  }
}
