import { Command, Option } from 'commander';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import { toNumber } from '../../shared/core/money/fixed.ts';
import { hurdlesOf, packOf } from '../decision/pack.ts';
import { CONFIG_DIR, readCycle, stageConfig } from '../decision/read-inputs.ts';
import { shadowScores } from '../decision/shadow-score.ts';
import { type PackReport, packText } from '../render/pack-view.ts';
import { paintFor } from '../render/paint.ts';

const EXAMPLES = `
The needed edge is what a proposal must be expected to make after what a round trip costs (rule fee_edge). It is shown at
the configured fees, or with --snapshot at the fees that the archived cycle read from the account. The account of that
cycle also brings the paper scores of the strategies that run without authority (shadow).

Examples:
  trader strategies
  trader strategies --stage live --json
  trader strategies --stage paper --snapshot cycle.json.gz`;

interface StrategiesFlags {
  readonly stage: Stage;
  readonly config: string;
  readonly snapshot?: string;
  readonly json?: true;
}

/** `trader strategies`: the pack as a stage has it. */
export function strategiesCommand(): Command {
  return new Command('strategies')
    .description('list the strategies with state, bars, warm-up, budgets, parameters and the edge they need')
    .addOption(new Option('--stage <stage>', 'whose configuration').choices(STAGES).default('local'))
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .option('--snapshot <file>', 'take the fees and the paper scores from this archived cycle')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((flags: StrategiesFlags) => {
      const report = reportOf(flags);
      console.log(flags.json === true ? JSON.stringify(report) : packText(report, paintFor(process.stdout)));
    });
}

function reportOf({ stage, config: dir, snapshot: file }: StrategiesFlags): PackReport {
  const { decision } = stageConfig(dir, stage);
  const { policy, signals, configHash } = decision;
  const cycle = file === undefined ? undefined : readCycle(file);
  const read = cycle?.snapshot.fees;
  const fees =
    read === undefined
      ? { taker_bps: policy.execution.taker_fee_bps, source: 'config' }
      : { taker_bps: toNumber(read.taker) * 10_000, source: read.source };
  const hurdles = hurdlesOf(decision, fees.taker_bps);
  return {
    stage,
    config_hash: configHash,
    base_interval: signals.interval,
    fees,
    min_edge_multiple: policy.risk.min_edge_multiple,
    hurdles,
    strategies: packOf(decision, hurdles),
    shadow_scores: cycle === undefined ? null : shadowScores(cycle.account?.shadow ?? {}, cycle.snapshot),
  };
}
