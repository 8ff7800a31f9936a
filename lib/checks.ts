import { type App, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

interface Acknowledged {
  /** Below the stack; '' is the stack itself. What a stage does not have needs no word. */
  readonly at: string;
  readonly rule: string;
  readonly reason: string;
}

const ROTATED_BY_HAND =
  'The exchange has no way to make a key by program: a person makes it, trader secrets rotate changes it, and it is refused at 90 days';
const EVERY_VERSION = 'The Scheduler may start this one function; the wildcard stands for its versions only';

/** Every finding of AwsSolutions that stays, and why. One that is not here stops the synthesis. */
const ACKNOWLEDGED: readonly Acknowledged[] = [
  { at: 'ExchangeKeys/View', rule: 'AwsSolutions-SMG4', reason: ROTATED_BY_HAND },
  { at: 'ExchangeKeys/Trade', rule: 'AwsSolutions-SMG4', reason: ROTATED_BY_HAND },
  {
    at: 'Chat/Address',
    rule: 'AwsSolutions-SMG4',
    reason: 'The address of a chat is changed where the chat is kept; nobody can trade with it',
  },
  {
    at: 'Archive/Bucket',
    rule: 'AwsSolutions-S1',
    reason: 'One function writes here and no function reads; a log of its accesses would cost more than it tells',
  },
  {
    at: '',
    rule: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    reason: 'It permits writing logs and nothing else',
  },
  {
    at: '',
    rule: 'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/*]',
    reason:
      'decide writes a file a cycle into this one bucket and can neither read nor delete there; the operator only reads',
  },
  {
    at: '',
    rule: 'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/cycles/*]',
    reason: 'the daily look reads the cycles of yesterday, each under a key of its own',
  },
  {
    at: '',
    rule: 'AwsSolutions-IAM5[Resource::<ArchiveBucket49F1AC64.Arn>/products/*]',
    reason: 'the daily look writes the list of products of the day under its date',
  },
  { at: '', rule: 'AwsSolutions-IAM5[Resource::<DecideFunctionE25E2FA0.Arn>:*]', reason: EVERY_VERSION },
  { at: '', rule: 'AwsSolutions-IAM5[Resource::<WatchFunctionE77E8A53.Arn>:*]', reason: EVERY_VERSION },
  { at: '', rule: 'AwsSolutions-IAM5[Resource::<HygieneDailyFunction0FE87726.Arn>:*]', reason: EVERY_VERSION },
];

/** Lets AwsSolutions look at everything that is synthesized: what it finds and nobody has acknowledged is an error. */
export function checkWithAwsSolutions(app: App, stack: Stack): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  for (const { at, rule, reason } of ACKNOWLEDGED) {
    const construct = partAt(stack, at);
    if (construct !== undefined) Validations.of(construct).acknowledge({ id: `AwsSolutions::${rule}`, reason });
  }
}

function partAt(stack: Stack, path: string): IConstruct | undefined {
  if (path === '') return stack;
  return path.split('/').reduce<IConstruct | undefined>((part, name) => part?.node.tryFindChild(name), stack);
}
