import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { STAGES } from '../../shared/config/stages.ts';
import { INTERVALS } from '../../shared/core/market/interval.ts';
import { EXCHANGES, type LocalFlags, localRun, SOURCES } from '../local/options.ts';
import { textReporter } from '../local/reporter.ts';
import { runLocal } from '../local/run-local.ts';
import { paintFor } from '../render/paint.ts';
import { parseUtcTime } from '../utc-time.ts';

const DEFAULT_CONFIG = join(import.meta.dirname, '..', '..', 'config');

const EXAMPLES = `
The state is kept and an interrupted run goes on where it stopped. A run that reached its end (--cycles, --to) starts
over, unless its folder is named with --state: then it always goes on.

Examples:
  trader local
  trader local --mode live --exchange simulator --seed 7 --cycles 500 --speed max --json
  trader local --source replay --data candles/1m --from 2021-05-18 --to 2021-05-20 --speed max
  trader local --source public --mode paper`;

/** `trader local`: the whole bot in one process, with the handlers that run on AWS. */
export function localCommand(): Command {
  return new Command('local')
    .description('run the bot on this machine: same handlers, embedded storage and queue')
    .addOption(
      new Option('--mode <mode>', 'what may happen (default: as the stage says)').choices(['dry_run', 'paper', 'live']),
    )
    .addOption(new Option('--exchange <exchange>', 'where orders would go (default: fits --source)').choices(EXCHANGES))
    .addOption(new Option('--source <source>', 'the market').choices(SOURCES).default('synthetic'))
    .option('--data <dir>', 'folder of candles, imported or CSV, for --source replay')
    .addOption(
      new Option('--interval <interval>', 'bars that drive decisions (default: as the stage says)').choices(INTERVALS),
    )
    .option('--from <time>', 'first moment of a synthetic or replayed run, UTC', parseUtcTime)
    .option('--to <time>', 'end of a synthetic or replayed run, UTC', parseUtcTime)
    .option('--seed <n>', 'of everything made up or random', parseCount(0), 7)
    .option('--speed <n|max>', 'virtual seconds per second (default: a bar each quarter of a second)', parseSpeed)
    .option('--cycles <n>', 'stop after so many cycles', parseCount(1))
    .option('--state <dir>', 'where the run lives (default: .state/<mode>-<source>-<seed>)')
    .addOption(new Option('--stage <stage>', 'whose configuration').choices(STAGES).default('local'))
    .addOption(new Option('--config <dir>', 'the config folder').default(DEFAULT_CONFIG, 'config/ of this program'))
    .option('--decisions <file>', 'write every decision, one JSON object a line')
    .option('--json', 'last line on stdout: the summary as JSON; progress goes to stderr')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(flags: LocalFlags): Promise<void> {
  const wanted = localRun(flags);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  for (const name of SIGNALS) process.once(name, interrupt);
  // With --json stdout belongs to the machine.
  const stream = wanted.isJson ? process.stderr : process.stdout;
  const reporter = textReporter((line) => stream.write(`${line}\n`), paintFor(stream));
  try {
    const summary = await runLocal(wanted, reporter, stop.signal);
    if (wanted.isJson) console.log(JSON.stringify(summary));
    if (summary.invariant_breaks + summary.errors > 0) process.exitCode = 1;
  } finally {
    for (const name of SIGNALS) process.off(name, interrupt);
  }
}

/** The first one finishes the cycle and says goodbye; a second one of the same kind ends at once. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function parseCount(min: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!/^\d{1,9}$/.test(text) || count < min)
      throw new InvalidArgumentError(`Use a whole number of at least ${min}.`);
    return count;
  };
}

function parseSpeed(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const speed = Number(text);
  if (!/^\d{1,6}(?:\.\d{1,3})?$/.test(text) || speed <= 0) {
    throw new InvalidArgumentError('Use "max" or virtual seconds per second, such as 60.');
  }
  return speed;
}
