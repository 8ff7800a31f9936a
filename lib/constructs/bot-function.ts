import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, type Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE } from '../../shared/config/metric-names.ts';
import type { StageSettings } from '../stage-settings.ts';
import type { Paging } from './paging.ts';

export interface BotFunctionProps {
  readonly settings: StageSettings;
  /** The job's word: decide, execute, halt. */
  readonly job: string;
  readonly purpose: string;
  readonly code: Code;
  readonly timeout: Duration;
  readonly memoryMb: number;
  /** How long an asynchronous invocation may wait, and how often it is repeated after an error. */
  readonly maxEventAge: Duration;
  readonly retryAttempts: 0 | 1 | 2;
  readonly environment: Readonly<Record<string, string>>;
  readonly paging: Paging;
  /** Whether an error of it rings the phone. */
  readonly wakes?: true;
}

/** One job of the bot: a small Node function with its own log group, its own role, and an alarm on errors. */
export class BotFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: BotFunctionProps) {
    super(scope, id);
    const { settings, job } = props;
    const functionName = `247trader-${settings.stage}-${job}`;

    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: logRetention(settings.retentionDays),
      removalPolicy: settings.isGuarded ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName,
      description: props.purpose,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      maxEventAge: props.maxEventAge,
      retryAttempts: props.retryAttempts,
      environment: {
        STAGE: settings.stage,
        POWERTOOLS_SERVICE_NAME: job,
        POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
        ...props.environment,
      },
      logGroup: this.logGroup,
    });

    const metric = this.lambda.metricErrors({ period: Duration.minutes(1) });
    props.paging.alarm(this, 'Errors', { metric, threshold: 1, wakes: props.wakes === true, what: `${job} failed` });
  }
}

/** CloudWatch Logs knows only certain periods; a config that asks for another must say so before it deploys. */
function logRetention(days: number): RetentionDays {
  const allowed = Object.values(RetentionDays).filter((value) => typeof value === 'number' && value < 9_999);
  if (allowed.includes(days)) return days;
  throw new Error(`app.retention_days=${days}: CloudWatch Logs keeps logs for one of ${allowed.join(', ')} days`);
}
