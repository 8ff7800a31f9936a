import { HOURS_PER_MONTH, METRICS } from '../../shared/config/metric-catalogue.ts';
import type { MetricName } from '../../shared/config/metric-names.ts';
import type { Amount } from './monthly-cost.ts';
import {
  alarmMetrics,
  type BilledFunction,
  customMetrics,
  DAYS_A_MONTH,
  firingsAMonth,
  functionsOf,
  MINUTES_A_MONTH,
  ofType,
  type StageTemplate,
} from './stage-template.ts';
import type { ModeUsage } from './usage.ts';

/** Not measured, but assumed, each on the dear side. */
const ASSUMED = {
  /** A watch lasts so long (lambdas/watch/compose.ts; a test compares). */
  watchSeconds: 75,
  shortJobSeconds: 1,
  /** The replay of a day ends by then (lambdas/hygiene/compose.ts). */
  dailySeconds: 95,
  /** Messages that people get a day, each by mail. */
  alertsADay: 20,
  /** Lambda polls a queue that has nothing so often: five long polls of 20 s at once. */
  idlePollsAMinute: 15,
  coldStartsADay: 12,
  bytesACall: 1_500,
  logKeptShare: 0.15,
} as const;
const GB = 1_000_000_000;

interface Facts {
  readonly template: StageTemplate;
  readonly usage: ModeUsage;
  readonly cyclesAMonth: number;
  readonly functions: readonly BilledFunction[];
}

/** Everything that one stage uses in a month of thirty days. */
export function amountsOf(template: StageTemplate, usage: ModeUsage): readonly Amount[] {
  const cyclesAMonth = MINUTES_A_MONTH / template.interval_minutes;
  const facts = { template, usage, cyclesAMonth, functions: functionsOf(template) };
  return [
    ...facts.functions.flatMap((fn) => functionAmounts(fn, facts)),
    ...schedules(template),
    ...table(facts),
    ...queues(template, facts),
    ...archive(facts),
    ...watching(facts),
    ...others(facts),
  ];
}

function functionAmounts(fn: BilledFunction, facts: Facts): readonly Amount[] {
  const { times, seconds, why } = workOf(fn, facts);
  const service = `Lambda ${fn.job}`;
  const memory = `${Math.round(fn.memoryGb * 1_024)} MB ${fn.isArm ? 'arm64' : 'x86'}`;
  return [
    {
      service,
      price: fn.isArm ? 'lambda_arm64_gb_second' : 'lambda_x86_gb_second',
      quantity: times * seconds * fn.memoryGb,
      why: `${round(times)} x ${seconds.toFixed(2)} s x ${memory}: ${why}`,
    },
    { service: `${service} requests`, price: 'lambda_request', quantity: times, why: `${round(times)} invocations` },
    ...(fn.isTraced
      ? [{ service: `X-Ray ${fn.job}`, price: 'trace' as const, quantity: times, why: 'one trace an invocation' }]
      : []),
  ];
}

interface Work {
  readonly times: number;
  readonly seconds: number;
  readonly why: string;
}

/** How often a job runs a month, how long, and how that is known. Throws for a job that nobody has thought of. */
function workOf({ job, environment }: BilledFunction, { usage, cyclesAMonth }: Facts): Work {
  const { duration_ms: duration, per_cycle: each } = usage;
  const alerts = ASSUMED.alertsADay * DAYS_A_MONTH;
  const short = { seconds: ASSUMED.shortJobSeconds, why: 'assumed' };
  const jobs: Readonly<Record<string, () => Work>> = {
    decide: () => {
      const jitterMs = Number(environment['MAX_JITTER_MS'] ?? 0) / 2;
      const why = `jitter ${jitterMs / 1_000} s on average, work ${duration.decide} ms measured`;
      return { times: cyclesAMonth, seconds: (jitterMs + duration.decide) / 1_000, why };
    },
    execute: () => ({
      times: cyclesAMonth * each.intents,
      seconds: duration.execute / 1_000,
      why: `${each.intents} intents a cycle measured`,
    }),
    watch: () => ({
      times: MINUTES_A_MONTH,
      seconds: ASSUMED.watchSeconds,
      why: 'the kill switch is read all the time',
    }),
    halt: () => ({ ...short, times: 4, seconds: 10 }),
    escalate: () => ({ ...short, times: alerts }),
    webhook: () => ({ ...short, times: 2 * alerts }),
    hygiene: () => ({ times: DAYS_A_MONTH, seconds: ASSUMED.dailySeconds, why: 'replays a day, at most' }),
  };
  const work = jobs[job]?.();
  if (work === undefined)
    throw new Error(`function ${job}: the cost model does not know how often it runs; add it there`);
  return work;
}

