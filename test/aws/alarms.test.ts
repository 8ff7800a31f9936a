import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { MEASURED_SLAS, type MeasuredSla, PART_SLAS, type PartSla } from '../../lib/slas.ts';
import { METRICS } from '../../shared/config/metric-catalogue.ts';
import { METRIC_NAMESPACE, METRIC_UNITS } from '../../shared/config/metric-names.ts';
import { cycleReported, decidedReport, type Emitted, everyFunction, REPORT } from '../telemetry/emitted.ts';
import { REQUIREMENTS } from '../traceability/requirements.ts';
import { resourcesOf, synthesized } from './testing/synthesized.ts';

interface AlarmProperties {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Threshold: number;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
  readonly AlarmActions: readonly unknown[];
}

const OPERATORS = {
  above: 'GreaterThanThreshold',
  at_least: 'GreaterThanOrEqualToThreshold',
  below: 'LessThanThreshold',
} as const;
const MISSING = { page: 'breaching', rest: 'notBreaching' } as const;

describe('alarms', () => {
  let template: Template;
  let alarms: readonly AlarmProperties[];
  let emitted: Readonly<Record<string, Emitted>>;
  beforeAll(async () => {
    template = synthesized();
    alarms = alarmsOf(template);
    vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', namespaceOf(template));
    emitted = await everyFunction();
  });

  it.each(MEASURED_SLAS)('[$requirement] page when the promise is broken: $what', (sla) => {
    expect(alarms.filter((alarm) => keeps(alarm, sla))).toHaveLength(1);
  });

  it.each(PART_SLAS)('[$requirement] watch $metric of $parts', (sla) => {
    const watching = alarms.filter((alarm) => keepsPart(alarm, sla));

    expect(watching.map(partOf).sort()).toEqual([...partsOf(template, sla)].sort());
  });

  it('watch nothing that no requirement asks for, and every promise belongs to one', () => {
    expect(alarms.filter((alarm) => ![...MEASURED_SLAS].some((sla) => keeps(alarm, sla)) && !isPart(alarm))).toEqual(
      [],
    );
    for (const { requirement } of [...MEASURED_SLAS, ...PART_SLAS])
      expect(Object.keys(REQUIREMENTS)).toContain(requirement);
  });

  it.each(['dev', 'paper', 'live'] as const)('each tell the topic, in stage %s', (stage) => {
    const own = synthesized({ stage, isGuarded: stage !== 'dev' });
    const [topic] = Object.keys(own.findResources('AWS::SNS::Topic')).filter((id) => id.startsWith('PagingAlerts'));

    expect(alarmsOf(own).length).toBeGreaterThan(15);
    for (const alarm of alarmsOf(own)) expect(alarm.AlarmActions[0]).toEqual({ Ref: topic });
  });

  it('[REQ-AL1] [REQ-K1] ring the phone where the bot itself can escalate nothing, and nowhere else', () => {
    const [phone] = Object.keys(template.findResources('AWS::SNS::Topic')).filter((id) => id.startsWith('PagingEsc'));
    const ringing = alarms.filter(({ AlarmActions }) => AlarmActions.length > 1);

    for (const { AlarmActions } of ringing) expect(AlarmActions[1]).toEqual({ Ref: phone });
    const named = ringing.map((alarm) => `${alarm.MetricName} ${partOf(alarm).replace(/[0-9A-F]{8}$/, '')}`);
    expect(named.sort()).toEqual([
      'ApproximateNumberOfMessagesVisible FollowUpDeadLetterQueue',
      'CyclesCompleted account',
      'Errors HaltFunction',
      'Invocations WatchFunction',
    ]);
    const policies = resourcesOf(template, 'AWS::SNS::TopicPolicy').map(({ Properties }) => JSON.stringify(Properties));
    expect(policies.filter((policy) => policy.includes('cloudwatch.amazonaws.com'))).toHaveLength(2);
  });

  it("may publish there: a policy of its own replaces the topic's default one", () => {
    const policies = resourcesOf(template, 'AWS::SNS::TopicPolicy').map(({ Properties }) => JSON.stringify(Properties));

    expect(policies.join('\n')).toMatch(
      /"Action":"sns:Publish","Condition":\{"StringEquals":\{"aws:SourceAccount".*"Service":"cloudwatch.amazonaws.com"/,
    );
  });

  it('page when cycles or looks at the kill switch are missing, and rest when the others are silent', () => {
    const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');

    expect(breaching.map(({ MetricName }) => MetricName).sort()).toEqual(['CyclesCompleted', 'Invocations']);
    for (const alarm of breaching) expect(alarm).toMatchObject({ EvaluationPeriods: 3, Period: 60, Threshold: 1 });
  });

  it('[REQ-OB1] look at no more than CloudWatch can look back on, whatever the interval', () => {
    for (const intervalMinutes of [1, 5, 15, 60, 240, 1440]) {
      const windows = alarmsOf(synthesized({ intervalMinutes }));
      for (const { Period, EvaluationPeriods } of windows) {
        expect(Period % 60).toBe(0);
        expect(Period).toBeLessThanOrEqual(86_400);
        expect(Period * EvaluationPeriods).toBeLessThanOrEqual(Period < 3_600 ? 86_400 : 604_800);
      }
    }
  });

  it('[REQ-OB1] hear the very metrics that the functions send, under the same name and dimensions', () => {
    const own = alarms.filter(({ Namespace }) => Namespace === METRIC_NAMESPACE);

    for (const { MetricName, Dimensions } of own) {
      const heard = { dimensions: Object.fromEntries(Dimensions?.map(({ Name, Value }) => [Name, Value]) ?? []) };
      const producers = Object.values(emitted).filter(({ units }) => MetricName in units);
      expect(producers.length, `${MetricName} has no producer`).toBeGreaterThan(0);
      for (const producer of producers) {
        expect({ namespace: producer.namespace, dimensions: producer.dimensions }).toEqual({
          namespace: METRIC_NAMESPACE,
          ...heard,
        });
      }
    }
  });

  it('[REQ-OB1] every metric of the catalogue is emitted by the functions that it names, in its unit, and by no other', () => {
    const producers = Object.fromEntries(
      Object.keys(METRIC_UNITS).map((name) => [
        name,
        Object.keys(emitted).filter((job) => name in (emitted[job]?.units ?? {})),
      ]),
    );

    expect(producers).toEqual(
      Object.fromEntries(Object.entries(METRICS).map(([name, facts]) => [name, facts.producers])),
    );
    for (const { units } of Object.values(emitted)) expect(METRIC_UNITS).toMatchObject(units);
  });

  it('[REQ-OB1] hear a heartbeat from a cycle that decided, and none from one that came to no decision', () => {
    expect(cycleReported(decidedReport()).values['CyclesCompleted']).toBe(1);
    expect(cycleReported(REPORT).values['CyclesCompleted']).toBe(0);
    expect(cycleReported({ ...REPORT, kind: 'locked' }).units).toEqual({});
  });

  it('[REQ-OB1] hear of UNKNOWN orders and stale symbols only when there are some: silence costs nothing', () => {
    const decided = decidedReport();
    const calm = cycleReported({
      ...decided,
      decision: decided.decision && { ...decided.decision, breaches: [] },
      figures: { exposure_pct: 0, orders_working: 0, orders_unknown: 0 },
    });

    expect(Object.keys(calm.units).sort()).toEqual([
      'CycleLatency',
      'CyclesCompleted',
      'CyclesDegraded',
      'DrawdownPct',
      'EquityUsd',
      'ExposurePct',
    ]);
  });
});

function alarmsOf(template: Template): readonly AlarmProperties[] {
  return resourcesOf(template, 'AWS::CloudWatch::Alarm').map(
    ({ Properties }) => Properties as unknown as AlarmProperties,
  );
}

function keeps(alarm: AlarmProperties, sla: MeasuredSla): boolean {
  return (
    alarm.Namespace === METRIC_NAMESPACE &&
    alarm.MetricName === sla.metric &&
    (alarm.Statistic ?? alarm.ExtendedStatistic) === sla.statistic &&
    alarm.EvaluationPeriods === (sla.looks ?? 1) &&
    holds(alarm, sla)
  );
}

function keepsPart(alarm: AlarmProperties, sla: PartSla): boolean {
  return alarm.Namespace === sla.namespace && alarm.MetricName === sla.metric && holds(alarm, sla);
}

function isPart(alarm: AlarmProperties): boolean {
  return PART_SLAS.some((sla) => keepsPart(alarm, sla));
}

function holds(alarm: AlarmProperties, { limit, breach, whenMissing }: MeasuredSla | PartSla): boolean {
  const { Threshold, ComparisonOperator, TreatMissingData } = alarm;
  return Threshold === limit && ComparisonOperator === OPERATORS[breach] && TreatMissingData === MISSING[whenMissing];
}

/** The logical id of what an alarm watches. */
function partOf({ Dimensions = [] }: AlarmProperties): string {
  const [value] = Dimensions.map(({ Value }) => Value as { readonly Ref?: string; readonly 'Fn::GetAtt'?: [string] });
  return value?.Ref ?? value?.['Fn::GetAtt']?.[0] ?? 'account';
}

function partsOf(template: Template, { parts }: PartSla): readonly string[] {
  const functions = Object.keys(template.findResources('AWS::Lambda::Function'));
  const queues = Object.keys(template.findResources('AWS::SQS::Queue'));
  const redriven = Object.keys(template.findResources('AWS::SQS::Queue', { Properties: { RedrivePolicy: {} } }));
  switch (parts) {
    case 'every function':
      return functions;
    case 'the watch':
      return functions.filter((id) => id.startsWith('Watch'));
    case 'every dead-letter queue':
      return queues.filter((id) => !redriven.includes(id));
    case 'the queue of intents':
      return redriven.filter((id) => id.startsWith('Intents'));
    case 'account':
      return ['account'];
    default:
      return parts satisfies never;
  }
}

/** As the stack tells every function. */
function namespaceOf(template: Template): string {
  const told = resourcesOf(template, 'AWS::Lambda::Function').map(
    ({ Properties }) =>
      (Properties['Environment'] as { readonly Variables: Readonly<Record<string, string>> }).Variables[
        'POWERTOOLS_METRICS_NAMESPACE'
      ],
  );
  expect(new Set(told).size).toBe(1);
  return told[0] ?? '';
}
