import type { Template } from 'aws-cdk-lib/assertions';
import type { Resource } from '../testing/synthesized.ts';

export interface StackNode {
  readonly id: string;
  readonly kind: 'function' | 'queue' | 'table' | 'bucket' | 'topic' | 'secret' | 'switch' | 'schedule' | 'rule';
  readonly name: string;
}

export interface StackEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

export interface StackGraph {
  readonly nodes: readonly StackNode[];
  readonly edges: readonly StackEdge[];
}

type Resources = Readonly<Record<string, Resource>>;
type Properties = Resource['Properties'];

const KINDS: Readonly<Record<string, StackNode['kind']>> = {
  'AWS::Lambda::Function': 'function',
  'AWS::SQS::Queue': 'queue',
  'AWS::DynamoDB::Table': 'table',
  'AWS::S3::Bucket': 'bucket',
  'AWS::SNS::Topic': 'topic',
  'AWS::SecretsManager::Secret': 'secret',
  'AWS::SSM::Parameter': 'switch',
  'AWS::Scheduler::Schedule': 'schedule',
  'AWS::Events::Rule': 'rule',
};

/** What a permission means to a reader; the first match counts, and what is not named here is not drawn. */
const WORDS: readonly (readonly [action: RegExp, label: string])[] = [
  [/^dynamodb:PutItem$/, 'state'],
  [/^sqs:SendMessage$/, 'sends'],
  [/^sns:Publish$/, 'tells'],
  [/^s3:PutObject$/, 'writes'],
  [/^ssm:GetParameter$/, 'reads'],
  [/^secretsmanager:GetSecretValue$/, 'key'],
  [/^secretsmanager:ListSecretVersionIds$/, 'age'],
];

/** The parts of the stack and who reaches whom, read from the template: wiring and permissions, nothing else. */
export function stackGraph(template: Template): StackGraph {
  const resources = template.toJSON()['Resources'] as Resources;
  const nodes = Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
    const kind = KINDS[Type];
    return kind === undefined || isFacts(Properties) ? [] : [{ id, kind, name: nameOf(id, kind, Properties) }];
  });
  const known = new Set(nodes.map(({ id }) => id));
  const edges = Object.entries(resources).flatMap(([id, resource]) => edgesOf(id, resource, resources));
  const drawn = edges.filter(({ from, to }) => known.has(from) && known.has(to));
  const unique = [...new Map(drawn.map((edge) => [`${edge.from} ${edge.to} ${edge.label}`, edge])).values()];
  return { nodes, edges: unique };
}

/** Only the command line reads where the parts are. */
function isFacts(properties: Properties): boolean {
  return String(properties['Name']).endsWith('/parts');
}

function nameOf(id: string, kind: StackNode['kind'], properties: Properties): string {
  const given = ['FunctionName', 'QueueName', 'TopicName', 'Name'].map((key) => properties[key]).find(isText);
  if (kind === 'schedule') return String(properties['ScheduleExpression']);
  if (kind === 'rule') return 'parameter changed';
  if (given === undefined) return id.replace(/[A-F0-9]{8}$/, '').replace(/(Table|Bucket)$/, '');
  return given.replace(/^\/?247trader[-/](live|paper|dev)[-/]/, '').replace(/\.fifo$/, ', FIFO');
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function edgesOf(id: string, { Type, Properties }: Resource, resources: Resources): readonly StackEdge[] {
  switch (Type) {
    case 'AWS::Scheduler::Schedule':
      return [{ from: id, to: idIn((Properties['Target'] as Properties)['Arn']), label: 'ticks' }];
    case 'AWS::Events::Rule':
      return ruleEdges(id, Properties);
    case 'AWS::Lambda::EventSourceMapping':
      return [{ from: idIn(Properties['EventSourceArn']), to: idIn(Properties['FunctionName']), label: 'feeds' }];
    case 'AWS::SNS::Subscription':
      return [{ from: idIn(Properties['TopicArn']), to: idIn(Properties['Endpoint']), label: 'hands on' }];
    case 'AWS::SQS::Queue':
      return redriveEdges(id, Properties);
    case 'AWS::IAM::Policy':
      return policyEdges(Properties, resources);
    default:
      return [];
  }
}

function ruleEdges(id: string, properties: Properties): readonly StackEdge[] {
  const { detail } = properties['EventPattern'] as { readonly detail?: { readonly name?: readonly unknown[] } };
  const heard = (detail?.name ?? []).map((name) => ({ from: idIn(name), to: id, label: 'changes' }));
  const told = (properties['Targets'] as readonly Properties[]).map((target) => ({
    from: id,
    to: idIn(target['Arn']),
    label: 'starts',
  }));
  return [...heard, ...told];
}

function redriveEdges(id: string, properties: Properties): readonly StackEdge[] {
  const redrive = properties['RedrivePolicy'] as Properties | undefined;
  return redrive === undefined
    ? []
    : [
        {
          from: id,
          to: idIn(redrive['deadLetterTargetArn']),
          label: `after ${String(redrive['maxReceiveCount'])} tries`,
        },
      ];
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

function policyEdges(properties: Properties, resources: Resources): readonly StackEdge[] {
  const [role] = (properties['Roles'] as readonly unknown[]).map(idIn);
  const owner = Object.entries(resources).find(
    ([, { Type, Properties }]) => Type === 'AWS::Lambda::Function' && idIn(Properties['Role']) === role,
  );
  if (owner === undefined) return [];
  const { Statement: statements } = properties['PolicyDocument'] as { readonly Statement: readonly Statement[] };
  return statements.flatMap(({ Action, Resource }) =>
    WORDS.filter(([action]) => [Action].flat().some((each) => action.test(each))).flatMap(([, label]) =>
      [Resource].flat().map((resource) => ({ from: owner[0], to: idIn(resource), label })),
    ),
  );
}

/** The logical id that a reference names, wherever it stands in what was joined; '' when there is none. */
function idIn(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return /"(?:Ref":"|Fn::GetAtt":\[")(?!AWS::)([A-Za-z0-9]+)"/.exec(text)?.[1] ?? '';
}
