import { Command, Option } from 'commander';
import { destroyObstacles } from '../../shared/app/destroy-obstacles.ts';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import { CONFIG_DIR, stageConfig } from '../decision/read-inputs.ts';
import { awsStage } from '../operator/aws-stage.ts';
import { readStageBooks } from '../operator/stage-books.ts';

const HELP = `
It asks the stage's own table and kill switch about real money, and exits 1 when anything is open. Nothing is changed.
npm run destroy -- --stage STAGE asks it before it deletes anything.

Examples:
  trader destroy-check --stage live
  trader destroy-check --stage live --leave BTC-USD --json`;

interface DestroyFlags {
  readonly stage: Exclude<Stage, 'local'>;
  readonly config: string;
  readonly leave: readonly string[];
  readonly json?: true;
}

/** `trader destroy-check`: whether a stage may be deleted without leaving orders or holdings to nobody. */
export function destroyCheckCommand(): Command {
  return new Command('destroy-check')
    .description('say what is still open in a stage before its stack is deleted')
    .addOption(
      new Option('--stage <stage>', 'a stage on AWS')
        .choices(STAGES.filter((stage) => stage !== 'local'))
        .makeOptionMandatory(),
    )
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .addOption(new Option('--leave <product...>', 'holdings that you take over yourself').default([], 'none'))
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ stage, config, leave, json }: DestroyFlags) => {
      const books = await readStageBooks(awsStage(stage), stageConfig(config, stage), leave);
      const obstacles = destroyObstacles(books);
      if (obstacles.length > 0) process.exitCode = 1;
      if (json === true) console.log(JSON.stringify({ stage, may_be_destroyed: obstacles.length === 0, obstacles }));
      else console.log(destroyText(stage, obstacles));
    });
}

function destroyText(stage: string, obstacles: readonly string[]): string {
  if (obstacles.length === 0) return `stage ${stage}: nothing is open`;
  return [`stage ${stage} must not be deleted:`, ...obstacles.map((line) => `  - ${line}`)].join('\n');
}
