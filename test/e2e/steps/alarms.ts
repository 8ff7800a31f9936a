import * as z from 'zod';
import { METRIC_NAMESPACE, METRIC_SERVICE } from '../../../shared/config/metric-names.ts';
import { linesOf } from '../functions.ts';
import type { StageUnderTest } from '../stage.ts';
import { until } from '../until.ts';

const alarms = z.object({
  MetricAlarms: z.array(
    z.object({
      AlarmName: z.string(),
      AlarmDescription: z.string().optional(),
      StateValue: z.string(),
      AlarmActions: z.array(z.string()),
    }),
  ),
});

/** A metric as Powertools writes it into the log, which CloudWatch reads there and the emulator does not. */
const embedded = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(z.object({ Namespace: z.string(), Metrics: z.array(z.object({ Name: z.string() })) })),
  }),
  stage: z.string(),
});

/** Alarms that the functions' own figures set off, and one that the queue's figure would: each ends at the subscriber. */
export async function ringAlarms(stage: StageUnderTest): Promise<void> {
  const { journal, programs, inbox } = stage;
  journal.step('alarms');
  const all = await alarmsOf(stage);
  const deaf = all.filter(({ AlarmActions }) => AlarmActions.length === 0);
  journal.expect('every alarm has an action', all.length > 0 && deaf.length === 0, `${all.length} alarms`);

  const metrics = await readLog(stage);
  journal.say(`put in for CloudWatch: ${metrics.length} values of ${METRIC_NAMESPACE} from the log of decide`);
  const degraded = metrics.find(({ name, value }) => name === 'CyclesDegraded' && value === 1);
  if (degraded !== undefined) await put(stage, degraded);
  const ring = await until(() => inbox.mails.find(({ text }) => isAlarm(text, 'degraded')));
  journal.expect('a degraded cycle of the log rings its alarm by SNS', ring !== undefined, ring?.subject);

  const dead = all.find(({ AlarmDescription }) => AlarmDescription?.includes('waits in the dead-letter queue'));
  const state = ['--state-value', 'ALARM', '--state-reason', 'e2e: one message is visible'];
  await programs.aws('cloudwatch', 'set-alarm-state', '--alarm-name', dead?.AlarmName ?? '', ...state);
  const page = await until(() => inbox.mails.find(({ text }) => isAlarm(text, 'dead-letter queue')));
  journal.expect('the alarm of the dead letters rings by SNS', page !== undefined, page?.subject);
}

function isAlarm(text: string, what: string): boolean {
  return text.includes('"AlarmName"') && text.includes(what);
}

async function alarmsOf({ programs }: StageUnderTest) {
  return alarms.parse(await programs.aws('cloudwatch', 'describe-alarms', '--alarm-name-prefix', 'trader-live'))
    .MetricAlarms;
}

interface Value {
  readonly name: string;
  readonly value: number;
  readonly stage: string;
}

async function readLog({ programs, deployedAtMs }: StageUnderTest): Promise<readonly Value[]> {
  const lines = await linesOf(programs, 'decide', deployedAtMs);
  return lines.flatMap(({ json }) => {
    const parsed = embedded.safeParse(json);
    if (!parsed.success) return [];
    const { _aws, stage, ...rest } = parsed.data;
    const names = _aws.CloudWatchMetrics.filter(({ Namespace }) => Namespace === METRIC_NAMESPACE).flatMap(
      ({ Metrics }) => Metrics.map(({ Name }) => Name),
    );
    return names.flatMap((name) => [rest[name]].flat().map((value) => ({ name, value: Number(value), stage })));
  });
}

async function put({ programs }: StageUnderTest, { name, value, stage }: Value): Promise<void> {
  const metric = [
    '--metric-name',
    name,
    '--value',
    String(value),
    '--dimensions',
    `service=${METRIC_SERVICE},stage=${stage}`,
  ];
  await programs.aws('cloudwatch', 'put-metric-data', '--namespace', METRIC_NAMESPACE, ...metric);
}
