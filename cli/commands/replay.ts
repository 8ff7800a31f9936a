import { Command } from 'commander';
import { paintFor } from '../render/paint.ts';
import { replayText } from '../render/replay-view.ts';
import { cycleNamed, readCycleFile, slotText } from '../research/archived-cycles.ts';
import { decisionsIn, replayed } from '../research/replay.ts';
import { UserError } from '../user-error.ts';

const EXAMPLES = `
CYCLE is a slot (2025-01-06T00:01Z, or milliseconds), "latest", or the path of an archived cycle. The decision is made
again from the archived inputs by the very function that made it, and held against the archived decision: nothing but
the same bytes will do. Exits 1 when anything differs, and shows where.

Examples:
  trader replay latest --state .state/paper-synthetic-1
  trader replay 2025-01-06T00:01Z --archive bucket-copy/cycles/247t/PAPER --json
  trader replay .state/paper-synthetic-1/cycles/247t/PAPER/2025-01-06/1736121660000.json.gz`;

interface ReplayFlags {
  readonly archive?: string;
  readonly state?: string;
  readonly decisions?: string;
  readonly json?: true;
}

/** `trader replay`: one cycle again, and what is different. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('decide on one archived cycle again and show what differs; exits 1 when anything does')
    .argument('<cycle>', 'a slot, "latest", or a file')
    .option('--archive <dir>', 'a folder with archived cycles')
    .option('--state <dir>', 'the state folder of a local run')
    .option(
      '--decisions <file>',
      'recorded decisions of "trader local --decisions", for cycles archived without theirs',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(named: string, { archive, state, decisions, json }: ReplayFlags): Promise<void> {
  const { path } = cycleNamed(named, archive ?? state);
  const cycle = readCycleFile(path);
  const { slotMs } = cycle.snapshot;
  const { recorded, differences } = replayed(cycle, (await decisionsIn(decisions)).get(slotMs));
  if (recorded === undefined) {
    throw new UserError(
      `${path} holds no decision to compare with: give --decisions FILE, or see what it decides with "trader decide --snapshot ${path}"`,
    );
  }
  const identical = differences.length === 0;
  if (!identical) process.exitCode = 1;
  const report = { slot: slotText(slotMs), file: path, config_hash: cycle.config.configHash, identical, differences };
  console.log(json === true ? JSON.stringify(report) : replayText(report, paintFor(process.stdout)));
}
