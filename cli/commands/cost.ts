import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command, Option } from 'commander';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import { type CostItem, dominating, type MonthlyCost, monthlyCost } from '../cost/monthly-cost.ts';
import { readPrices } from '../cost/price-table.ts';
import { type StageTemplate, stageTemplateSchema } from '../cost/stage-template.ts';
import { readUsage, usageOf } from '../cost/usage.ts';
import { CONFIG_DIR, stageConfig } from '../decision/read-inputs.ts';
import { tableLines } from '../render/table.ts';
import { UserError } from '../user-error.ts';

export const COST_LIMIT_USD = 8;
export const COST_GOAL_USD = 5;

const EXAMPLES = `
Computed, not read from a bill: the resources of the synthesized template, what a cycle was measured to use
(cli/cost/usage.json), and a dated table of list prices (cli/cost/prices.json: check it before you rely on it).
The stages paper and live are priced as if they might trade, with the kill switch watched all the time.
The total counts the allowance that AWS gives every account for ever, as if nothing else used it; the list price does without.
Exits 1 above the limit.

Examples:
  trader cost --stage live
  trader cost --stage live --json`;

interface CostFlags {
  readonly stage: Exclude<Stage, 'local'>;
  readonly config: string;
  readonly json?: true;
}

/** `trader cost`: what a stage costs a month, and what of it dominates. */
export function costCommand(): Command {
  return new Command('cost')
    .description('what a stage costs on AWS a month, item by item')
    .addOption(
      new Option('--stage <stage>', 'a stage on AWS')
        .choices(STAGES.filter((stage) => stage !== 'local'))
        .makeOptionMandatory(),
    )
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: CostFlags) => {
      // Here, where its faults are told as everywhere; the other process would end with a stack.
      stageConfig(flags.config, flags.stage);
      const cost = monthlyCost(await stageTemplate(flags), usageOf(readUsage(), modeOf(flags.stage)), readPrices());
      if (cost.total_usd > COST_LIMIT_USD) process.exitCode = 1;
      console.log(flags.json === true ? JSON.stringify({ stage: flags.stage, ...cost }) : costText(flags.stage, cost));
    });
}

/** The mode a stage is made for, whatever its config says today. */
function modeOf(stage: CostFlags['stage']): 'PAPER' | 'LIVE' {
  return stage === 'live' ? 'LIVE' : 'PAPER';
}

const run = promisify(execFile);
const PROJECT_DIR = join(import.meta.dirname, '..', '..');

/** Another process synthesizes it: the command line itself carries no CDK. */
export async function stageTemplate({ stage, config }: Pick<CostFlags, 'stage' | 'config'>): Promise<StageTemplate> {
  const script = join(PROJECT_DIR, 'bin', 'template.ts');
  const trading = stage === 'dev' ? [] : ['--trading'];
  const args = [...process.execArgv, script, '--stage', stage, '--config', config, ...trading];
  try {
    const { stdout } = await run(process.execPath, args, { cwd: PROJECT_DIR, maxBuffer: 64 * 1_024 * 1_024 });
    return stageTemplateSchema.parse(JSON.parse(stdout));
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: string };
    throw new UserError(`stage ${stage} cannot be synthesized: ${stderr?.trim() || message}`);
  }
}

const COLUMNS = [
  { title: 'item', cell: ({ service }: CostItem) => service },
  { title: 'USD', align: 'right' as const, cell: ({ usd }: CostItem) => usd.toFixed(2) },
  { title: 'list', align: 'right' as const, cell: ({ list_usd }: CostItem) => list_usd.toFixed(2) },
  { title: 'why', cell: ({ why }: CostItem) => why },
];

export function costText(stage: string, cost: MonthlyCost): string {
  const { as_of, region, note } = readPrices();
  const names = dominating(cost).map(({ service, usd }) => `${service} $${usd.toFixed(2)}`);
  return [
    `stage ${stage}: $${cost.total_usd.toFixed(2)} a month, $${cost.list_usd.toFixed(2)} at list price without the free allowance (${region}, ${as_of})`,
    `limit $${COST_LIMIT_USD}, goal $${COST_GOAL_USD}; most of it: ${names.join(', ')}`,
    ...tableLines<CostItem>(COLUMNS, cost.items),
    note,
  ].join('\n');
}
