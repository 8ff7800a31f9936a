import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { CRITERIA, type Criterion } from '../research/study/criterion.ts';
import { type Axis, axisIn, changesOf, pointsOf, readGrid } from '../research/study/grid.ts';
import { runStudy } from '../research/study/run-study.ts';
import { spanOf } from '../research/study/span.ts';
import { sweepReport } from '../research/sweep/sweep.ts';
import { sweepPage } from '../research/sweep/sweep-page.ts';
import { sweepText } from '../research/sweep/sweep-text.ts';
import { UserError } from '../user-error.ts';
import { repeatable } from './repeatable.ts';
import {
  giveOut,
  parseCount,
  prepareOuts,
  redrawOf,
  type StudyFlags,
  studyInputs,
  withStudyFlags,
} from './study-flags.ts';

export interface GridFlags {
  readonly grid: readonly string[];
  readonly gridFile?: string;
  readonly criterion: Criterion;
  readonly minTrips: number;
}

const EXAMPLES = `
One backtest for every combination of the values, on all processors. Finished ones are kept as they come: after Ctrl-C the
same command goes on where it was stopped, and a changed config, changed bars or changed code are run anew. The report is
the same whoever computed what when. Of many tries the best looks better than it is: the report says by how much
(docs/research.md).

A grid file is YAML or JSON, one line for each path: "policy.exits.max_hold_hours: [24, 48, 96]".

Examples:
  trader sweep --data candles/1h --strategies donchian-ensemble --grid signals.strategy.donchian-ensemble.params.stop_atr=2,3,4 \\
    --grid signals.strategy.donchian-ensemble.params.min_score=0.25,0.5,0.75 --out sweep.json --html sweep.html
  trader sweep --data candles/1h --from 2021-01-01 --to 2022-01-01 --grid-file grid.yaml --criterion calmar --min-trips 30
  trader sweep --data candles/1h --grid-file grid.yaml --workers 1 --json | jq '.best, .deflation'`;

/** `trader sweep`: every combination of some parameters, and what the best is worth after so many tries. */
export function sweepCommand(): Command {
  const command = new Command('sweep').description('backtest every combination of some parameters, on all processors');
  return withStudyFlags(withGridFlags(command)).addHelpText('after', EXAMPLES).action(run);
}

export function withGridFlags(command: Command): Command {
  return command
    .addOption(repeatable('--grid <path=values>', 'a value of the config and what to try for it; may be repeated'))
    .option('--grid-file <file>', 'the same for many, as YAML or JSON')
    .addOption(
      new Option('--criterion <figure>', 'by what the best is found; a point without such a figure comes last')
        .choices(CRITERIA)
        .default('sharpe'),
    )
    .option('--min-trips <n>', 'fewer round trips than this are not chosen', parseCount, 1);
}

async function run(flags: StudyFlags & GridFlags): Promise<void> {
  prepareOuts(flags);
  const inputs = studyInputs(flags);
  const axes = axesOf(flags);
  if (axes.length === 0) throw new UserError('nothing to sweep: give --grid path=value,value or --grid-file FILE');
  const points = pointsOf(axes);
  const { fromMs, toMs } = spanOf(inputs, { from: flags.from, to: flags.to, strategies: flags.strategies });
  const records = await runStudy({
    command: 'sweep',
    inputs,
    points: points.map((params) => ({
      changes: changesOf(params),
      strategies: flags.strategies,
      fromMs,
      toMs,
      fees: flags.fees ?? null,
      costFactor: 1,
      keepsTrips: false,
    })),
    threads: flags.workers,
    results: flags.results,
  });
  const { criterion, minTrips } = flags;
  const report = sweepReport({ axes, points, records }, { criterion, minTrips }, redrawOf(flags));
  giveOut({ report, page: () => sweepPage(report), text: () => sweepText(report) }, flags);
}

export function axesOf({ grid, gridFile }: GridFlags): readonly Axis[] {
  return [...(gridFile === undefined ? [] : readGrid(resolve(gridFile))), ...grid.map(axisIn)];
}
