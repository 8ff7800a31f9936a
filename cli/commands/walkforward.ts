import { Command, InvalidArgumentError, Option } from 'commander';
import { INTERVAL_MS } from '../../shared/core/market/interval.ts';
import type { Choice } from '../research/study/criterion.ts';
import { changesOf, type Params, pointsOf } from '../research/study/grid.ts';
import type { Point, StudyInputs } from '../research/study/point.ts';
import type { PointRecord } from '../research/study/point-record.ts';
import { runStudy } from '../research/study/run-study.ts';
import { spanOf } from '../research/study/span.ts';
import { fitted, walkforwardReport } from '../research/walkforward/walkforward.ts';
import { walkforwardPage, walkforwardText } from '../research/walkforward/walkforward-view.ts';
import { type Window, type WindowPlan, windowsOf } from '../research/walkforward/windows.ts';
import { UserError } from '../user-error.ts';
import {
  giveOut,
  parseCount,
  prepareOuts,
  redrawOf,
  type StudyFlags,
  studyInputs,
  withStudyFlags,
} from './study-flags.ts';
import { axesOf, type GridFlags, withGridFlags } from './sweep.ts';

interface WalkforwardFlags extends StudyFlags, GridFlags {
  readonly train: number;
  readonly test: number;
  readonly step?: number;
  readonly embargo: number;
  readonly mode: 'rolling' | 'anchored';
  readonly fit: boolean;
  readonly trials?: number;
}

const EXAMPLES = `
The best point of a grid on one window, tested on the days that follow it, again and again; the tests one after the other
are a curve that no parameter was chosen on. A test sees the bars before it as history only, and an embargo keeps it apart
from the training. --no-fit tests what is shipped over the same windows. Resumable as a sweep (docs/research.md).

Examples:
  trader walkforward --data candles/1h --strategies donchian-ensemble --train 365d --test 90d \\
    --grid signals.strategy.donchian-ensemble.params.stop_atr=2,3,4 --out walk.json --html walk.html
  trader walkforward --data candles/1h --mode anchored --grid-file grid.yaml --criterion calmar --embargo 3d
  trader walkforward --data candles/1h --no-fit --test 90d --json | jq '.out_of_sample, .benchmark'`;

/** `trader walkforward`: what the best of yesterday did the day after. */
export function walkforwardCommand(): Command {
  const command = new Command('walkforward')
    .description('choose parameters on one window, test them on the next, again and again')
    .addOption(durationOption('--train', 'how long a training is', '365d'))
    .addOption(durationOption('--test', 'how long a test is', '90d'))
    .option('--step <duration>', 'from one test to the next (default: as long as a test)', parseDuration)
    .addOption(durationOption('--embargo', 'between training and test', '1d'))
    .addOption(
      new Option('--mode <mode>', 'trainings of one length, or all from the first bar on')
        .choices(['rolling', 'anchored'])
        .default('rolling'),
    )
    .option('--no-fit', 'choose nothing: test the parameters as shipped over the same windows')
    .option('--trials <n>', 'how many ways were tried, for the haircut (default: the points of the grid)', parseCount);
  return withStudyFlags(withGridFlags(command)).addHelpText('after', EXAMPLES).action(run);
}

/** A number of milliseconds would tell nobody anything. */
function durationOption(flag: string, description: string, usual: string): Option {
  return new Option(`${flag} <duration>`, `${description}, such as 12h or 365d`)
    .argParser(parseDuration)
    .default(parseDuration(usual), usual);
}

async function run(flags: WalkforwardFlags): Promise<void> {
  prepareOuts(flags);
  const inputs = studyInputs(flags);
  const axes = axesOf(flags);
  if (flags.fit && axes.length === 0) {
    throw new UserError('nothing to fit: give --grid path=value,value or --grid-file FILE, or --no-fit');
  }
  if (!flags.fit && axes.length > 0) throw new UserError('--no-fit takes no --grid: nothing is chosen');
  const choice: Choice = { criterion: flags.criterion, minTrips: flags.minTrips };
  const points = pointsOf(axes);
  const plan = planOf(flags, inputs);
  const windows = windowsOf(plan);
  const trained = flags.fit ? await trainedOn(windows, points, inputs, flags) : windows.map(() => []);
  const fits = trained.map((records) => (flags.fit ? fitted(points, records, choice) : null));
  const tested = await runStudy({
    ...studyOf(flags, inputs, 'walkforward-test'),
    points: windows.map(({ test }, i) => pointOf(flags, test, fits[i]?.params ?? {})),
  });
  const walked = {
    plan,
    isFitted: flags.fit,
    axes,
    trials: flags.trials ?? points.length,
    windows: windows.map((window, i) => ({
      window,
      fit: fits[i] ?? null,
      trained: trained[i] ?? [],
      tested: tested[i] as PointRecord,
    })),
  };
  const report = walkforwardReport(walked, choice, redrawOf(flags));
  giveOut({ report, page: () => walkforwardPage(report), text: () => walkforwardText(report) }, flags);
}

function planOf(flags: WalkforwardFlags, inputs: StudyInputs): WindowPlan {
  const { fromMs, toMs } = spanOf(inputs, { from: flags.from, to: flags.to, strategies: flags.strategies });
  const { train: trainMs, test: testMs, step: stepMs = testMs, embargo: embargoMs, mode, interval } = flags;
  const uneven = [trainMs, testMs, stepMs, embargoMs].find((each) => each % INTERVAL_MS[interval] !== 0);
  if (uneven !== undefined)
    throw new UserError(`--train, --test, --step and --embargo must be whole bars of ${interval}`);
  if (testMs < DAY_MS) throw new UserError('--test must be at least 1d: figures are made of days');
  return { fromMs, toMs, trainMs, testMs, stepMs, embargoMs, mode };
}

async function trainedOn(
  windows: readonly Window[],
  points: readonly Params[],
  inputs: StudyInputs,
  flags: WalkforwardFlags,
): Promise<readonly (readonly PointRecord[])[]> {
  const records = await runStudy({
    ...studyOf(flags, inputs, 'walkforward-train'),
    points: windows.flatMap(({ train }) => points.map((params) => pointOf(flags, train, params))),
  });
  return windows.map((_, i) => records.slice(i * points.length, (i + 1) * points.length));
}

function studyOf(flags: WalkforwardFlags, inputs: StudyInputs, command: string) {
  return { command, inputs, threads: flags.workers, results: flags.results };
}

function pointOf(
  { strategies, fees }: WalkforwardFlags,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  params: Params,
): Point {
  return { changes: changesOf(params), strategies, fromMs, toMs, fees: fees ?? null, costFactor: 1, keepsTrips: false };
}

const DAY_MS = INTERVAL_MS['1d'];
const UNIT_MS: Readonly<Record<string, number>> = { h: INTERVAL_MS['1h'], d: DAY_MS, w: 7 * DAY_MS };

export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit ?? ''];
  if (count === undefined || unitMs === undefined) {
    throw new InvalidArgumentError('Use hours, days or weeks, such as 12h, 90d or 8w.');
  }
  return Number(count) * unitMs;
}
