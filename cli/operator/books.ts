import { alertDesk } from '../../shared/adapters/alerts/alert-desk.ts';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { newestCycles } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { dynamoEvidenceStore } from '../../shared/adapters/dynamodb/evidence-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { fileKillSwitchControl } from '../../shared/adapters/local/file-kill-switch.ts';
import { jsonlAlertChannel } from '../../shared/adapters/local/jsonl-alert-channel.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { alertPolicyOf } from '../../shared/app/alert-policy.ts';
import { giveSignOfLife } from '../../shared/app/sign-of-life.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { MODES, type Mode } from '../../shared/core/portfolio/account.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { EvidenceStore } from '../../shared/ports/evidence-store.ts';
import type { KillSwitchControl } from '../../shared/ports/kill-switch.ts';
import type { AlertChannel, Notifier } from '../../shared/ports/notifier.ts';
import type { AccountStore, CycleRecord, FactStore } from '../../shared/ports/stores.ts';
import { noState, stateDir } from '../books/state-folder.ts';
import { stageConfig } from '../decision/read-inputs.ts';
import { identityIn, stageIn } from '../local/state-dir.ts';
import { UserError } from '../user-error.ts';
import { awsStage } from './aws-stage.ts';
import { ONE_OF_BOTH, type TargetFlags } from './kill-target.ts';

/** A bot's books as an operator opens them, on this machine or on AWS. */
export interface Books {
  readonly name: string;
  readonly config: LoadedConfig;
  readonly killSwitch: KillSwitchControl;
  readonly accounts: AccountStore;
  readonly facts: FactStore;
  readonly evidence: EvidenceStore;
  /** Says so to people, in the time of whoever asks. */
  notifier(clock: Pick<Clock, 'nowMs'>): Notifier;
  cycles(limit: number): Promise<readonly CycleRecord[]>;
  close(): Promise<void>;
}

/** Throws a UserError when a run holds the folder: books that move cannot be judged. */
export async function openBooks(flags: TargetFlags, by: 'operator' | 'schedule' = 'operator'): Promise<Books> {
  if (flags.state !== undefined && flags.stage !== undefined) throw new UserError(ONE_OF_BOTH);
  const books = await (flags.stage === undefined ? folderBooks(stateDir(flags.state), flags) : stageBooks(flags));
  if (by === 'operator') await noteOperator(books);
  return books;
}

/** Whoever opens the books is there. That it cannot be noted (rights to read only) keeps nobody from looking. */
async function noteOperator({ facts }: Books): Promise<void> {
  await giveSignOfLife(facts, systemClock.nowMs()).catch(() => undefined);
}

async function folderBooks(dir: string, flags: TargetFlags): Promise<Books> {
  const mode = modeOf(dir);
  // Before the table: one that is open would keep the process, and the folder, if this throws.
  const config = stageConfig(flags.config, stageIn(dir));
  const started = await startEmbeddedTable(dir);
  if (started.kind === 'locked') {
    throw new UserError(`a run holds ${dir}: stop it first (Ctrl-C), its books must stand still for this`);
  }
  const { client, tableName, close } = started.table;
  return {
    ...booksOf(config, mode, client, tableName, jsonlAlertChannel(dir)),
    name: dir,
    killSwitch: fileKillSwitchControl(dir),
    close,
  };
}

/** The run file says whose state it is. */
function modeOf(dir: string): Mode {
  const named = identityIn(dir)?.mode;
  const mode = MODES.find((known) => known === named);
  if (mode === undefined) throw new UserError(noState(dir));
  return mode;
}

async function stageBooks(flags: TargetFlags): Promise<Books> {
  const stage = flags.stage ?? 'dev';
  const config = stageConfig(flags.config, stage);
  const aws = awsStage(stage);
  const { client, tableName } = await aws.table();
  const close = async () => client.destroy();
  return {
    ...booksOf(config, config.app.mode, client, tableName, await aws.alertChannel()),
    name: `stage ${stage}`,
    killSwitch: aws.killSwitch,
    close,
  };
}

function booksOf(
  config: LoadedConfig,
  mode: Mode,
  client: Parameters<typeof dynamoFactStore>[0],
  tableName: string,
  channel: AlertChannel,
) {
  const scope = { botId: config.app.bot_id, mode };
  const facts = dynamoFactStore(client, tableName, scope);
  return {
    config,
    accounts: dynamoAccountStore(client, tableName, scope),
    facts,
    evidence: dynamoEvidenceStore(client, tableName, config.app.bot_id),
    notifier: ({ nowMs }: Pick<Clock, 'nowMs'>) =>
      alertDesk({ facts, channel, clock: { ...systemClock, nowMs }, policy: alertPolicyOf(config.app.alerts) }),
    cycles: (limit: number) => newestCycles(client, tableName, scope, limit),
  };
}
