import { Command, InvalidArgumentError, Option } from 'commander';
import { formatFaults } from '../../shared/config/fault.ts';
import { loadConfig } from '../../shared/config/load.ts';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { type DrillResult, killDrill } from '../drill/kill-drill.ts';
import { UserError } from '../user-error.ts';

/** [REQ-K1] From the flip. */
const LIMITS_MS = { detect_ms: 3_000, alert_ms: 5_000, cancelled_ms: 10_000 } as const;

const EXAMPLES = `
Exits 1 when an order is left, one was placed after the switch was pulled, or a time limit was missed (${LIMITS_MS.detect_ms / 1_000} s to
detect, ${LIMITS_MS.alert_ms / 1_000} s to alert, ${LIMITS_MS.cancelled_ms / 1_000} s until all are cancelled).

Examples:
  trader drill kill-switch --exchange simulator --orders 50 --json
  trader drill kill-switch --exchange simulator --orders 50 --faults
  trader drill kill-switch --exchange simulator --during-cycle
  trader drill kill-switch --exchange simulator --store-unreachable`;

interface DrillFlags {
  readonly stage: Stage;
  readonly config: string;
  readonly orders: number;
  readonly seed: number;
  readonly faults?: true;
  readonly duringCycle?: true;
  readonly storeUnreachable?: true;
  readonly json?: true;
}

/** `trader drill`: rehearsals that measure. */
export function drillCommand(): Command {
  return new Command('drill').description('rehearse an emergency and measure it').addCommand(killSwitchDrill());
}

function killSwitchDrill(): Command {
  return new Command('kill-switch')
    .description('put resting orders on the simulated exchange, pull the switch, measure until all are cancelled')
    .addOption(new Option('--exchange <exchange>', 'where the orders rest').choices(['simulator']).default('simulator'))
    .addOption(new Option('--stage <stage>', 'whose configuration').choices(STAGES).default('local'))
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .option('--orders <n>', 'how many orders rest', parseOrders, 50)
    .option('--seed <n>', 'of the made-up market', Number, 7)
    .option('--faults', '20 % of the requests refused with 429, 20 % of the replies lost')
    .option('--during-cycle', 'pull it while a cycle decides')
    .option('--store-unreachable', 'the switch is not pulled: it stops answering')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(flags: DrillFlags): Promise<void> {
  const result = await killDrill({
    config: drillConfig(flags.config, flags.stage),
    orders: flags.orders,
    seed: flags.seed,
    withFaults: flags.faults === true,
    duringCycle: flags.duringCycle === true,
    storeUnreachable: flags.storeUnreachable === true,
  });
  const missed = missedLimits(result);
  if (missed.length > 0) process.exitCode = 1;
  console.log(flags.json === true ? JSON.stringify(result) : textOf(result, missed));
}

/** The stage's own figures, in LIVE against the simulator, with the halt's own patience (lambdas/halt/compose.ts). */
export function drillConfig(dir: string, stage: Stage) {
  const overrides = {
    app: { mode: 'LIVE', exchange: { timeout_ms: 1_000 } },
    policy: { execution: { entry_route: 'maker_first', maker: { ttl_seconds: { T1: 600, T2: 600, T3: 600 } } } },
  };
  const loaded = loadConfig({ dir, stage, overrides });
  if (loaded.kind === 'invalid') throw new UserError(formatFaults(loaded.faults));
  return loaded.config;
}

export function missedLimits(result: DrillResult): readonly string[] {
  const late = (Object.keys(LIMITS_MS) as (keyof typeof LIMITS_MS)[]).filter((key) => {
    const measured = result[key];
    return measured === null || measured > LIMITS_MS[key];
  });
  return [
    ...late.map((key) => `${key} ${result[key] ?? 'never'}, ${LIMITS_MS[key]} allowed`),
    ...(result.remaining > 0 ? [`${result.remaining} orders are left`] : []),
    ...(result.placed_after > 0 ? [`${result.placed_after} orders were placed after the switch was pulled`] : []),
  ];
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
