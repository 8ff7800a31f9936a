import { Command, InvalidArgumentError } from 'commander';
import { PESSIMISTIC } from '../../shared/core/backtest/fill-model.ts';
import { usd } from '../../shared/core/money/fixed.ts';
import type { BpsPair } from '../research/backtest/run.ts';
import { researchConfig } from '../research/backtest/stage-config.ts';
import { sensitivityReport } from '../research/sensitivity/sensitivity.ts';
import { sensitivityPage, sensitivityText } from '../research/sensitivity/sensitivity-view.ts';
import type { StudyInputs } from '../research/study/point.ts';
import type { PointRecord } from '../research/study/point-record.ts';
import { runStudy } from '../research/study/run-study.ts';
import { spanOf } from '../research/study/span.ts';
import { factsOf } from '../research/study/study-facts.ts';
import { giveOut, prepareOuts, redrawOf, type StudyFlags, studyInputs, withStudyFlags } from './study-flags.ts';

interface SensitivityFlags extends StudyFlags {
  readonly feeFactors: readonly number[];
  readonly costFactors: readonly number[];
}

const EXAMPLES = `
One backtest for every pair of factors: fees of 0 to twice as much, spreads and impacts likewise, and where between them
the return is gone. Fees are those of --fees or policy.yaml; the bot knows them and trades less where they are high.
Resumable as a sweep (docs/research.md).

Examples:
  trader sensitivity --data candles/1h --strategies donchian-ensemble --fees 60/120 --out s.json --html s.html
  trader sensitivity --data candles/1h --fee-factors 0,0.25,0.5,1 --cost-factors 1,3 --json | jq .edge_dies`;

/** `trader sensitivity`: at which costs an edge dies. */
export function sensitivityCommand(): Command {
  const command = new Command('sensitivity')
    .description('backtest under other fees, spreads and impacts, and see where the edge dies')
    .option('--fee-factors <list>', 'times the fees', parseFactors, [0, 0.5, 1, 1.5, 2])
    .option('--cost-factors <list>', 'times spread and impact of the fill model', parseFactors, [0, 1, 2]);
  return withStudyFlags(command).addHelpText('after', EXAMPLES).action(run);
}

async function run(flags: SensitivityFlags): Promise<void> {
  prepareOuts(flags);
  const inputs = studyInputs(flags);
  const fees = flags.fees ?? feesOf(inputs);
  const { fromMs, toMs } = spanOf(inputs, { from: flags.from, to: flags.to, strategies: flags.strategies });
  const { feeFactors, costFactors } = flags;
  const factors = costFactors.flatMap((cost) => feeFactors.map((fee) => ({ fee, cost })));
  const records = await runStudy({
    command: 'sensitivity',
    inputs,
    points: factors.map(({ fee, cost }) => ({
      changes: [],
      strategies: flags.strategies,
      fromMs,
      toMs,
      fees: { maker: fees.maker * fee, taker: fees.taker * fee },
      costFactor: cost,
      keepsTrips: true,
    })),
    threads: flags.workers,
    results: flags.results,
  });
  const facts = factsOf(records[0] as PointRecord, []);
  const {
    spreadFactor: spread_factor,
    impactBpsAtCap: impact_bps_at_cap,
    maxVolumeShare: max_volume_share,
  } = PESSIMISTIC;
  const fill_model = { ...facts.fill_model, spread_factor, impact_bps_at_cap, max_volume_share };
  const run = { ...facts, maker_fee_bps: fees.maker, taker_fee_bps: fees.taker, fill_model };
  const points = factors.map((each, i) => ({ factors: each, record: records[i] as PointRecord }));
  const report = sensitivityReport({ run, feeFactors, costFactors, points }, redrawOf(flags));
  giveOut({ report, page: () => sensitivityPage(report), text: () => sensitivityText(report) }, flags);
}

function feesOf({ config, stage, capital, changes }: StudyInputs): BpsPair {
  const { execution } = researchConfig(config, stage, usd(capital), changes).decision.policy;
  return { maker: execution.maker_fee_bps, taker: execution.taker_fee_bps };
}

function parseFactors(text: string): readonly number[] {
  const factors = text
    .split(',')
    .map((part) => (/^\d{1,2}(?:\.\d{1,3})?$/.test(part.trim()) ? Number(part) : Number.NaN));
  if (factors.some(Number.isNaN) || new Set(factors).size < factors.length) {
    throw new InvalidArgumentError(
      'Use different factors from 0 to 99.999 with commas between them, such as 0,0.5,1,2.',
    );
  }
  return factors.toSorted((a, b) => a - b);
}