function schedules(template: StageTemplate): readonly Amount[] {
  const times = ofType(template, 'AWS::Scheduler::Schedule').map((one) =>
    firingsAMonth(String(one['ScheduleExpression'])),
  );
  const quantity = times.reduce((sum, next) => sum + next, 0);
  return [{ service: 'Scheduler', price: 'scheduler_invocation', quantity, why: `${round(quantity)} firings` }];
}

function table({ usage: { per_cycle: each, cycles }, cyclesAMonth, template }: Facts): readonly Amount[] {
  if (ofType(template, 'AWS::DynamoDB::Table').length === 0) return [];
  const keptCycles = retentionDays(template) * (cyclesAMonth / DAYS_A_MONTH);
  const stored = (each.table_bytes * keptCycles) / GB;
  const why = `${stored.toFixed(2)} GB after the retention, ${round(each.table_bytes)} bytes a cycle over ${cycles}`;
  return [
    {
      service: 'DynamoDB writes',
      price: 'dynamodb_write_unit',
      quantity: each.write_units * cyclesAMonth,
      why: `${each.write_units} units a cycle measured x ${round(cyclesAMonth)}`,
    },
    {
      service: 'DynamoDB reads',
      price: 'dynamodb_read_unit',
      quantity: each.read_units * cyclesAMonth,
      why: `${each.read_units} units a cycle measured x ${round(cyclesAMonth)}`,
    },
    { service: 'DynamoDB storage', price: 'dynamodb_storage_gb', quantity: stored, why },
    { service: 'DynamoDB recovery', price: 'dynamodb_backup_gb', quantity: stored, why },
  ];
}

function retentionDays(template: StageTemplate): number {
  const groups = ofType(template, 'AWS::Logs::LogGroup').map((group) => Number(group['RetentionInDays']));
  return Math.max(DAYS_A_MONTH, ...groups);
}

/** Only queues that a function listens to are polled. */
function queues(template: StageTemplate, { usage, cyclesAMonth }: Facts): readonly Amount[] {
  const fifo = new Map(ofType(template, 'AWS::SQS::Queue').map((queue) => [queue.id, queue['FifoQueue'] === true]));
  return ofType(template, 'AWS::Lambda::EventSourceMapping').map((mapping) => {
    const source = JSON.stringify(mapping['EventSourceArn']);
    const id = [...fifo.keys()].find((known) => source.includes(`"${known}"`));
    const isFifo = id !== undefined && fifo.get(id) === true;
    // A cycle also counts the dead letters.
    const messages = isFifo ? (3 * usage.per_cycle.intents + 1) * cyclesAMonth : 0;
    return {
      service: isFifo ? 'SQS intents' : 'SQS escalations',
      price: isFifo ? ('sqs_fifo_request' as const) : ('sqs_standard_request' as const),
      quantity: ASSUMED.idlePollsAMinute * MINUTES_A_MONTH + messages,
      why: `Lambda's long polls, ${ASSUMED.idlePollsAMinute} a minute (assumed)${isFifo ? ', messages, and a count of dead letters each cycle' : ''}`,
    };
  });
}

