import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';

/** Every cycle's inputs, for replay, until the retention period is over [REQ-RET1]. */
export class CycleArchive extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { settings }: { readonly settings: StageSettings }) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [
        { expiration: Duration.days(settings.retentionDays), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      // A dev bucket that is not empty stops its stack's deletion; an operator empties it on purpose.
      removalPolicy: settings.isGuarded ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** Once a day: the cycles of a day are read again, and the list of products is put beside them. */
  grantDaily(grantee: IGrantable): void {
    const { bucket } = this;
    Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: [bucket.arnForObjects('cycles/*')] });
    Grant.addToPrincipal({ grantee, actions: ['s3:PutObject'], resourceArns: [bucket.arnForObjects('products/*')] });
    Grant.addToPrincipal({
      grantee,
      actions: ['s3:ListBucket'],
      resourceArns: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': 'cycles/*' } },
    });
  }

  /** Writing only: what a cycle saw cannot be read or deleted by a cycle. */
  grantWrite(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['s3:PutObject'], resourceArns: [this.bucket.arnForObjects('*')] });
  }
}
