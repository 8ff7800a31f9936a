import { Command } from 'commander';
import { usd } from '../../shared/core/money/fixed.ts';
import { paintFor } from '../render/paint.ts';
import { type Applicant, admissionReport } from '../research/admission/admission.ts';
import { admissionPage, admissionText } from '../research/admission/admission-view.ts';
import { researchConfig } from '../research/backtest/stage-config.ts';
import type { StudyInputs } from '../research/study/point.ts';
import type { PointRecord, TripCost } from '../research/study/point-record.ts';
import { runStudy } from '../research/study/run-study.ts';
import { spanOf } from '../research/study/span.ts';
import { factsOf, type StudyFacts } from '../research/study/study-facts.ts';
import { tripCosts } from '../research/study/trip-costs.ts';
import { UserError } from '../user-error.ts';
import { readReport } from './montecarlo.ts';
import {
  giveOut,
  parseCount,
  prepareOuts,
  redrawOf,
  type StudyFlags,
  studyInputs,
  withStudyFlags,
} from './study-flags.ts';

interface AdmissionFlags extends Omit<StudyFlags, 'data'> {
  readonly data?: string;
  readonly report?: string;
  readonly minTrips: number;
  readonly check?: true;
}

const EXAMPLES = `
What a round trip of each strategy makes at the middle price, with an interval, against what that round trip costs: fees,
half spreads and impact of its own fills. Each strategy is run alone; --report takes the round trips of a backtest that is
there already, in which they shared the account. A strategy clears when the whole interval of its net edge lies above zero
and stays significant among all of them; what cannot be shown does not clear (docs/research.md).

Examples:
  trader admission --data candles/1h --fees 60/120 --out admission.json --html admission.html
  trader admission --data candles/1h --strategies donchian-ensemble,ema-trend-pullback --min-trips 100 --json
  trader admission --report report.json
  trader admission --data candles/1h --strategies donchian-ensemble --check     exits 1 unless all of them clear`;

/** `trader admission`: whether a strategy pays for its own trades. */
export function admissionCommand(): Command {
  const command = new Command('admission')
    .description("hold each strategy's edge against the cost of its own round trips")
    .option('--report <file>', 'a report of `trader backtest --out` instead of --data')
    .option('--min-trips <n>', 'fewer round trips than this show nothing', parseCount, 30)
    .option('--check', 'exit 1 unless every strategy clears');
  const all = withStudyFlags(command);
  for (const option of all.options) if (option.long === '--data') option.makeOptionMandatory(false);
  return all.addHelpText('after', EXAMPLES).action(run);
}

async function run(flags: AdmissionFlags): Promise<void> {
  prepareOuts(flags);
  const { facts, applicants } = flags.report === undefined ? await ranAlone(flags) : fromReport(flags.report, flags);
  const terms = { minTrips: flags.minTrips, isAlone: flags.report === undefined };
  const report = admissionReport(facts, applicants, terms, redrawOf(flags));
  if (flags.check === true && report.strategies.some(({ verdict }) => verdict !== 'clears')) process.exitCode = 1;
  const text = () => admissionText(report, paintFor(process.stdout));
  giveOut({ report, page: () => admissionPage(report), text }, flags);
}

interface Applied {
  readonly facts: StudyFacts;
  readonly applicants: readonly Applicant[];
}

function fromReport(file: string, { data, strategies }: AdmissionFlags): Applied {
  if (data !== undefined) throw new UserError('give --data to run the strategies, or --report to take what was run');
  const report = readReport(file);
  const { config_hash: _config, slots: _slots, symbol_bars: _bars, ...facts } = report.run;
  const names = strategies ?? facts.strategies;
  const missing = names.filter((name) => !facts.strategies.includes(name));
  if (missing.length > 0) {
    throw new UserError(
      `--strategies: ${file} has no ${missing.join(', ')}; there are: ${facts.strategies.join(', ')}`,
    );
  }
  return { facts, applicants: byStrategy(names, tripCosts(report)) };
}

async function ranAlone(flags: AdmissionFlags): Promise<Applied> {
  const { data } = flags;
  if (data === undefined) throw new UserError('give --data with candles, or --report with the report of a backtest');
  const inputs = studyInputs({ ...flags, data });
  const names = flags.strategies ?? enabledIn(inputs);
  const { fromMs, toMs } = spanOf(inputs, { from: flags.from, to: flags.to, strategies: names });
  const records = await runStudy({
    command: 'admission',
    inputs,
    points: names.map((name) => ({
      changes: [],
      strategies: [name],
      fromMs,
      toMs,
      fees: flags.fees ?? null,
      costFactor: 1,
      keepsTrips: true,
    })),
    threads: flags.workers,
    results: flags.results,
  });
  const facts = { ...factsOf(records[0] as PointRecord, []), strategies: [...names] };
  return { facts, applicants: names.map((strategy, i) => ({ strategy, trips: records[i]?.trips ?? [] })) };
}

function enabledIn({ config, stage, capital, changes }: StudyInputs): readonly string[] {
  const { strategy } = researchConfig(config, stage, usd(capital), changes).decision.signals;
  const enabled = Object.entries(strategy).filter(([, settings]) => settings.enabled && !settings.shadow);
  if (enabled.length === 0) throw new UserError('no strategy is enabled in this stage: name some with --strategies');
  return enabled.map(([name]) => name).sort();
}

function byStrategy(names: readonly string[], trips: readonly TripCost[]): readonly Applicant[] {
  return names.map((strategy) => ({ strategy, trips: trips.filter((trip) => trip.strategy === strategy) }));
}
