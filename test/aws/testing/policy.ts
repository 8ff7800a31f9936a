import type { Template } from 'aws-cdk-lib/assertions';
import { ACCOUNT, type AwsCall, arnOf, BUCKET, REGION } from './recorded-aws.ts';
import type { Resource } from './synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

type Resources = Readonly<Record<string, Resource>>;

/** What the policies of a role permit, by the logical id that the role begins with. */
export function rightsOf(template: Template, role: string, tableName: string): (call: AwsCall) => boolean {
  const resources = template.toJSON()['Resources'] as Resources;
  const statements = Object.values(resources)
    .filter(({ Type, Properties }) => Type === 'AWS::IAM::Policy' && isOf(Properties['Roles'], role))
    .flatMap(
      ({ Properties }) => (Properties['PolicyDocument'] as { readonly Statement: readonly Statement[] }).Statement,
    );
  const value = resolver(resources, tableName);
  return ({ action, resource }) =>
    statements.some(
      ({ Effect, Action, Resource }) =>
        Effect === 'Allow' &&
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

/** Texts as they are once everything is deployed. */
export function resolver(resources: Resources, tableName: string): (value: unknown) => string {
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
    return attributeOf(resource, attribute, tableName);
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

function attributeOf({ Type, Properties: of }: Resource, attribute: string, tableName: string): string {
  const isArn = attribute === 'Arn';
  switch (Type) {
    case 'AWS::DynamoDB::Table':
      return isArn ? arnOf('dynamodb', `table/${tableName}`) : tableName;
    case 'AWS::S3::Bucket':
      return isArn ? arnOf('s3', BUCKET) : BUCKET;
    case 'AWS::SNS::Topic':
      return arnOf('sns', String(of['TopicName']));
    case 'AWS::SQS::Queue':
      return isArn
        ? arnOf('sqs', String(of['QueueName']))
        : `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${of['QueueName']}`;
    case 'AWS::SecretsManager::Secret':
      return arnOf('secretsmanager', `secret:${of['Name']}-AbCdEf`);
    case 'AWS::SSM::Parameter':
      return String(of['Name']);
    default:
      return `${Type} ${attribute}`;
  }
}
