import { userInfo } from 'node:os';
import { Command, Option } from 'commander';
import { rearmObstacles, recordRearm } from '../../shared/app/rearm.ts';
import { STAGES } from '../../shared/config/stages.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { openBooks } from '../operator/books.ts';
import { confirmTyped } from '../operator/confirm.ts';
import type { TargetFlags } from '../operator/kill-target.ts';
import { UserError } from '../user-error.ts';

const EXAMPLES = `
Refused until the halt is complete, a cycle since then has proven its books, no order is of unknown fate and nothing is
frozen. The first cycle after it enters nothing. On this machine the run must be stopped first.

Examples:
  trader rearm --state .state/paper-synthetic-7 --reason "false alarm, checked"
  trader rearm --stage live --reason "false alarm, checked" --confirm "rearm live"`;

interface RearmFlags extends TargetFlags {
  readonly reason: string;
  readonly by?: string;
  readonly confirm?: string;
  readonly json?: true;
}

/** `trader rearm`: arms the kill switch again, and makes sure that this is wise. */
export function rearmCommand(): Command {
  return new Command('rearm')
    .description('arm the kill switch again, after proof that nothing is left open')
    .option('--state <dir>', 'the state folder of a run on this machine')
    .addOption(new Option('--stage <stage>', 'a stage on AWS').choices(STAGES))
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .requiredOption('--reason <text>', 'what was checked')
    .option('--by <name>', 'who arms it (default: the user of this machine)')
    .option('--confirm <phrase>', 'the phrase that is asked for')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: RearmFlags) => {
      const rearmed = await rearm(flags);
      if (flags.json === true) console.log(JSON.stringify(rearmed));
      else console.log(`${rearmed.target}: ARMED. The next cycle only looks; entries follow after it.`);
    });
}

const CYCLES_LOOKED_AT = 3;

export interface Rearmed {
  readonly target: string;
  readonly switch: 'armed';
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

export async function rearm(flags: RearmFlags): Promise<Rearmed> {
  const books = await openBooks(flags);
  try {
    const obstacles = await rearmObstacles(books, await books.cycles(CYCLES_LOOKED_AT));
    if (obstacles.length > 0)
      throw new UserError(`not re-armed:\n${obstacles.map((line) => `  - ${line}`).join('\n')}`);
    const phrase = flags.stage === undefined ? 'rearm' : `rearm ${flags.stage}`;
    await confirmTyped(phrase, `${books.name} will trade again`, flags.confirm);
    const { by = userInfo().username, reason } = flags;
    const atMs = Date.now();
    await recordRearm(books, { by, reason, atMs });
    await books.killSwitch.set({ kind: 'armed' });
    return { target: books.name, switch: 'armed', by, reason, at: new Date(atMs).toISOString() };
  } finally {
    await books.close();
  }
}
