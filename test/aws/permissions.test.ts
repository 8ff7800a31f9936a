import { beforeAll, describe, expect, it } from 'vitest';
import { type Resource, resourcesOf, synthesized } from './testing/synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

const MAY: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> = {
  Decide: {
    'dynamodb:GetItem': 'State',
    'dynamodb:PutItem': 'State',
    'dynamodb:UpdateItem': 'State',
    'dynamodb:Query': 'State',
    'ssm:GetParameter': 'KillSwitch',
    'sns:Publish': 'Paging',
    'sqs:SendMessage': 'IntentsQueue',
    'sqs:GetQueueAttributes': 'IntentsDeadLetters',
    's3:PutObject': 'Archive',
    'secretsmanager:GetSecretValue': 'ExchangeKeysView',
    'secretsmanager:DescribeSecret': 'ExchangeKeysView',
  },
  Execute: {
    'dynamodb:GetItem': 'State',
    'dynamodb:PutItem': 'State',
    'dynamodb:UpdateItem': 'State',
    'dynamodb:Query': 'State',
    'ssm:GetParameter': 'KillSwitch',
    'sns:Publish': 'Paging',
    'sqs:ReceiveMessage': 'IntentsQueue',
    'sqs:ChangeMessageVisibility': 'IntentsQueue',
    'sqs:GetQueueUrl': 'IntentsQueue',
    'sqs:DeleteMessage': 'IntentsQueue',
    'sqs:GetQueueAttributes': 'IntentsQueue',
    'secretsmanager:GetSecretValue': 'ExchangeKeysTrade',
    'secretsmanager:DescribeSecret': 'ExchangeKeysTrade',
  },
  Halt: {
    'dynamodb:GetItem': 'State',
    'dynamodb:PutItem': 'State',
    'dynamodb:UpdateItem': 'State',
    'dynamodb:Query': 'State',
    'ssm:GetParameter': 'KillSwitch',
    'sns:Publish': 'Paging',
    'secretsmanager:GetSecretValue': 'ExchangeKeysTrade',
    'secretsmanager:DescribeSecret': 'ExchangeKeysTrade',
  },
  Watch: { 'ssm:GetParameter': 'KillSwitch', 'sns:Publish': 'HaltRequests' },
  FollowUpEscalate: {
    'dynamodb:GetItem': 'State',
    'dynamodb:PutItem': 'State',
    'sns:Publish': 'Paging',
    'sqs:ReceiveMessage': 'FollowUpQueue',
    'sqs:ChangeMessageVisibility': 'FollowUpQueue',
    'sqs:GetQueueUrl': 'FollowUpQueue',
    'sqs:DeleteMessage': 'FollowUpQueue',
    'sqs:GetQueueAttributes': 'FollowUpQueue',
    'sqs:SendMessage': 'FollowUpQueue',
  },
  ChatWebhook: {
    'secretsmanager:GetSecretValue': 'ChatAddress',
    'secretsmanager:DescribeSecret': 'ChatAddress',
  },
  HygieneDaily: {
    'dynamodb:GetItem': 'State',
    'dynamodb:PutItem': 'State',
    'dynamodb:Query': 'State',
    's3:GetObject': 'Archive',
    's3:PutObject': 'Archive',
    's3:ListBucket': 'Archive',
    'sns:Publish': 'Paging',
    'secretsmanager:ListSecretVersionIds': 'ExchangeKeysView',
  },
  Operators: {
    'dynamodb:GetItem': 'State',
    'dynamodb:PutItem': 'State',
    'dynamodb:UpdateItem': 'State',
    'dynamodb:Query': 'State',
    'ssm:GetParameter': ['KillSwitch', 'StageFacts'],
    'ssm:PutParameter': 'KillSwitch',
    'sns:Publish': ['Paging', 'HaltRequests'],
    's3:GetObject': 'Archive',
    's3:ListBucket': 'Archive',
    'dynamodb:DescribeTable': 'State',
    'dynamodb:DescribeContinuousBackups': 'State',
    'sns:ListSubscriptionsByTopic': 'Paging',
    'sqs:GetQueueUrl': ['IntentsQueue', 'IntentsDeadLetters', 'FollowUpDeadLetterQueue'],
    'sqs:GetQueueAttributes': ['IntentsQueue', 'IntentsDeadLetters', 'FollowUpDeadLetterQueue'],
    'sqs:ReceiveMessage': ['IntentsDeadLetters', 'FollowUpDeadLetterQueue'],
    'sqs:DeleteMessage': ['IntentsDeadLetters', 'FollowUpDeadLetterQueue'],
    'sqs:PurgeQueue': ['IntentsDeadLetters', 'FollowUpDeadLetterQueue'],
    'secretsmanager:GetSecretValue': 'ExchangeKeysTrade',
    'secretsmanager:PutSecretValue': 'ExchangeKeysTrade',
    'secretsmanager:UpdateSecretVersionStage': 'ExchangeKeysTrade',
    'secretsmanager:ListSecretVersionIds': 'ExchangeKeysTrade',
    'secretsmanager:DescribeSecret': 'ExchangeKeysTrade',
  },
  ScheduleOfDecide: { 'lambda:InvokeFunction': 'Decide' },
  ScheduleOfHygiene: { 'lambda:InvokeFunction': 'HygieneDaily' },
  ScheduleOfWatch: { 'lambda:InvokeFunction': 'Watch' },
};

