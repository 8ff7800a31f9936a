import { heldSymbols } from '../../../shared/core/portfolio/valuation.ts';
import { compare, comparedText, untilQuiet } from '../books.ts';
import type { StageUnderTest } from '../stage.ts';
import { toldOf } from '../ticks.ts';
import { faultOf, lastLine } from './set-up.ts';

const MOST_TICKS = 3;

/** Arms it again on the way that is meant for it. */
export async function rearm({ journal, programs }: StageUnderTest): Promise<void> {
  journal.step('rearm');
  const armed = await programs.trader(['rearm', '--reason', 'rehearsed', '--confirm', 'rearm live']);
  journal.expect(
    'trader rearm arms it after a cycle has reconciled',
    armed.code === 0,
    lastLine(armed.stdout) || faultOf(armed),
  );
}

/** Sells everything, and asks whether the stage may be deleted. */
export async function takeDown(stage: StageUnderTest): Promise<void> {
  const { journal, programs, ticks, table, venue } = stage;
  journal.step('take down');
  const early = await programs.trader(['destroy-check']);
  const held = heldSymbols((await table.account()) ?? (await missing()));
  journal.expect(
    'trader destroy-check refuses while something is held',
    early.code === 1 && held.length > 0,
    held.join(', '),
  );
  const asked = await programs.trader(['kill', '--flatten', '--confirm', 'sell everything']);
  journal.expect('trader kill --flatten is taken', asked.code === 0, faultOf(asked));
  for (let i = 0; i < MOST_TICKS; i += 1) {
    journal.say(toldOf(await ticks.onTime()));
    const account = await untilQuiet(table);
    if (account !== undefined && heldSymbols(account).length === 0) break;
  }
  const late = await programs.trader(['destroy-check']);
  journal.expect('and lets it be deleted when nothing is left', late.code === 0, lastLine(late.stdout));
  const compared = await compare(table, venue, true);
  const isRight = compared.breaks.length === 0;
  journal.expect('[I2] [I6] [I7] at the end every order has ended, once', isRight, comparedText(compared));
  journal.figure('exchange_orders', compared.exchangeOrders);
  journal.figure('exchange_fills', compared.fills);
}

function missing(): Promise<never> {
  return Promise.reject(new Error('the stage has no books'));
}
