import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exchangeMeter } from '../../lambdas/runtime/exchange-meter.ts';
import { METRICS, monthlyUsd } from '../../shared/config/metric-catalogue.ts';
import { resourcesOf, synthesized } from '../aws/testing/synthesized.ts';
import { METRICS_DOC, metricsPage } from './docs.ts';

describe('the metrics of the bot', () => {
  it('[REQ-OB1] stand with their cost in docs/metrics.md as the catalogue has them', () => {
    const alarms = resourcesOf(synthesized(), 'AWS::CloudWatch::Alarm').length;

    expect(readFileSync(METRICS_DOC, 'utf8'), 'run npm run metrics:docs').toBe(metricsPage(alarms));
  });

  it('[REQ-OB1] cost less than 3 USD a month', () => {
    const total = Object.values(METRICS).reduce((sum, facts) => sum + monthlyUsd(facts), 0);

    expect(total).toBeLessThan(3);
  });

  it('[REQ-OB1] tell of the exchange each call, by operation, and begin again with every event', () => {
    const measured: unknown[] = [];
    const meter = exchangeMeter(60, (name, value) => measured.push([name, value]));
    meter.record({ operation: 'quotes', attempt: 1, ms: 80.4, outcome: 'unavailable' });
    meter.record({ operation: 'quotes', attempt: 2, ms: 40, outcome: 'ok' });
    meter.record({ operation: 'time', attempt: 1, ms: 9, outcome: 'ok' });

    expect(meter.take()).toEqual({
      calls: 3,
      budget: 60,
      by_operation: {
        quotes: { calls: 2, failed: 1, slowest_ms: 80 },
        time: { calls: 1, failed: 0, slowest_ms: 9 },
      },
    });
    expect(meter.take()).toEqual({ calls: 0, budget: 60, by_operation: {} });
    expect(measured).toEqual([
      ['ExchangeLatency', 80.4],
      ['ExchangeLatency', 40],
      ['ExchangeLatency', 9],
    ]);
  });
});
