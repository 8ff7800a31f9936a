import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import type { Scope } from '../../shared/adapters/dynamodb/table.ts';
import { startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { MODES } from '../../shared/core/portfolio/account.ts';
import type { AccountStore } from '../../shared/ports/stores.ts';
import { noState } from '../books/state-folder.ts';
import { stageConfig } from '../decision/read-inputs.ts';
import { identityIn, lockedOut, stageIn } from '../local/state-dir.ts';
import { UserError } from '../user-error.ts';

export interface FolderTable {
  readonly dir: string;
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly scope: Scope;
  readonly accounts: AccountStore;
  close(): Promise<void>;
}

/** The table of a stopped run, for changing its rows. Throws a UserError when a run holds it, or none was ever there. */
export async function openFolderTable(dir: string, configDir: string): Promise<FolderTable> {
  const named = identityIn(dir)?.mode;
  const mode = MODES.find((known) => known === named);
  if (mode === undefined) throw new UserError(noState(dir));
  const scope = { botId: stageConfig(configDir, stageIn(dir)).app.bot_id, mode };
  const started = await startEmbeddedTable(dir);
  if (started.kind === 'locked') throw lockedOut(dir);
  const { client, tableName, close } = started.table;
  return { dir, client, tableName, scope, accounts: dynamoAccountStore(client, tableName, scope), close };
}
