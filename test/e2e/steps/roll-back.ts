import { join } from 'node:path';
import { codeOf } from '../functions.ts';
import type { Previous } from '../previous.ts';
import { deploy } from '../stack.ts';
import type { StageUnderTest } from '../stage.ts';
import { toldOf } from '../ticks.ts';
import { faultOf } from './set-up.ts';
import { agree } from './trade.ts';

/** As docs/deploy.md has it: the kill switch is pulled, the previous version goes onto today's state, and then forward again. */
export async function rollBack(stage: StageUnderTest, previous: Previous, assembly: string): Promise<void> {
  const { journal, programs, ticks, venue } = stage;
  journal.step('roll back');
  if (previous.kind === 'none') return journal.skip('the previous version on the current state', previous.why);
  const { digest: today } = await codeOf(programs, 'decide');
  const ordersBefore = venue.simulator.admin.orders().length;
  const books = venue.simulator.admin.balances();
  await deploy(programs, join(previous.dir, 'cdk.out'));
  journal.expect(`${previous.commit.slice(0, 7)} is deployed`, (await codeOf(programs, 'decide')).digest !== today);
  const cycle = await ticks.next();
  journal.say(toldOf(cycle));
  const isSafe = cycle.kind.startsWith('failed') || cycle.mode === 'DRY_RUN';
  journal.expect('on the current state it works as a dry run, or refuses', isSafe, `${cycle.kind} as ${cycle.mode}`);
  const sent = venue.simulator.admin.orders().length - ordersBefore;
  const isUntouched = JSON.stringify(books) === JSON.stringify(venue.simulator.admin.balances());
  journal.expect('it sends nothing and moves nothing', sent === 0 && isUntouched, `${sent} orders`);

  await deploy(programs, assembly);
  journal.expect('forward again: the code is that of before', (await codeOf(programs, 'decide')).digest === today);
  const gates = await programs.trader(['gates', '--json']);
  const isDemoted = gates.stdout.includes('"reached":"PAPER"');
  journal.expect('it has gone back to PAPER by itself: other code has no evidence', isDemoted);
  for (const step of ['LIVE_CANARY', 'LIVE']) {
    const taken = await programs.trader(['promote', '--to', step, '--confirm', `promote to ${step}`]);
    journal.expect(`and is promoted to ${step} on what is on file`, taken.code === 0, faultOf(taken));
  }
  const forward = await ticks.onTime();
  journal.say(toldOf(forward));
  const isBack = forward.kind === 'completed' && forward.mode === 'LIVE';
  journal.expect('it stands at LIVE again', isBack, `${forward.kind} as ${forward.mode}`);
  await agree(stage, 'books and exchange agree after it');
}
