import { Duration, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, Grant, Role } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
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

  private grantAll({ killSwitch, table, keys, paging, archive, haltRequests, facts }: OperatorRoleProps): void {
    const { role: grantee } = this;
    killSwitch.grantOperate(grantee);
    table.grantItemAccess(grantee);
    paging.grantTell(grantee);
    Grant.addToPrincipal({ grantee, actions: ['ssm:GetParameter'], resourceArns: [facts.parameterArn] });
    Grant.addToPrincipal({ grantee, actions: ['sns:Publish'], resourceArns: [haltRequests.topicArn] });
    Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: [archive.arnForObjects('*')] });
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
}
