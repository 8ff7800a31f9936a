import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isThere } from '../../shared/adapters/is-there.ts';
import { fileKillSwitchControl } from '../../shared/adapters/local/file-kill-switch.ts';
import { lockState } from '../../shared/adapters/local/state-lock.ts';
import type { HaltRequest } from '../../shared/app/halt-record.ts';
import type { Stage } from '../../shared/config/stages.ts';
import type { KillSwitchControl } from '../../shared/ports/kill-switch.ts';
import { noState, stateDir } from '../books/state-folder.ts';
import { stageConfig } from '../decision/read-inputs.ts';
import { HALT_REPORT_FILE } from '../local/kill-watch.ts';
import { RUN_FILE } from '../local/state-dir.ts';
import { UserError } from '../user-error.ts';
import { awsStage } from './aws-stage.ts';
import { latestHalt } from './stage-books.ts';

/** What is stopped: a state folder on this machine or a stage on AWS, behind the same ports. */
export interface KillTarget {
  readonly name: string;
  readonly killSwitch: KillSwitchControl;
  /** Asks for a halt beside the flip; null: nothing runs there that could trade. */
  askHalt(request: HaltRequest): Promise<string | null>;
  /** The latest halt as it was recorded; null: none. */
  haltRecord(): Promise<Readonly<Record<string, unknown>> | null>;
}

export interface TargetFlags {
  readonly state?: string;
  readonly stage?: Stage;
  readonly config: string;
}

export const ONE_OF_BOTH =
  'name one: --state DIR for a run on this machine (the only folder under .state when none is named), or --stage on AWS';

export function killTarget({ state, stage, config }: TargetFlags): KillTarget {
  if (state !== undefined && stage !== undefined) throw new UserError(ONE_OF_BOTH);
  return stage === undefined ? folderTarget(stateDir(state)) : stageTarget(stage, config);
}

export function folderTarget(dir: string): KillTarget {
  // A switch in a folder that nobody reads would stop nothing, and say KILLED.
  if (!isThere(join(dir, RUN_FILE))) throw new UserError(noState(dir));
  const report = join(dir, HALT_REPORT_FILE);
  return {
    name: dir,
    killSwitch: fileKillSwitchControl(dir),
    askHalt: async () => ((await isRunning(dir)) ? 'the run on it watches the switch' : null),
    haltRecord: async () =>
      isThere(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Record<string, unknown>) : null,
  };
}

/** Whether a process holds the folder. */
export async function isRunning(dir: string): Promise<boolean> {
  const lock = await lockState(dir);
  if (lock.kind === 'locked') return true;
  await lock.release();
  return false;
}

function stageTarget(stage: Stage, configDir: string): KillTarget {
  const aws = awsStage(stage);
  return {
    name: `stage ${stage}`,
    killSwitch: aws.killSwitch,
    async askHalt(request) {
      await aws.askHalt(request);
      return 'the halt function was asked';
    },
    async haltRecord() {
      // Read here, where it is needed: a config with a fault in it must not keep anybody from pulling the switch.
      const config = stageConfig(configDir, stage);
      return (await latestHalt(await aws.table(), config)) ?? null;
    },
  };
}
