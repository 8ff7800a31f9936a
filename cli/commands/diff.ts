import { Command, Option } from 'commander';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import { stageConfig } from '../decision/read-inputs.ts';
import { configDiffText } from '../render/config-diff-view.ts';
import { paintFor } from '../render/paint.ts';
import { progressBar } from '../render/progress.ts';
import { cyclesIn, readCycleFile, slotText } from '../research/archived-cycles.ts';
import { type ConfigComparison, type ConfigDiff, configComparison } from '../research/config-diff.ts';
import { UserError } from '../user-error.ts';

const EXAMPLES = `
Every recorded cycle is decided twice, on its own market and its own account: once with each config. So each cycle is
compared alone; what would have followed from another trade is not (that is what a backtest is for). Nothing is ordered.

Examples:
  trader diff --old config --new config-next --archive .state/paper-public-1
  trader diff --old config --new config-next --stage live --archive bucket-copy/cycles/247t/LIVE --json`;

interface DiffFlags {
  readonly old: string;
  readonly new: string;
  readonly archive: string;
  readonly stage: Stage;
  readonly json?: true;
}

/** `trader diff`: what another config would have ordered, before it is deployed. */
export function diffCommand(): Command {
  return new Command('diff')
    .description('decide on recorded cycles with two configs: changed intents, turnover, worst exposure')
    .requiredOption('--old <dir>', 'the config folder that is used now')
    .requiredOption('--new <dir>', 'the config folder that is to be used')
    .requiredOption('--archive <dir>', 'a folder with archived cycles, such as a state folder')
    .addOption(new Option('--stage <stage>', 'the stage of both').choices(STAGES).default('local'))
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

function run({ old, new: next, archive, stage, json }: DiffFlags): void {
  const configs = [old, next].map((dir) => stageConfig(dir, stage).decision);
  const [before, after] = configs as [(typeof configs)[number], (typeof configs)[number]];
  const diff = compared(archive, configComparison(before, after), [before.signals.interval, after.signals.interval]);
  console.log(json === true ? JSON.stringify(diff) : configDiffText(diff, paintFor(process.stdout)));
}

function compared(archive: string, comparison: ConfigComparison, intervals: readonly string[]): ConfigDiff {
  const cycles = cyclesIn(archive);
  const progress = progressBar({ total: cycles.length, unit: 'cycles' });
  try {
    for (const [i, { slotMs, path }] of cycles.entries()) {
      progress.at(i, slotText(slotMs));
      const { snapshot, account } = readCycleFile(path);
      const other = intervals.find((interval) => interval !== snapshot.baseInterval);
      if (other !== undefined) {
        throw new UserError(
          `${path} was recorded on ${snapshot.baseInterval} bars, one config decides on ${other} bars (signals.interval): they cannot be compared`,
        );
      }
      comparison.add({ snapshot, account });
    }
  } finally {
    progress.end();
  }
  return comparison.report();
}
