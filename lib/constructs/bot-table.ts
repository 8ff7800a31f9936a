import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';

/**
 * Lease, account, orders, cycles and facts in one table. Keys and expiry are spelled as the DynamoDB adapter
 * spells them (a test compares the two).
 */
export class BotTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { settings }: { readonly settings: StageSettings }) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.DEFAULT,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expires_at',
      deletionProtection: settings.isGuarded,
      removalPolicy: settings.isGuarded ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** No scan, no delete: what is over expires. */
  grantItemAccess(grantee: IGrantable): void {
    this.table.grant(grantee, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query');
  }
}
