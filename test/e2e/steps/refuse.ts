import { linesOf } from '../functions.ts';
import type { StageUnderTest } from '../stage.ts';
import { toldOf } from '../ticks.ts';
import { until } from '../until.ts';

const PLACEHOLDER = 'the Scheduler left its placeholder in the slot';
/** It fires each minute, and looks every ten seconds whether it should. */
const SCHEDULER_MS = 120_000;

/** Before anything was permitted: a LIVE stage that decides, and sends nothing. */
export async function refuseWithoutGates({ journal, ticks, venue, table }: StageUnderTest): Promise<void> {
  journal.step('refuse');
  const cycle = await ticks.next();
  journal.say(toldOf(cycle));
  const { mode, kind } = cycle;
  const detail = `${kind} as ${mode}`;
  journal.expect('LIVE without gate evidence is a dry run', kind === 'completed' && mode === 'DRY_RUN', detail);
  const sent = venue.simulator.admin.orders().length;
  const records = (await table.orders()).length;
  journal.expect('and sends nothing', sent === 0, `${sent} orders on the exchange, ${records} records`);
}

/** The emulator's Scheduler fires and leaves its placeholder: what arrives must be refused, loudly. */
export async function refusePlaceholder({ journal, programs, deployedAtMs }: StageUnderTest): Promise<void> {
  journal.step('scheduler');
  const refusals = await until(
    async () => {
      const lines = await linesOf(programs, 'decide', deployedAtMs);
      const refused = lines.filter(({ text }) => text.includes(PLACEHOLDER));
      return refused.length > 0 ? refused : undefined;
    },
    SCHEDULER_MS,
    2_000,
  );
  const first = refusals?.[0]?.atMs;
  journal.expect(
    "decide refuses the Scheduler's own tick, whose placeholder the emulator does not replace",
    refusals !== undefined,
    first === undefined ? 'none seen' : `${Math.round((first - deployedAtMs) / 1_000)} s after the deployment`,
  );
}
