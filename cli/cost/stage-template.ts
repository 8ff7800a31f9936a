import * as z from 'zod';

const resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });

/** A synthesized template, as far as its cost goes. */
export const stageTemplateSchema = z.object({
  interval_minutes: z.number().positive(),
  Resources: z.record(z.string(), resource),
});
export type StageTemplate = z.output<typeof stageTemplateSchema>;
export type Properties = Readonly<Record<string, unknown>>;

/** The resources of a type, each with its logical id. */
export function ofType(template: StageTemplate, type: string): readonly (Properties & { readonly id: string })[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties }]) => ({ ...Properties, id }));
}

export interface BilledFunction {
  readonly id: string;
  /** decide, execute ...: the last word of its name. */
  readonly job: string;
  readonly memoryGb: number;
  readonly timeoutSeconds: number;
  readonly isArm: boolean;
  readonly isTraced: boolean;
  readonly environment: Properties;
}

export function functionsOf(template: StageTemplate): readonly BilledFunction[] {
  return ofType(template, 'AWS::Lambda::Function').map((fn) => ({
    id: fn.id,
    job: String(fn['FunctionName']).split('-').at(-1) ?? '',
    memoryGb: Number(fn['MemorySize'] ?? 128) / 1_024,
    timeoutSeconds: Number(fn['Timeout'] ?? 3),
    isArm: JSON.stringify(fn['Architectures'] ?? []).includes('arm64'),
    isTraced: JSON.stringify(fn['TracingConfig'] ?? {}).includes('Active'),
    environment: ((fn['Environment'] ?? {}) as { readonly Variables?: Properties }).Variables ?? {},
  }));
}

/** How often a month the Scheduler starts something; a rate that is not understood must not be priced as nothing. */
export function firingsAMonth(expression: string): number {
  const day = 1_440;
  const [, minute = '', hour = ''] = /^cron\((\S+) (\S+) \* \* \? \*\)$/.exec(expression) ?? [];
  const every = (field: string, range: number) => {
    if (field === '*') return range;
    if (/^\d+$/.test(field)) return 1;
    const step = Number(/^0\/(\d+)$/.exec(field)?.[1]);
    if (!(step > 0)) throw new Error(`schedule ${expression}: not understood by the cost model`);
    return range / step;
  };
  return ((every(minute, 60) * every(hour, 24)) / day) * MINUTES_A_MONTH;
}

export const DAYS_A_MONTH = 30;
export const MINUTES_A_MONTH = DAYS_A_MONTH * 1_440;

/** Each alarm costs by the metrics that it looks at. */
export function alarmMetrics(template: StageTemplate): number {
  return ofType(template, 'AWS::CloudWatch::Alarm').reduce((sum, alarm) => {
    const parts = (alarm['Metrics'] ?? []) as readonly { readonly MetricStat?: unknown }[];
    return sum + Math.max(1, parts.filter(({ MetricStat }) => MetricStat !== undefined).length);
  }, 0);
}

const OWN_METRIC = /\["247trader","(\w+)"((?:,"[^"\]{}]+")*)/g;

/**
 * Custom metrics that anything looks at: each name with each set of dimensions is one. What is written and never looked
 * at would cost as well; a test of the telemetry permits no such metric.
 */
export function customMetrics(template: StageTemplate): ReadonlySet<string> {
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm').flatMap((alarm) => [
    alarm,
    ...((alarm['Metrics'] ?? []) as readonly { readonly MetricStat?: { readonly Metric?: Properties } }[]).map(
      ({ MetricStat: stat }) => stat?.Metric ?? {},
    ),
  ]);
  const fromAlarms = alarms
    .filter((metric) => metric['Namespace'] === '247trader')
    .map((metric) => nameOf(String(metric['MetricName']), dimensionsOf(metric)));
  const boards = ofType(template, 'AWS::CloudWatch::Dashboard').map((board) =>
    JSON.stringify(board['DashboardBody'] ?? '').replaceAll('\\"', '"'),
  );
  const fromBoards = boards.flatMap((body) =>
    [...body.matchAll(OWN_METRIC)].map(([, name = '', rest = '']) => nameOf(name, pairsOf(rest))),
  );
  return new Set([...fromAlarms, ...fromBoards]);
}

function dimensionsOf(metric: Properties): readonly string[] {
  const dimensions = (metric['Dimensions'] ?? []) as readonly { readonly Name: string; readonly Value: unknown }[];
  return dimensions.map(({ Name, Value }) => `${Name}=${String(Value)}`);
}

function pairsOf(text: string): readonly string[] {
  const words = [...text.matchAll(/"([^"]+)"/g)].map(([, word = '']) => word);
  return words.flatMap((word, index) => (index % 2 === 0 ? [`${word}=${words[index + 1] ?? ''}`] : []));
}

function nameOf(name: string, dimensions: readonly string[]): string {
  return [name, ...[...dimensions].sort()].join(' ');
}
