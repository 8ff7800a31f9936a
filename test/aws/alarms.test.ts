import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { reportCycle } from '../../lambdas/decide/report.ts';
import type { CycleReport } from '../../shared/app/cycle-report.ts';
import { resourcesOf, synthesized } from './testing/synthesized.ts';

interface AlarmProperties {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
  readonly AlarmActions: readonly unknown[];
}

describe('alarms', () => {
  let template: Template;
  let alarms: readonly AlarmProperties[];
  beforeAll(() => {
    template = synthesized();
    alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(
      ({ Properties }) => Properties as unknown as AlarmProperties,
    );
  });

  it('watch errors and throttles of every function, dead letters, waiting intents and the heartbeat', () => {
    const watched = alarms.map(({ MetricName }) => MetricName).sort();

    expect(watched).toEqual([
      'ApproximateAgeOfOldestMessage',
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesVisible',
      'CyclesCompleted',
      ...Array(7).fill('Errors'),
      ...Array(7).fill('Throttles'),
    ]);
  });

  it('each tell the topic', () => {
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic')).filter((id) =>
      id.startsWith('PagingAlerts'),
    );

    for (const alarm of alarms) expect(alarm.AlarmActions).toEqual([{ Ref: topic }]);
  });

  it("may publish there: a policy of its own replaces the topic's default one", () => {
    const policies = resourcesOf(template, 'AWS::SNS::TopicPolicy').map(({ Properties }) => JSON.stringify(Properties));

    expect(policies.join('\n')).toMatch(
      /"Action":"sns:Publish","Condition":\{"StringEquals":\{"aws:SourceAccount".*"Service":"cloudwatch.amazonaws.com"/,
    );
  });

  it('page when the heartbeat is silent and rest when the others are', () => {
    const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');

    expect(breaching.map(({ MetricName }) => MetricName)).toEqual(['CyclesCompleted']);
    expect(breaching[0]).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 3,
      Period: 60,
    });
  });

  it('[REQ-OB1] hear the very heartbeat that a cycle sends', () => {
    const sent = emitted({ ...REPORT, decision: DECISION });
    const heartbeat = alarms.find(({ MetricName }) => MetricName === 'CyclesCompleted');
    const dimensions = Object.fromEntries(heartbeat?.Dimensions.map(({ Name, Value }) => [Name, Value]) ?? []);

    expect(sent.names).toContain(heartbeat?.MetricName);
    expect(sent.namespace).toBe(heartbeat?.Namespace);
    expect(sent.dimensions).toEqual(dimensions);
    expect(sent.values['CyclesCompleted']).toBe(1);
  });

  it('hear no heartbeat from a cycle that came to no decision', () => {
    expect(emitted(REPORT).values['CyclesCompleted']).toBe(0);
    expect(emitted({ ...REPORT, kind: 'locked' }).names).toEqual([]);
  });
});

const REPORT: CycleReport = {
  kind: 'completed',
  slot_ms: 60_000,
  jitter_ms: 10,
  latency_ms: 200,
  foreign_orders: [],
  dust: [],
  mode: 'PAPER',
  degraded: [],
  decision: null,
  published: 0,
  detail: null,
};
const DECISION = { proposals_count: 0, orders: [], equity: '1', gates: [] } as unknown as CycleReport['decision'];

/** What Lambda's log would carry, read as CloudWatch reads it. */
function emitted(report: CycleReport) {
  const metrics = new Metrics({
    namespace: environmentOf('POWERTOOLS_METRICS_NAMESPACE'),
    serviceName: environmentOf('POWERTOOLS_SERVICE_NAME'),
    defaultDimensions: { stage: environmentOf('STAGE') },
  });
  const logger = { info: () => undefined } as unknown as Parameters<typeof reportCycle>[0]['logger'];
  reportCycle({ logger, metrics }, report);

  if (!metrics.hasStoredMetrics()) return { names: [], namespace: '', dimensions: {}, values: {} };
  const { _aws, ...values } = metrics.serializeMetrics();
  const [directive] = _aws.CloudWatchMetrics;
  const dimensions = Object.fromEntries((directive?.Dimensions[0] ?? []).map((name) => [name, values[name]]));
  const names = directive?.Metrics.map(({ Name }) => Name) ?? [];
  return { names, namespace: directive?.Namespace ?? '', dimensions, values: values as Record<string, unknown> };
}

/** As the stack tells the function. */
function environmentOf(name: string): string {
  const [decide] = resourcesOf(synthesized(), 'AWS::Lambda::Function').filter(
    ({ Properties }) => Properties['FunctionName'] === '247trader-live-decide',
  );
  const environment = decide?.Properties['Environment'] as { readonly Variables: Readonly<Record<string, string>> };
  return environment.Variables[name] ?? '';
}
