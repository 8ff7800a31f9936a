import type { Template } from 'aws-cdk-lib/assertions';
import { ACCOUNT, type AwsCall, arnOf, BUCKET, REGION } from './recorded-aws.ts';
import type { Resource } from './synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: { readonly StringLike?: { readonly 's3:prefix'?: string } };
}

/** What only the deployment names. */
export interface Deployed {
  readonly tableName: string;
  /** Where queues are found. */
  readonly queueBase: string;
}

type Resources = Readonly<Record<string, Resource>>;

/** What the policies of a role permit, by the logical id that the role begins with. */
export function rightsOf(template: Template, role: string, deployed: Deployed): (call: AwsCall) => boolean {
  const resources = template.toJSON()['Resources'] as Resources;
  const statements = Object.values(resources)
    .filter(({ Type, Properties }) => Type === 'AWS::IAM::Policy' && isOf(Properties['Roles'], role))
    .flatMap(
      ({ Properties }) => (Properties['PolicyDocument'] as { readonly Statement: readonly Statement[] }).Statement,
    );
  const value = resolver(resources, deployed);
  return ({ action, resource, prefix }) =>
    statements.some(
      ({ Effect, Action, Resource, Condition }) =>
        Effect === 'Allow' &&
        matches(Condition?.StringLike?.['s3:prefix'] ?? '*', prefix ?? '') &&
        [Action].flat().includes(action) &&
        [Resource].flat().some((pattern) => matches(value(pattern), resource)),
    );
}

function isOf(roles: unknown, role: string): boolean {
  return (roles as readonly { readonly Ref: string }[]).some(({ Ref }) => Ref.startsWith(role));
}

function matches(pattern: string, resource: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === resource;
  const last = rest.at(-1) ?? '';
  return resource.startsWith(first) && resource.endsWith(last) && resource.length >= first.length + last.length;
}

/** What the stack tells a function, as texts. */
export function environmentOf(template: Template, functionName: string, deployed: Deployed): Record<string, string> {
  const resources = template.toJSON()['Resources'] as Resources;
  const [found] = Object.values(resources).filter(({ Properties }) => Properties['FunctionName'] === functionName);
  const { Variables: variables = {} } = (found?.Properties['Environment'] ?? {}) as { readonly Variables?: object };
  const value = resolver(resources, deployed);
  return Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, value(text)]));
}

function resolver(resources: Resources, deployed: Deployed): (value: unknown) => string {
  const text = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const { Ref: ref, 'Fn::GetAtt': att, 'Fn::Join': join } = value as Intrinsic;
    if (join !== undefined) return join[1].map(text).join(join[0]);
    if (att !== undefined) return of(att[0], att[1]);
    return PSEUDO[ref ?? ''] ?? of(ref ?? '', 'Ref');
  };
  const of = (id: string, attribute: string): string => {
    const resource = resources[id];
    if (resource === undefined) throw new Error(`${id} is not in the template`);
    return attributeOf(resource, attribute, deployed);
  };
  return text;
}

interface Intrinsic {
  readonly Ref?: string;
  readonly 'Fn::GetAtt'?: readonly [string, string];
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
};

function attributeOf(
  { Type, Properties: of }: Resource,
  attribute: string,
  { tableName, queueBase }: Deployed,
): string {
  const isArn = attribute === 'Arn';
  switch (Type) {
    case 'AWS::DynamoDB::Table':
      return isArn ? arnOf('dynamodb', `table/${tableName}`) : tableName;
    case 'AWS::S3::Bucket':
      return isArn ? arnOf('s3', BUCKET) : BUCKET;
    case 'AWS::SNS::Topic':
      return arnOf('sns', String(of['TopicName']));
    case 'AWS::SQS::Queue':
      return isArn ? arnOf('sqs', String(of['QueueName'])) : `${queueBase}/${ACCOUNT}/${of['QueueName']}`;
    case 'AWS::SecretsManager::Secret':
      return arnOf('secretsmanager', `secret:${of['Name']}-AbCdEf`);
    case 'AWS::SSM::Parameter':
      return String(of['Name']);
    default:
      return `${Type} ${attribute}`;
  }
}