describe('permissions', () => {
  let policies: readonly Resource[];
  beforeAll(() => {
    policies = resourcesOf(synthesized(), 'AWS::IAM::Policy');
  });
  const statementsOf = (policy: Resource | undefined) =>
    (policy?.Properties['PolicyDocument'] as { readonly Statement: readonly Statement[] } | undefined)?.Statement ?? [];
  const policyOf = (job: string) => {
    // The roles of schedules are named alike: what they may call tells them apart.
    const [, called] = /^ScheduleOf(\w+)$/.exec(job) ?? [];
    return called === undefined
      ? policies.find(({ Properties }) => JSON.stringify(Properties['Roles']).includes(`"${job}`))
      : policies.find((policy) => {
          const [{ Action, Resource } = { Action: '', Resource: '' }] = statementsOf(policy);
          return Action === 'lambda:InvokeFunction' && JSON.stringify(Resource).includes(`"${called}`);
        });
  };

  it.each(Object.keys(MAY))('[REQ-SEC1] of %s are these and no more, each on its own resource', (job) => {
    const granted = statementsOf(policyOf(job)).flatMap(({ Action, Resource }) =>
      [Action].flat().map((action) => [action, JSON.stringify(Resource)] as const),
    );

    expect(Object.fromEntries(granted.map(([action]) => [action, MAY[job]?.[action] ?? 'nothing']))).toEqual(MAY[job]);
    for (const [action, on] of granted) {
      const parts = [MAY[job]?.[action] ?? []].flat();
      expect(parts.filter((part) => on.includes(`"${part}`)).length, `${action} on ${on}`).toBeGreaterThan(0);
    }
  });

  it('are given to the functions, the schedules and the operator, and to nobody else', () => {
    expect(policies).toHaveLength(Object.keys(MAY).length);
  });

  it('never name everything', () => {
    for (const { Action, Resource } of policies.flatMap(statementsOf)) {
      expect([Action].flat().filter((action) => action.includes('*'))).toEqual([]);
      expect([Resource].flat()).not.toContain('*');
    }
  });

  it('[REQ-SEC1] let the daily look read cycles and write lists of products, and nothing else in the archive', () => {
    const granted = statementsOf(policyOf('HygieneDaily')).filter(({ Action }) =>
      [Action].flat()[0]?.startsWith('s3:'),
    );
    const on = Object.fromEntries(
      granted.map(({ Action, Resource }) => [[Action].flat()[0], JSON.stringify(Resource)]),
    );

    expect(on['s3:GetObject']).toMatch(/"\/cycles\/\*"/);
    expect(on['s3:PutObject']).toMatch(/"\/products\/\*"/);
    expect(JSON.stringify(granted)).toContain('{"StringLike":{"s3:prefix":"cycles/*"}}');
  });

  it('[REQ-K1] let nobody write the kill switch but the operator, who has shown a second factor', () => {
    const writers = policies.filter((policy) => /ssm:(Put|Delete|Label)/.test(JSON.stringify(policy)));
    expect(writers).toEqual([policyOf('Operators')]);

    const role = resourcesOf(synthesized(), 'AWS::IAM::Role').find(({ Properties }) => Properties['RoleName']);
    expect(role?.Properties['RoleName']).toBe('247trader-live-operator');
    expect(role?.Properties['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [{ Action: 'sts:AssumeRole', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }],
    });
  });

  it('[REQ-K1] let the operator find the parts of the stage, and ask for a halt beside the pull', () => {
    const granted = statementsOf(policyOf('Operators'));
    const on = (action: string) =>
      JSON.stringify(granted.filter(({ Action }) => [Action].flat().includes(action)).map(({ Resource }) => Resource));

    // `trader kill`, `rearm`, `alerts`, `gates`: each looks the table up there first.
    expect(on('ssm:GetParameter')).toContain('"StageFacts');
    expect(on('sns:Publish')).toContain('"HaltRequests');
    expect(on('ssm:PutParameter')).not.toContain('"StageFacts');
  });

  it('[REQ-SEC1] keep the trade key from the function that decides', () => {
    expect(JSON.stringify(policyOf('Decide'))).toContain('ExchangeKeysView');
    expect(JSON.stringify(policyOf('Decide'))).not.toContain('ExchangeKeysTrade');
  });

  it('come from AWS only for writing logs', () => {
    const managed = resourcesOf(synthesized(), 'AWS::IAM::Role').flatMap(
      ({ Properties }) => (Properties['ManagedPolicyArns'] ?? []) as readonly unknown[],
    );

    expect(managed).toHaveLength(7);
    for (const arn of managed) expect(JSON.stringify(arn)).toContain('AWSLambdaBasicExecutionRole');
  });
});
