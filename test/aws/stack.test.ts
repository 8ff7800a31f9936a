import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { PARTITION_KEY, SORT_KEY, TTL_ATTRIBUTE } from '../../shared/adapters/dynamodb/table.ts';
import { keySecretNames } from '../../shared/adapters/secrets-manager/key-vault.ts';
import { killStateFrom } from '../../shared/adapters/ssm/kill-state.ts';
import { killSwitchName } from '../../shared/adapters/ssm/kill-switch.ts';
import { type Resource, resourcesOf, synthesized } from './testing/synthesized.ts';

describe('the stack of a stage', () => {
  let template: Template;
  beforeAll(() => {
    template = synthesized();
  });
  const only = (type: string) => resourcesOf(template, type)[0]?.Properties ?? {};
  const functions = () => resourcesOf(template, 'AWS::Lambda::Function').map(({ Properties }) => Properties);

  it('keeps state under the keys and the expiry that the DynamoDB adapter uses', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: PARTITION_KEY, KeyType: 'HASH' },
        { AttributeName: SORT_KEY, KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: TTL_ATTRIBUTE, Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  it('retains in a guarded stage everything that holds state, and nothing in dev', () => {
    const stateful = [
      'AWS::DynamoDB::Table',
      'AWS::S3::Bucket',
      'AWS::SecretsManager::Secret',
      'AWS::SSM::Parameter',
      'AWS::Logs::LogGroup',
    ];
    const isFact = (resource: Resource) => String(resource.Properties['Name']).endsWith('/parts');
    const policies = (of: Template) =>
      stateful
        .flatMap((type) => resourcesOf(of, type))
        .filter((resource) => !isFact(resource))
        .map((r) => r.DeletionPolicy);
    const dev = synthesized({ stage: 'dev', isGuarded: false });

    expect(policies(template)).toEqual(Array(13).fill('Retain'));
    expect(policies(dev)).toEqual(Array(13).fill('Delete'));
    dev.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
  });

  it('ticks once a slot: no retry, no tick older than a minute, the slot as scheduled [REQ-SCH1]', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(* * * * ? *)',
      ScheduleExpressionTimezone: 'Etc/UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Input: '{"slot":"<aws.scheduler.scheduled-time>"}',
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
      },
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('^Decide') },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  it.each([
    [5, 'cron(0/5 * * * ? *)', { Mode: 'OFF' }, '30000'],
    [15, 'cron(0/15 * * * ? *)', { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1 }, '0'],
    [240, 'cron(0 0/4 * * ? *)', { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 24 }, '0'],
    [1440, 'cron(0 0 * * ? *)', { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 144 }, '0'],
  ])(
    '[REQ-SCH1] spreads a %i-minute schedule in the function or in the window, never in both',
    (minutes, cron, window, jitterMs) => {
      const other = synthesized({ intervalMinutes: minutes });

      other.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: cron, FlexibleTimeWindow: window });
      other.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: '247trader-live-decide',
        Environment: { Variables: Match.objectLike({ MAX_JITTER_MS: jitterMs }) },
      });
    },
  );

  it.each([
    [1, 50, 55],
    [5, 50, 80],
    [30, 120, 120],
  ])(
    'gives a cycle of %i min its %i s besides the jitter that is slept, and ends it before the next tick',
    (minutes, seconds, timeout) => {
      synthesized({ cycleSeconds: seconds, intervalMinutes: minutes }).hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: '247trader-live-decide',
        Timeout: timeout,
      });
    },
  );

  it('queues first in, first out, with a dead-letter queue of the same kind and no deduplication by content', () => {
    const queues = resourcesOf(template, 'AWS::SQS::Queue')
      .map(({ Properties }) => Properties)
      .filter(({ QueueName: name }) => String(name).includes('-intents'));
    const [intents] = queues.filter((queue) => 'RedrivePolicy' in queue);

    expect(queues).toHaveLength(2);
    for (const queue of queues) {
      expect(queue).toMatchObject({ FifoQueue: true, ContentBasedDeduplication: false, SqsManagedSseEnabled: true });
      expect(queue['QueueName']).toMatch(/\.fifo$/);
    }
    expect(intents?.['RedrivePolicy']).toMatchObject({ maxReceiveCount: 3 });
  });

  it('hides a message for at least six times as long as its worker may run', () => {
    const [worker] = functions().filter(({ FunctionName: name }) => name === '247trader-live-execute');
    const [intents] = resourcesOf(template, 'AWS::SQS::Queue').filter(
      ({ Properties }) => 'RedrivePolicy' in Properties,
    );

    expect(Number(intents?.Properties['VisibilityTimeout'])).toBeGreaterThanOrEqual(6 * Number(worker?.['Timeout']));
  });

  it('feeds the worker one message at a time and reserves no concurrency', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FunctionName: { Ref: Match.stringLikeRegexp('^Execute') },
    });
    for (const fn of functions()) expect(fn).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  it("[REQ-K1] tells halt when this stage's kill switch is written, and repeats a halt that failed", () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.ssm'],
        'detail-type': ['Parameter Store Change'],
        detail: { name: [{ Ref: Match.stringLikeRegexp('^KillSwitchParameter') }] },
      },
      Targets: [{ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Halt'), 'Arn'] } }],
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('^Halt') },
      MaximumRetryAttempts: 2,
    });
  });

  it('[REQ-K1] pins the kill switch: a property more would write "armed" over a pulled one at the next deployment', () => {
    const parameter = only('AWS::SSM::Parameter');

    expect(parameter).toEqual({ Name: killSwitchName('live'), Type: 'String', Value: 'armed' });
    expect(killStateFrom(String(parameter['Value']))).toEqual({ kind: 'armed' });
  });

  it('[REQ-RET1] keeps logs and archived inputs for 90 days', () => {
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup').map(({ Properties }) => Properties);

    expect(groups.map((group) => group['RetentionInDays'])).toEqual(Array(7).fill(90));
    for (const { LoggingConfig } of functions()) expect(LoggingConfig).toHaveProperty('LogGroup.Ref');
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 90, Status: 'Enabled' })] },
    });
  });

  it('[REQ-AL1] lets what has opened wait two minutes, and hands nothing else to the function that looks again', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: '247trader-live-escalations',
      DelaySeconds: 120,
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }),
    });
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'sqs',
      RawMessageDelivery: true,
      FilterPolicy: { event: ['opened'], escalates: ['true'] },
      TopicArn: { Ref: Match.stringLikeRegexp('^PagingAlerts') },
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      FunctionName: { Ref: Match.stringLikeRegexp('^FollowUpEscalate') },
    });
  });

  it('[REQ-AL1] tells a chat of both topics where one is configured, and has no part of it elsewhere', () => {
    const chats = (of: Template) =>
      resourcesOf(of, 'AWS::SNS::Subscription')
        .filter(({ Properties }) => JSON.stringify(Properties['Endpoint']).includes('ChatWebhook'))
        .map(({ Properties }) => JSON.stringify(Properties['TopicArn']).slice(8, 18));
    const without = synthesized({ hasChat: false });

    expect(chats(template).sort()).toEqual(['PagingAler', 'PagingEsca']);
    expect(JSON.stringify(resourcesOf(without))).not.toContain('alert-webhook');
  });

  it("[REQ-AL1] subscribes the people of the stage's config, each to the topic named there, and nobody else", () => {
    const people = (of: Template) =>
      resourcesOf(of, 'AWS::SNS::Subscription')
        .map(
          ({ Properties: { Protocol, Endpoint, TopicArn } }) => [Protocol, Endpoint, JSON.stringify(TopicArn)] as const,
        )
        .filter(([protocol]) => protocol !== 'lambda' && protocol !== 'sqs');

    expect(people(template)).toEqual([
      ['email', 'you@example.com', expect.stringContaining('PagingAlerts')],
      ['sms', '+15551234567', expect.stringContaining('PagingEscalations')],
    ]);
    expect(people(synthesized({ subscriptions: [] }))).toEqual([]);
  });

  it('[REQ-AL1] keeps of both topics what a subscription did not take among the dead letters, of which an alarm tells', () => {
    const [queue = ''] = Object.entries(template.findResources('AWS::SQS::Queue'))
      .filter(([, { Properties }]) => Properties['QueueName'] === '247trader-live-escalations-dead')
      .map(([id]) => id);
    const heard = resourcesOf(template, 'AWS::SNS::Subscription').filter(
      ({ Properties }) =>
        Properties['Protocol'] !== 'sms' && !JSON.stringify(Properties['TopicArn']).includes('HaltRequests'),
    );
    const sources = resourcesOf(template, 'AWS::SQS::QueuePolicy')
      .filter(({ Properties }) => JSON.stringify(Properties['Queues']).includes(queue))
      .flatMap(({ Properties }) => Properties['PolicyDocument'] as { Statement: readonly Record<string, unknown>[] })
      .flatMap(({ Statement }) => Statement.filter(({ Action }) => Action === 'sqs:SendMessage'))
      .map(({ Condition }) => JSON.stringify(Condition));

    expect(heard).toHaveLength(4);
    for (const { Properties } of heard) {
      expect(Properties['RedrivePolicy']).toEqual({ deadLetterTargetArn: { 'Fn::GetAtt': [queue, 'Arn'] } });
    }
    for (const topic of ['PagingAlerts', 'PagingEscalations']) expect(sources.join()).toContain(topic);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('subscription did not take'),
      AlarmActions: [Match.anyValue(), Match.anyValue()],
    });
  });

  it('[REQ-SEC2] keeps the keys under the names that trader secrets changes, and looks at their age once a day', () => {
    const names = resourcesOf(template, 'AWS::SecretsManager::Secret').map(({ Properties }) => Properties['Name']);

    expect(names).toEqual(expect.arrayContaining(Object.values(keySecretNames('live'))));
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(17 6 * * ? *)',
      Target: Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^HygieneDaily'), 'Arn'] } }),
    });
  });

  it('refuses a retention that CloudWatch Logs does not know', () => {
    expect(() => synthesized({ retentionDays: 91 })).toThrow('app.retention_days=91');
  });

  it('takes archive, queues and topic over TLS only, and shows the archive to nobody', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    const denied = ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy']
      .flatMap((type) => resourcesOf(template, type))
      .map(({ Properties }) => JSON.stringify(Properties['PolicyDocument']))
      .filter((policy) => policy.includes('"aws:SecureTransport":"false"') && policy.includes('"Deny"'));
    expect(denied).toHaveLength(8);
  });

  it('runs every function on Node 24 and arm64', () => {
    expect(functions()).toHaveLength(7);
    for (const fn of functions()) expect(fn).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
  });

  it('has no public endpoint and no network of its own', () => {
    const types = resourcesOf(template).map(({ Type }) => Type);

    expect(types.filter((type) => /::(Url|RestApi|Api|LoadBalancer|VPC|NatGateway|Distribution)$/.test(type))).toEqual(
      [],
    );
    for (const fn of functions()) expect(fn).not.toHaveProperty('VpcConfig');
  });
});
