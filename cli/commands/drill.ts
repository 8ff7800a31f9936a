import { Command, InvalidArgumentError, Option } from 'commander';
import { fileEvidence } from '../../shared/app/file-evidence.ts';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import { drillFailures } from '../../shared/core/gates/checklist.ts';
import type { Evidence } from '../../shared/core/gates/evidence.ts';
import { CONFIG_DIR, stageConfig } from '../decision/read-inputs.ts';
import { type DrillResult, killDrill } from '../drill/kill-drill.ts';
import { openGateDesk } from '../operator/gate-desk.ts';
import type { TargetFlags } from '../operator/kill-target.ts';
import { parseSeed } from './backtest.ts';

const EXAMPLES = `
Exits 1 when an order is left, one was placed after the switch was pulled, or a time limit was missed (3 s to
detect, 5 s to alert, 10 s until all are cancelled) [REQ-K1].

Examples:
  trader drill kill-switch --exchange simulator --orders 50 --json
  trader drill kill-switch --exchange simulator --orders 50 --faults
  trader drill kill-switch --exchange paper --orders 50
  trader drill kill-switch --exchange simulator --during-cycle
  trader drill kill-switch --exchange simulator --store-unreachable
  trader drill kill-switch --orders 50 --state .state/paper-synthetic-7`;

interface DrillFlags {
  readonly exchange: 'simulator' | 'paper';
  readonly stage: Stage;
  readonly config: string;
  readonly orders: number;
  readonly seed: number;
  readonly faults?: true;
  readonly duringCycle?: true;
  readonly storeUnreachable?: true;
  readonly state?: string;
  readonly file?: true;
  readonly json?: true;
}

/** `trader drill`: rehearsals that measure. */
export function drillCommand(): Command {
  return new Command('drill').description('rehearse an emergency and measure it').addCommand(killSwitchDrill());
}

function killSwitchDrill(): Command {
  return new Command('kill-switch')
    .description('put resting orders on the simulated exchange, pull the switch, measure until all are cancelled')
    .addOption(
      new Option('--exchange <exchange>', 'where the orders rest').choices(['simulator', 'paper']).default('simulator'),
    )
    .addOption(new Option('--stage <stage>', 'whose configuration').choices(STAGES).default('local'))
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .option('--orders <n>', 'how many orders rest', parseOrders, 50)
    .option('--seed <n>', 'of the made-up market', parseSeed, 7)
    .option('--faults', '20 % of the requests refused with 429, 20 % of the replies lost')
    .option('--during-cycle', 'pull it while a cycle decides')
    .option('--store-unreachable', 'the switch is not pulled: it stops answering')
    .option('--state <dir>', 'file the result as gate evidence of this state folder')
    .option('--file', 'file the result as gate evidence of --stage on AWS')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(flags: DrillFlags): Promise<void> {
  const targets = targetsOf(flags);
  // Books that cannot be opened are told before the drill and not behind it.
  for (const target of targets) await (await openGateDesk(target)).close();
  const result = await killDrill({
    config: drillConfig(flags.config, flags.stage, flags.exchange === 'paper' ? 'PAPER' : 'LIVE'),
    orders: flags.orders,
    seed: flags.seed,
    withFaults: flags.faults === true,
    duringCycle: flags.duringCycle === true,
    storeUnreachable: flags.storeUnreachable === true,
  });
  for (const target of targets) await fileDrill(target, result);
  const missed = drillFailures(result);
  if (missed.length > 0) process.exitCode = 1;
  console.log(flags.json === true ? JSON.stringify(result) : textOf(result, missed));
}

/** Where the result is filed. */
function targetsOf({ state, file, stage, config }: DrillFlags): readonly TargetFlags[] {
  return [...(state === undefined ? [] : [{ state, config }]), ...(file === true ? [{ stage, config }] : [])];
}

/** The stage's own figures, in LIVE against the simulator or in the paper book, with the halt's own patience (lambdas/halt/compose.ts). */
export function drillConfig(dir: string, stage: Stage, mode: 'PAPER' | 'LIVE' = 'LIVE') {
  const overrides = {
    app: { mode, exchange: { timeout_ms: 1_000 } },
    policy: { execution: { entry_route: 'maker_first', maker: { ttl_seconds: { T1: 600, T2: 600, T3: 600 } } } },
  };
  return stageConfig(dir, stage, overrides);
}

/** A drill that failed is evidence as well: it takes the place of an earlier one that did not. */
export async function fileDrill(target: TargetFlags, { faults: _faults, ...measured }: DrillResult): Promise<void> {
  const { books, context, close } = await openGateDesk(target);
  const { nowMs, codeVersion, riskHash } = context;
  const stamp = { at_ms: nowMs, code_version: codeVersion, risk_hash: riskHash };
  try {
    await fileEvidence<Evidence>(books.evidence, { kind: 'kill_drill', ...stamp, ...measured });
  } finally {
    await close();
  }
}

function textOf(result: DrillResult, missed: readonly string[]): string {
  const { orders, detect_ms, alert_ms, cancelled_ms, remaining } = result;
  return [
    `${orders} orders: detected after ${detect_ms} ms, alert after ${alert_ms} ms, all cancelled after ${cancelled_ms} ms, ${remaining} left`,
    ...missed.map((text) => `MISSED   ${text}`),
  ].join('\n');
}

function parseOrders(text: string): number {
  const count = Number(text);
  if (!/^\d{1,3}$/.test(text) || count < 1 || count > 200) {
    throw new InvalidArgumentError('Use a whole number from 1 to 200.');
  }
  return count;
}
