import { GetQueueAttributesCommand, PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { StageUnderTest } from '../stage.ts';
import { type SeenCycle, toldOf } from '../ticks.ts';
import { until } from '../until.ts';
import { showAgainAfter } from './redeploy.ts';

/** Three receives, each this long: the stage's own 180 s would take nine minutes. */
const POISON_VISIBILITY_S = 3;
const DEAD_MS = 120_000;

/** A message that no worker can handle: it ends among the dead letters, entries freeze, somebody hears, and it is mended. */
export async function deadLetter(stage: StageUnderTest): Promise<void> {
  const { journal, ticks, sqs, outputs, inbox, programs } = stage;
  journal.step('dead letter');
  await showAgainAfter(stage, POISON_VISIBILITY_S);
  const startedMs = Date.now();
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: outputs.queueUrl,
      MessageBody: '{"client_order_id":"247t-BTC-USD-1-e1","slot_ms":"poison"}',
      MessageGroupId: '247t-LIVE',
      MessageDeduplicationId: `poison-${startedMs}`,
    }),
  );
  const dead = await until(async () => ((await deadIn(stage)) === 1 ? true : undefined), DEAD_MS, 500);
  journal.figure('dead_letter_ms', Date.now() - startedMs);
  journal.expect('a poisoned message ends among the dead letters', dead === true);

  const frozen = await ticks.next();
  journal.say(toldOf(frozen));
  const entered = await entriesOf(stage, frozen);
  journal.expect('[I4] the next cycle enters nothing', isFrozen(frozen) && entered === 0, gatesOf(frozen));
  const mail = await until(() => inbox.mails.find(({ text }) => text.includes('DEAD_LETTERS')));
  journal.expect('an alert of it arrives by SNS', mail !== undefined, mail?.subject);
  const doctor = await programs.trader(['doctor', '--json']);
  journal.expect('trader doctor names it', doctor.code === 1 && doctor.stdout.includes('1 dead letters'));

  await sqs.send(new PurgeQueueCommand({ QueueUrl: outputs.deadLetterQueueUrl }));
  const free = await ticks.next();
  journal.say(toldOf(free));
  journal.expect(
    'and once it is gone entries are free again',
    free.kind === 'completed' && !isFrozen(free),
    gatesOf(free),
  );
  await showAgainAfter(stage, 180);
}

function isFrozen({ gates }: SeenCycle): boolean {
  return gates.some(({ gate }) => gate === 'dead_letters');
}

/** By the records of what the cycle decided; exits go on. */
async function entriesOf({ table }: StageUnderTest, { slot }: SeenCycle): Promise<number> {
  const decided = (await table.orders()).map(({ intent }) => intent);
  return decided.filter(({ purpose, slot_ms }) => purpose === 'entry' && slot_ms === Date.parse(slot)).length;
}

function gatesOf({ gates }: SeenCycle): string {
  return gates.map(({ gate, reason }) => `${gate}: ${reason}`).join('; ') || 'no gate';
}

async function deadIn({ sqs, outputs }: StageUnderTest): Promise<number> {
  const { Attributes: told } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: outputs.deadLetterQueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return Number(told?.['ApproximateNumberOfMessages'] ?? 0);
}
