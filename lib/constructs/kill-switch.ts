import { RemovalPolicy } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';

/** The parameter whose value stops everything, and the rule that tells `halt` the moment it changes [REQ-K1]. */
export class KillSwitch extends Construct {
  readonly parameter: StringParameter;

  constructor(scope: Construct, id: string, { settings }: { readonly settings: StageSettings }) {
    super(scope, id);
    this.parameter = new StringParameter(this, 'Parameter', {
      parameterName: `/247trader/${settings.stage}/kill-switch`,
      // Only the value at creation. CloudFormation writes it again when any property here changes, which would re-arm a
      // pulled switch: so there is no description and there are no tags, and a test pins what is left.
      stringValue: 'armed',
    });
    this.parameter.applyRemovalPolicy(settings.isGuarded ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
  }

  /** Reading is all that any function may do: pulling and arming are an operator's. */
  grantRead(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['ssm:GetParameter'], resourceArns: [this.parameter.parameterArn] });
  }

  /** Pulling it and arming it again [REQ-K1]. */
  grantOperate(operator: IGrantable): void {
    const actions = ['ssm:GetParameter', 'ssm:PutParameter'];
    Grant.addToPrincipal({ grantee: operator, actions, resourceArns: [this.parameter.parameterArn] });
  }

  /** Best effort on AWS's side, so it is never the only path: decide and execute read the parameter themselves. */
  notifyOnChange(halt: IFunction): void {
    new Rule(this, 'Changed', {
      description: 'The kill switch was written: cancel what is working',
      eventPattern: {
        source: ['aws.ssm'],
        detailType: ['Parameter Store Change'],
        detail: { name: [this.parameter.parameterName], operation: ['Create', 'Update', 'Delete'] },
      },
      targets: [new LambdaFunction(halt)],
    });
  }
}
