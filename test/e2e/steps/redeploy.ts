import { setTimeout as delay } from 'node:timers/promises';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { OrderRecord } from '../../../shared/core/execution/order-record.ts';
import { codeOf } from '../functions.ts';
import { deploy } from '../stack.ts';
import type { StageUnderTest } from '../stage.ts';
import { toldOf } from '../ticks.ts';
import { agree } from './trade.ts';

/** An exchange that takes so long for an order, so that a deployment finds intents in the queue and one at a worker. */
const SLOW_MS = 2_500;
/** What a worker that was cut off leaves is shown again after so long; the stage says 180. */
export const SHORT_VISIBILITY_S = 31;
const MOST_TICKS = 8;
const BUSY_ORDERS = 3;
const PAUSE_MS = 2_000;
/** Longer than a claim may be without news, by which its order is looked for. */
const LOST_MS = 240_000;

/** New code while intents are on their way: none is lost, none is sent twice. Once more where none was, back and forth. */
export async function redeploy(stage: StageUnderTest, assemblies: readonly string[]): Promise<void> {
  const { journal, venue } = stage;
  journal.step('redeploy');
  await showAgainAfter(stage, SHORT_VISIBILITY_S);
  const before = venue.simulator.admin.orders().length;
  venue.simulator.admin.setFaults([
    { match: { method: 'POST', path: '/orders' }, effect: { kind: 'latency', ms: SLOW_MS } },
  ]);
  let met: readonly OrderRecord[] = [];
  for (const assembly of assemblies) {
    if (met.length === 0) met = await deployWhileTrading(stage, assembly);
  }
  venue.simulator.admin.setFaults([]);
  await settle(stage);
  const sent = venue.simulator.admin.orders().length - before;
  journal.figure('intents_across_redeploy', met.length);
  journal.expect(
    'it met intents on their way',
    met.length > 0,
    `${met.length} were, of ${sent} orders around it: ${met.map(fateOf).join(', ')}`,
  );
  await agree(stage, '[I2] no order was lost or doubled by it');
}

/** Answers the intents that were between decision and order when the new code came. */
async function deployWhileTrading(stage: StageUnderTest, assembly: string): Promise<readonly OrderRecord[]> {
  const { journal, ticks, programs, table } = stage;
  const before = await codeOf(programs, 'execute');
  await untilBusy(stage);
  let isDone = false;
  const done = deploy(programs, assembly).finally(() => {
    isDone = true;
  });
  for (let i = 0; i < MOST_TICKS && !isDone; i += 1) {
    journal.say(`during   ${toldOf(await ticks.next())}`);
    await delay(PAUSE_MS);
  }
  const { ms } = await done;
  const after = await codeOf(programs, 'execute');
  journal.figure('redeploy_ms', ms);
  journal.expect('cdk deploy puts other code in place', after.digest !== before.digest, `in ${Math.round(ms)} ms`);
  journal.say(`after    ${toldOf(await ticks.next())}`);
  return (await table.orders()).filter((record) => isAcross(record, after.sinceMs));
}

/** Positions are held for some seconds only: soon there is enough to sell and to buy. */
async function untilBusy({ journal, ticks }: StageUnderTest): Promise<void> {
  for (let i = 0; i < MOST_TICKS; i += 1) {
    const cycle = await ticks.next();
    journal.say(`before   ${toldOf(cycle)}`);
    if (cycle.published >= BUSY_ORDERS) return;
    await delay(PAUSE_MS);
  }
}

/** Between its decision and its place on the exchange at that moment. */
function isAcross({ history }: OrderRecord, atMs: number): boolean {
  const then = history.findLast(({ at_ms }) => at_ms <= atMs);
  return then !== undefined && ['READY', 'SENDING', 'UNKNOWN'].includes(then.status);
}

function fateOf({ client_order_id, status }: OrderRecord): string {
  return `${client_order_id} ${status}`;
}

/** Whatever was cut off is found by the cycles after it. */
async function settle({ table, ticks, journal }: StageUnderTest): Promise<void> {
  const endMs = Date.now() + LOST_MS;
  while (Date.now() < endMs) {
    const account = await table.account();
    const waiting = Object.values(account?.working ?? {}).filter(({ status }) => status !== 'WORKING');
    if (waiting.length === 0 && account?.outbox.length === 0) return;
    journal.say(
      `on their way: ${waiting.map(({ client_order_id, status }) => `${client_order_id} ${status}`).join(', ')}`,
    );
    await delay(5_000);
    journal.say(toldOf(await ticks.next()));
  }
}

export async function showAgainAfter({ sqs, outputs }: StageUnderTest, seconds: number): Promise<void> {
  const Attributes = { VisibilityTimeout: String(seconds) };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: outputs.queueUrl, Attributes }));
}
