import { type CheckOutcome, runDailyChecks } from '../../shared/app/hygiene.ts';
import { judgeYesterday } from '../../shared/app/judge-day.ts';
import { keepProducts } from '../../shared/app/keep-products.ts';
import { checkKeyAges } from '../../shared/app/key-ages.ts';
import { live } from './process.ts';
import type { Weeks } from './weeks.ts';
import { BOT_ID, codeOf, type DailyPorts } from './world.ts';

const TIMEOUT_MS = 120_000;
const TRIES = 3;

/** What the daily function does, repeated as its schedule repeats it. false: it was given up. */
export async function hygiene(weeks: Weeks): Promise<boolean> {
  const { world } = weeks;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const ended = await live(weeks, TIMEOUT_MS, (ports) =>
      runDailyChecks([
        { name: 'key ages', run: async () => void (await checkKeyAges(ports)) },
        { name: 'products', run: async () => void (await keepProducts({ ...ports, archive: ports.days }, 'USD')) },
        {
          name: 'replay',
          async run() {
            const binding = { code_version: codeOf(world), risk_hash: world.config.decision.configHash };
            const settings = { mode: world.mode, botId: BOT_ID, binding, budgetMs: 90_000 };
            const { replayed, drifted } = await judgeYesterday(
              { ...ports, archive: drifting(weeks, ports.days) },
              settings,
            );
            weeks.count('days judged');
            if (replayed > 0) weeks.count('days compared');
            if (drifted.length > 0) weeks.report('replay', `hygiene: ${drifted.length} of ${replayed} differ`);
          },
        },
      ]),
    );
    const outcomes: readonly CheckOutcome[] = ended.kind === 'done' ? ended.value : [];
    const failed = outcomes.filter(({ outcome }) => outcome === 'failed');
    for (const { name, outcome } of outcomes) weeks.count(`hygiene ${name} ${outcome}`);
    if (ended.kind === 'done' && failed.length === 0) return true;
    await world.clock.sleep(60_000);
  }
  weeks.count('hygiene given up');
  return false;
}

/** Planted: an archive that holds other decisions than were made. */
function drifting({ plant }: Weeks, days: DailyPorts['days']): DailyPorts['days'] {
  if (plant !== 'drifting') return days;
  return {
    ...days,
    slotsOf: days.slotsOf,
    get: async (slotMs) => (await days.get(slotMs))?.replace(/"equity":"\d/, '"equity":"9'),
  };
}
