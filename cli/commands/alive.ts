import { Command, Option } from 'commander';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { giveSignOfLife } from '../../shared/app/sign-of-life.ts';
import { STAGES } from '../../shared/config/stages.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { openBooks } from '../operator/books.ts';
import type { TargetFlags } from '../operator/kill-target.ts';

/** `trader alive`: tells the bot that somebody is there. */
export function aliveCommand(): Command {
  return new Command('alive')
    .description('give a sign of life: without one for app.operator.silent_days nothing new is bought (0: never asked)')
    .option('--state <dir>', 'the state folder of a stopped run on this machine')
    .addOption(new Option('--stage <stage>', 'a stage on AWS').choices(STAGES).conflicts('state'))
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .option('--json', 'print one JSON object')
    .action(async (flags: TargetFlags & { readonly json?: true }) => {
      const books = await openBooks(flags);
      try {
        const atMs = systemClock.nowMs();
        await giveSignOfLife(books.facts, atMs);
        if (flags.json === true) console.log(JSON.stringify({ target: books.name, at: new Date(atMs).toISOString() }));
        else console.log(`${books.name}: noted, somebody is there`);
      } finally {
        await books.close();
      }
    });
}
