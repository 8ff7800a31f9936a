import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COST_LIMIT_USD, costText } from '../../cli/commands/cost.ts';
import { measureUsage } from '../../cli/cost/measure-usage.ts';
import { dominating, type MonthlyCost, monthlyCost } from '../../cli/cost/monthly-cost.ts';
import { readPrices } from '../../cli/cost/price-table.ts';
import {
  customMetrics,
  firingsAMonth,
  type StageTemplate,
  stageTemplateSchema,
} from '../../cli/cost/stage-template.ts';
import { readUsage, usageOf } from '../../cli/cost/usage.ts';
import { AWS_STAGES } from '../../lib/stage-settings.ts';
import { freshDir } from '../local/harness.ts';
import { synthesized } from './testing/synthesized.ts';

/** Without the allowance of the account. Whoever adds a metric, an alarm or memory has to say so here. */
const LIST_LIMIT_USD = 18;
/** Of the stages that trade, at one-minute cycles. */
const GOAL_USD = 5;

function templateOf(settings: Parameters<typeof synthesized>[0] = {}): StageTemplate {
  return stageTemplateSchema.parse({
    interval_minutes: settings.intervalMinutes ?? 1,
    ...synthesized(settings).toJSON(),
  });
}

function costOf(settings: Parameters<typeof synthesized>[0] = {}, mode: 'PAPER' | 'LIVE' = 'LIVE'): MonthlyCost {
  return monthlyCost(templateOf(settings), usageOf(readUsage(), mode), readPrices());
}

const item = (cost: MonthlyCost, service: string) => cost.items.find((one) => one.service === service);

describe('the monthly cost of a stage', () => {
  it.each(AWS_STAGES)('%s stays within the limit at one-minute cycles', (stage) => {
    const cost = costOf({ stage, hasChat: false, mayTrade: stage !== 'dev' }, stage === 'live' ? 'LIVE' : 'PAPER');

    expect(cost.total_usd, costText(stage, cost)).toBeLessThanOrEqual(COST_LIMIT_USD);
    expect(cost.list_usd, costText(stage, cost)).toBeLessThanOrEqual(LIST_LIMIT_USD);
  });

  it.each([
    ['live', 'LIVE'],
    ['paper', 'PAPER'],
  ] as const)('%s meets the goal at one-minute cycles', (stage, mode) => {
    const cost = costOf({ stage, hasChat: false, mayTrade: true }, mode);

    expect(cost.total_usd, costText(stage, cost)).toBeLessThanOrEqual(GOAL_USD);
    const page = readFileSync(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');
    expect(page).toContain(`| ${stage} | $${cost.total_usd.toFixed(2)} | $${cost.list_usd.toFixed(2)} |`);
  });

  it('has items that sum up to the total, dearest first, each with its reason', () => {
    const { items, total_usd } = costOf();
    const sum = items.reduce((all, { usd }) => all + usd, 0);

    expect(Math.abs(sum - total_usd)).toBeLessThan(0.1);
    expect(items.map(({ usd }) => usd)).toEqual(items.map(({ usd }) => usd).sort((one, other) => other - one));
    for (const { why } of items) expect(why).not.toBe('');
  });

  it('names what makes up most of it', () => {
    const names = dominating(costOf()).map(({ service }) => service);

    expect(names).toContain('Lambda watch');
    expect(names).not.toContain('Scheduler');
  });

  it('prices the watch of the kill switch as long as it lasts', () => {
    const source = readFileSync(join(import.meta.dirname, '../../lambdas/watch/compose.ts'), 'utf8');
    const seconds = Number(/FOR_MS = ([\d_]+)/.exec(source)?.[1]?.replaceAll('_', '')) / 1_000;

    expect(item(costOf(), 'Lambda watch')?.why).toContain(`43,200 x ${seconds.toFixed(2)} s x 128 MB arm64`);
    expect(item(costOf({ mayTrade: false }), 'Lambda watch')).toBeUndefined();
  });

  it('follows the interval: five-minute cycles cost less', () => {
    expect(costOf({ intervalMinutes: 5 }).list_usd).toBeLessThan(costOf().list_usd - 1);
  });

  it('refuses a function and a schedule that it cannot price', () => {
    const unknown: StageTemplate = {
      interval_minutes: 1,
      Resources: { F: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: '247trader-live-newcomer' } } },
    };

    expect(() => monthlyCost(unknown, usageOf(readUsage(), 'LIVE'), readPrices())).toThrow('newcomer');
    expect(() => firingsAMonth('rate(1 minute)')).toThrow('not understood');
    expect(firingsAMonth('cron(0/5 * * * ? *)')).toBe(8_640);
    expect(firingsAMonth('cron(17 6 * * ? *)')).toBe(30);
    expect(firingsAMonth('cron(0 0/4 * * ? *)')).toBe(180);
  });

  it('counts a metric once, on alarms and dashboards alike, and each set of dimensions for itself', () => {
    const body = `{"widgets":[{"metrics":[["247trader","CyclesCompleted","service","decide","stage","live"],["247trader","Fills","stage","live"]]}]}`;
    const template: StageTemplate = {
      interval_minutes: 1,
      Resources: {
        ...alarmOn('CyclesCompleted'),
        D: { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardBody: body } },
      },
    };

    expect(customMetrics(template)).toEqual(new Set(['CyclesCompleted service=decide stage=live', 'Fills stage=live']));
  });

  it('dates its prices and names where each is from', () => {
    const { as_of, note, prices } = readPrices();

    expect(as_of).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(note).toContain('check before use');
    for (const { page } of Object.values(prices)) expect(page).toMatch(/^aws\.amazon\.com\//);
  });
});

function alarmOn(name: string): StageTemplate['Resources'] {
  const dimensions = [
    { Name: 'stage', Value: 'live' },
    { Name: 'service', Value: 'decide' },
  ];
  const properties = { Namespace: '247trader', MetricName: name, Dimensions: dimensions };
  return { A: { Type: 'AWS::CloudWatch::Alarm', Properties: properties } };
}

/** A cycle more or less of a lucky order. */
const TOLERANCE = 1.1;

describe('the usage that cost rests on', () => {
  it.each(['PAPER', 'LIVE'] as const)('is what the first %s cycles still ask for', async (mode) => {
    const { first_cycles: known } = readUsage();
    const measured = await measureUsage(freshDir(), known.cycles, mode);

    for (const key of ['write_units', 'read_units', 'log_bytes', 'archive_bytes', 'exchange_calls'] as const) {
      const remedy = `${key}: measure again with npm run -s bench:usage -- --write`;
      expect(measured[key], remedy).toBeLessThanOrEqual(known[mode][key] * TOLERANCE);
      expect(measured[key], remedy).toBeGreaterThanOrEqual(known[mode][key] / TOLERANCE);
    }
  });
});
