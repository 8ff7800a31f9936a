import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { Option } from 'commander';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoCycleStore } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { dynamoOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import type { Scope } from '../../shared/adapters/dynamodb/table.ts';
import { isThere } from '../../shared/adapters/is-there.ts';
import { type EmbeddedTable, startEmbeddedTable, tableInUse } from '../../shared/adapters/local/embedded-table.ts';
import { fileSnapshotArchive } from '../../shared/adapters/local/file-archive.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { openBucket } from '../../shared/adapters/s3/bucket.ts';
import { s3SnapshotArchive } from '../../shared/adapters/s3/snapshot-archive.ts';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import { MODES } from '../../shared/core/portfolio/account.ts';
import type { SnapshotArchive } from '../../shared/ports/snapshot-archive.ts';
import type { AccountStore, OrderStore } from '../../shared/ports/stores.ts';
import { CONFIG_DIR, stageConfig } from '../decision/read-inputs.ts';
import { identityIn, stageIn } from '../local/state-dir.ts';
import { awsStage } from '../operator/aws-stage.ts';
import { UserError } from '../user-error.ts';
import { noState, STATE_ROOT, stateDir } from './state-folder.ts';

/** Whose books are looked into. */
export interface BookFlags {
  readonly state?: string;
  readonly stage?: Stage;
  readonly table?: string;
  readonly bucket?: string;
  readonly config: string;
  readonly json?: true;
}

/** The records of one bot and mode, to be read. */
export interface Books {
  readonly scope: Scope;
  readonly accounts: Pick<AccountStore, 'load'>;
  readonly orders: Pick<OrderStore, 'find' | 'list'>;
  /** null: none was named. */
  readonly archive: Pick<SnapshotArchive, 'get'> | null;
  readonly lastSlotMs: number | undefined;
  /** The bot's own time, which ages are counted by: in a virtual market the newest cycle. */
  readonly nowMs: number;
}

/** Said below the help of every command that reads the books. */
export const BOOKS_HELP = `
The books are those of a local run (--state DIR; the only folder under ${STATE_ROOT} when none is named), or with --stage those
of a deployed stage, with region and credentials from the environment as for every AWS tool (AWS_REGION, AWS_PROFILE; it
needs dynamodb:GetItem, dynamodb:Query and s3:GetObject). Where its table and archive are, the stage tells (ssm:GetParameter);
--table and --bucket name others.
Nothing is ever changed, and a run in progress may be looked into. A deployed stage has not been tried on a real account.`;

export function bookOptions(): readonly Option[] {
  return [
    new Option('--state <dir>', 'the state folder of a local run'),
    new Option('--stage <stage>', "a deployed stage's table instead").choices(STAGES).conflicts('state'),
    new Option('--table <name>', 'another table than the one that the stage names').env('TRADER_TABLE'),
    new Option('--bucket <name>', 'another archive of inputs, for prices and lost assessments').env('TRADER_BUCKET'),
    new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'),
    new Option('--json', 'print one JSON object'),
  ];
}

/** Opens the books for one look and closes them again. Throws a UserError for what a person can mend. */
export async function withBooks<Result>(flags: BookFlags, look: (books: Books) => Promise<Result>): Promise<Result> {
  return flags.stage === undefined ? withLocalBooks(flags, look) : look(await stageBooks(flags, flags.stage));
}

async function withLocalBooks<Result>(flags: BookFlags, look: (books: Books) => Promise<Result>): Promise<Result> {
  const dir = stateDir(flags.state);
  const identity = identityIn(dir);
  if (identity === undefined || !isThere(join(dir, 'table'))) throw new UserError(noState(dir));
  const mode = MODES.find((each) => each === identity.mode);
  if (mode === undefined) throw new UserError(`${dir} belongs to the unknown mode ${identity.mode}`);
  const { client, tableName, close } = await localTable(dir);
  try {
    const scope = { botId: stageConfig(flags.config, stageIn(dir)).app.bot_id, mode };
    const books = await booksIn(client, tableName, scope, fileSnapshotArchive(dir, scope));
    const isReal = identity.source === 'public';
    return await look(isReal ? books : { ...books, nowMs: books.lastSlotMs ?? books.nowMs });
  } finally {
    await close();
  }
}

/** The folder's own table, or through the run that has it open. */
async function localTable(dir: string): Promise<EmbeddedTable> {
  const started = await startEmbeddedTable(dir);
  if (started.kind === 'started') return started.table;
  const table = tableInUse(dir);
  const answers = table !== undefined && (await isServed(table));
  if (answers) return table;
  throw new UserError(`${dir} is in use by another program, which does not answer: ask again when it has ended`);
}

async function isServed({ client, tableName }: EmbeddedTable): Promise<boolean> {
  try {
    await client.send(new GetCommand({ TableName: tableName, Key: { pk: 'nothing', sk: 'nothing' } }));
    return true;
  } catch {
    return false;
  }
}

async function stageBooks({ table, bucket: named, config: dir }: BookFlags, stage: Stage): Promise<Books> {
  const told = table === undefined ? await awsStage(stage).table() : { tableName: table, archiveBucket: undefined };
  const bucket = named ?? told.archiveBucket;
  const { bot_id: botId, mode } = stageConfig(dir, stage).app;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient());
  const emulator = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  const files = bucket === undefined ? null : openBucket(bucket, client.config, emulator);
  const archive = files === null ? null : s3SnapshotArchive(files, { botId, mode });
  return booksIn(client, told.tableName, { botId, mode }, archive);
}

async function booksIn(
  client: DynamoDBDocumentClient,
  tableName: string,
  scope: Scope,
  archive: Books['archive'],
): Promise<Books> {
  return {
    scope,
    archive,
    accounts: dynamoAccountStore(client, tableName, scope),
    orders: dynamoOrderStore(client, tableName, scope),
    lastSlotMs: await dynamoCycleStore(client, tableName, scope).lastSlotMs(),
    nowMs: systemClock.nowMs(),
  };
}