function archive({ usage: { per_cycle: each }, cyclesAMonth, template }: Facts): readonly Amount[] {
  const kept = retentionDays(template) * (cyclesAMonth / DAYS_A_MONTH);
  const stored = (each.archive_bytes * kept) / GB;
  return ofType(template, 'AWS::S3::Bucket')
    .slice(0, 1)
    .flatMap(() => [
      { service: 'S3 puts', price: 's3_put' as const, quantity: cyclesAMonth, why: 'the inputs of each cycle' },
      { service: 'S3 gets', price: 's3_get' as const, quantity: cyclesAMonth, why: 'each is replayed once' },
      {
        service: 'S3 storage',
        price: 's3_storage_gb' as const,
        quantity: stored,
        why: `${stored.toFixed(1)} GB after ${retentionDays(template)} days, ${round(each.archive_bytes)} bytes a cycle measured`,
      },
    ]);
}

/** Alarms, metrics, dashboards and logs. */
function watching({ template, usage: { per_cycle: each }, cyclesAMonth }: Facts): readonly Amount[] {
  const alarms = alarmMetrics(template);
  const metrics = [...customMetrics(template)];
  const billed = metrics.reduce((sum, metric) => sum + billedShare(metric.split(' ')[0] ?? ''), 0);
  const composites = ofType(template, 'AWS::CloudWatch::CompositeAlarm').length;
  const boards = ofType(template, 'AWS::CloudWatch::Dashboard').length;
  const logGb = (each.log_bytes * cyclesAMonth) / GB;
  const keptGb = logGb * (retentionDays(template) / DAYS_A_MONTH) * ASSUMED.logKeptShare;
  const logs = `${logGb.toFixed(2)} GB, ${round(each.log_bytes)} bytes a cycle measured`;
  return [
    { service: 'CloudWatch alarms', price: 'alarm_metric', quantity: alarms, why: `${alarms} metrics of alarms` },
    { service: 'CloudWatch composites', price: 'composite_alarm', quantity: composites, why: `${composites} alarms` },
    {
      service: 'CloudWatch metrics',
      price: 'custom_metric',
      quantity: billed,
      why: `${metrics.length} metrics of our own; by the hours in which they get values as many as ${billed.toFixed(1)}`,
    },
    { service: 'CloudWatch dashboards', price: 'dashboard', quantity: boards, why: `${boards}` },
    { service: 'Logs written', price: 'log_ingest_gb', quantity: logGb, why: logs },
    { service: 'Logs kept', price: 'log_storage_gb', quantity: keptGb, why: 'compressed to 15 % (assumed)' },
  ];
}

/** A metric is billed by the hour in which it got a value; of one that is not in the catalogue every hour is assumed. */
function billedShare(name: string): number {
  const hours = Object.hasOwn(METRICS, name) ? METRICS[name as MetricName].billed : 'every cycle';
  return hours === 'every cycle' ? 1 : hours / HOURS_PER_MONTH;
}

function others({ template, usage: { per_cycle: each }, cyclesAMonth, functions }: Facts): readonly Amount[] {
  const secrets = ofType(template, 'AWS::SecretsManager::Secret').length;
  const reads = ASSUMED.coldStartsADay * DAYS_A_MONTH * functions.length;
  const mails = ASSUMED.alertsADay * DAYS_A_MONTH;
  const sentGb = (each.exchange_calls * ASSUMED.bytesACall * cyclesAMonth) / GB;
  const keys = ofType(template, 'AWS::KMS::Key').length;
  return [
    { service: 'Secrets', price: 'secret', quantity: secrets, why: `${secrets} secrets` },
    { service: 'Secrets read', price: 'secret_call', quantity: reads, why: 'once a cold start (assumed)' },
    { service: 'SNS', price: 'sns_publish', quantity: mails * 3, why: `${ASSUMED.alertsADay} alerts a day (assumed)` },
    { service: 'SNS mail', price: 'sns_mail', quantity: mails, why: `${ASSUMED.alertsADay} a day (assumed)` },
    { service: 'KMS keys', price: 'kms_key', quantity: keys, why: `${keys} keys of our own` },
    {
      service: 'Transfer out',
      price: 'transfer_out_gb',
      quantity: sentGb,
      why: `${each.exchange_calls} requests to the exchange a cycle measured, ${ASSUMED.bytesACall} bytes each (assumed)`,
    },
  ];
}

function round(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
