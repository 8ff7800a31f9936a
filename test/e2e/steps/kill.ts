import * as z from 'zod';
import type { HaltRecord } from '../../../shared/app/halt-record.ts';
import { untilQuiet } from '../books.ts';
import { invoke } from '../functions.ts';
import type { StageUnderTest } from '../stage.ts';
import { toldOf } from '../ticks.ts';
import { until } from '../until.ts';
import { restingIn } from './trade.ts';

const PARAMETER = '/247trader/live/kill-switch';
/** [REQ-K1], by the halt's own record, however long it takes to be read. */
const LIMITS = { detect_ms: 3_000, alert_ms: 5_000, cancelled_ms: 10_000 } as const;

/** The path that needs nobody's help: the watcher sees the parameter, the topic wakes the halt, the halt cancels. */
export async function killByWatch(stage: StageUnderTest): Promise<void> {
  const { journal, inbox } = stage;
  journal.step('kill');
  await untilResting(stage);
  const resting = restingIn(stage);
  const reason = 'rehearsal, seen by the watcher';
  await pull(stage, reason);
  const halt = await haltOf(stage, reason);
  judge(stage, 'watch', halt);
  journal.expect('the watcher asked for it', halt?.source === 'watch', halt?.source);
  const left = restingIn(stage);
  journal.expect('everything that rested is cancelled', resting > 0 && left === 0, `${resting} rested, ${left} left`);
  const mail = await until(() => inbox.mails.find(({ text }) => text.includes(reason)));
  journal.expect('the alert of the kill switch arrives by SNS', mail !== undefined, mail?.subject);
}

const MOST_TICKS = 6;

/** Positions come and go within seconds here: a pull is worth something when stops rest behind some. */
async function untilResting(stage: StageUnderTest): Promise<void> {
  for (let i = 0; i < MOST_TICKS && restingIn(stage) === 0; i += 1) {
    stage.journal.say(toldOf(await stage.ticks.next()));
    await untilQuiet(stage.table);
  }
}

/** The other path: the rule matches the event that AWS documents, and its target is started with it. */
export async function killByEvent(stage: StageUnderTest): Promise<void> {
  const { journal, programs } = stage;
  journal.step('kill');
  const rule = await ruleOf(stage);
  const event = changeEvent();
  const pattern = ['--event-pattern', rule.EventPattern, '--event', JSON.stringify(event)];
  const { Result } = z
    .object({ Result: z.boolean() })
    .parse(await programs.aws('events', 'test-event-pattern', ...pattern));
  journal.expect("the deployed rule matches AWS's change event", Result);
  const reason = 'rehearsal, told by the event';
  await pull(stage, reason);
  const thrown = await invoke(programs, 'halt', changeEvent());
  const halt = await haltOf(stage, reason);
  journal.expect('halt takes the event', thrown === null, thrown ?? '');
  judge(stage, 'event', halt);
}

async function pull({ programs }: StageUnderTest, reason: string): Promise<void> {
  const value = ['--name', PARAMETER, '--value', `killed:${reason}`, '--type', 'String', '--overwrite'];
  await programs.aws('ssm', 'put-parameter', ...value);
}

function haltOf({ table }: StageUnderTest, reason: string): Promise<HaltRecord | undefined> {
  return until(async () => {
    const halt = await table.halt();
    return halt?.halt_reason === reason && halt.cancelled_ms !== null ? halt : undefined;
  });
}

function judge({ journal }: StageUnderTest, path: string, halt: HaltRecord | undefined): void {
  for (const [name, limit] of Object.entries(LIMITS)) {
    const ms = halt?.[name as keyof typeof LIMITS] ?? null;
    if (ms !== null) journal.figure(`kill_${path}_${name}`, ms);
    const word = name.replace('_ms', '');
    journal.expect(`[REQ-K1] ${path}: ${word} within ${limit} ms`, ms !== null && ms <= limit, `${ms ?? 'never'} ms`);
  }
}

const rules = z.object({ Rules: z.array(z.object({ Name: z.string(), EventPattern: z.string().default('{}') })) });
const targets = z.object({ Targets: z.array(z.object({ Arn: z.string() })) });

/** The rule whose target is the halt function. */
async function ruleOf({ programs }: StageUnderTest): Promise<{ readonly EventPattern: string }> {
  for (const rule of rules.parse(await programs.aws('events', 'list-rules')).Rules) {
    const { Targets } = targets.parse(await programs.aws('events', 'list-targets-by-rule', '--rule', rule.Name));
    if (Targets.some(({ Arn }) => Arn.endsWith(':247trader-live-halt'))) return rule;
  }
  throw new Error('no rule starts the halt function');
}

/** As docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html has it. */
function changeEvent() {
  return {
    version: '0',
    id: '6a7e4feb-b491-4cf7-a9f1-bf3703497718',
    'detail-type': 'Parameter Store Change',
    source: 'aws.ssm',
    account: '000000000000',
    time: new Date().toISOString(),
    region: 'us-east-1',
    resources: [`arn:aws:ssm:us-east-1:000000000000:parameter${PARAMETER}`],
    detail: { operation: 'Update', name: PARAMETER, type: 'String', description: '' },
  };
}
