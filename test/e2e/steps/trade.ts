import { compare, comparedText, untilQuiet } from '../books.ts';
import type { StageUnderTest } from '../stage.ts';
import { toldOf } from '../ticks.ts';

const MOST_TICKS = 4;

/** Entries through the FIFO queue to the exchange, fills in the table, a stop that rests behind each position. */
export async function trade(stage: StageUnderTest): Promise<void> {
  const { journal, ticks, table, venue } = stage;
  journal.step('trade');
  for (let i = 0; i < MOST_TICKS; i += 1) {
    const cycle = await ticks.next();
    journal.say(toldOf(cycle));
    await untilQuiet(table);
    if (venue.simulator.admin.fills().length > 0 && restingIn(stage) > 0) break;
  }
  await agree(stage, 'books and exchange agree');
  const booked = (await table.orders()).flatMap(({ fills }) => fills).length;
  journal.expect('entries were filled, and their fills stand in DynamoDB', booked > 0, `${booked} fills`);
  journal.expect(
    'stops rest on the exchange behind positions',
    restingIn(stage) > 0,
    `${restingIn(stage)} orders rest`,
  );
  journal.figure('fills_booked', booked);
}

export function restingIn({ venue }: Pick<StageUnderTest, 'venue'>): number {
  venue.simulator.admin.advance();
  return venue.simulator.admin.orders().filter(({ status }) => status === 'OPEN').length;
}

const LOOKS = 3;

/** Once nothing is on its way any more. What filled since the last cycle is booked by the next one. */
export async function agree(stage: StageUnderTest, what: string): Promise<void> {
  const { journal, table, venue, ticks } = stage;
  let quiet = await untilQuiet(table);
  let compared = await compare(table, venue);
  for (let look = 1; look < LOOKS && compared.breaks.length > 0; look += 1) {
    journal.say(`not yet: ${comparedText(compared)}`);
    journal.say(toldOf(await ticks.next()));
    quiet = await untilQuiet(table);
    compared = await compare(table, venue);
  }
  const isRight = quiet !== undefined && compared.breaks.length === 0;
  const waiting = quiet === undefined ? ', intents are still on their way' : '';
  journal.expect(what, isRight, comparedText(compared) + waiting);
}
