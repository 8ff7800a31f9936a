import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXCHANGE_OPERATIONS } from '../../lib/exchange-operations.ts';
import { METRIC_NAMESPACE, METRIC_UNITS } from '../../shared/config/metric-names.ts';
import { OPERATIONS } from '../../shared/ports/telemetry.ts';
import { resourcesOf, synthesized } from './testing/synthesized.ts';

/** More of them are billed, and so is a fourth dashboard in an account. */
const FREE_METRICS = 50;

interface Widget {
  readonly type: string;
  readonly properties: {
    readonly title: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly alarms?: readonly unknown[];
    readonly query?: string;
  };
}

describe('the dashboard', () => {
  let template: Template;
  let widgets: readonly Widget[];
  beforeAll(() => {
    template = synthesized();
    widgets = widgetsOf(template);
  });
  const shown = () => widgets.flatMap(({ properties }) => properties.metrics ?? []);

  it('is one, named for its stage, and within what is free', () => {
    expect(
      resourcesOf(template, 'AWS::CloudWatch::Dashboard').map(({ Properties }) => Properties['DashboardName']),
    ).toEqual(['247trader-live']);
    expect(shown().length).toBeLessThan(FREE_METRICS);
  });

  it('begins with every alarm of the stack', () => {
    const [first] = widgets;

    expect(first?.type).toBe('alarm');
    expect(first?.properties.alarms).toHaveLength(resourcesOf(template, 'AWS::CloudWatch::Alarm').length);
  });

  it('[REQ-OB1] shows p50, p95 and p99 of the cycle, p95 of the exchange and the share of degraded cycles', () => {
    const statisticsOf = (metric: string) =>
      shown()
        .filter(([, name]) => name === metric)
        .map((parts) => (parts.at(-1) as { readonly stat?: string }).stat);

    expect(statisticsOf('CycleLatency')).toEqual(['p50', 'p95', 'p99']);
    expect(statisticsOf('ExchangeLatency')).toContain('p95');
    // Average is what CloudWatch takes when nothing is said.
    expect(statisticsOf('CyclesDegraded')).toEqual([undefined]);
  });

  it('[REQ-OB1] shows every metric of the catalogue but the age of the keys, and none that nobody emits', () => {
    const own = shown()
      .filter(([namespace]) => namespace === METRIC_NAMESPACE)
      .map(([, name]) => String(name));

    expect([...new Set(own)].sort()).toEqual(
      Object.keys(METRIC_UNITS)
        .filter((name) => name !== 'SecretAgeDays')
        .sort(),
    );
  });

  it('[REQ-OB1] asks for the p95 of every operation that the meter knows', () => {
    const asked = widgets.find(({ properties }) => String(properties.title).startsWith('Exchange by operation'));

    expect(EXCHANGE_OPERATIONS).toEqual(OPERATIONS);
    for (const operation of OPERATIONS) {
      expect(asked?.properties.query).toContain(
        `pct(exchange.by_operation.${operation}.slowest_ms, 95) as ${operation}`,
      );
    }
  });

  it('shows the queue, and asks the log of decide for budget, steps, jitter, rejections and degraded cycles', () => {
    const titles = widgets.filter(({ type }) => type === 'log').map(({ properties }) => properties.title);

    expect(shown().map(([, name]) => name)).toEqual(
      expect.arrayContaining(['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible']),
    );
    expect(titles).toEqual([
      'API budget, steps (ms) and jitter (ms), by hour',
      'Exchange by operation: p95 of the slowest request of a cycle (ms), by hour',
      'Latest rejections by reason',
      'Latest degraded cycles',
    ]);
    for (const { properties } of widgets.filter(({ type }) => type === 'log'))
      expect(properties.query).toContain('SOURCE');
  });
});

/** The body is JSON with references to other resources in between: each becomes a word. */
function widgetsOf(template: Template): readonly Widget[] {
  const [dashboard] = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
  const body = dashboard?.Properties['DashboardBody'] as { readonly 'Fn::Join': [string, readonly unknown[]] };
  const text = body['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'reference')).join('');
  return (JSON.parse(text) as { readonly widgets: readonly Widget[] }).widgets;
}
