import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import type { StageBooks } from '../../shared/app/destroy-obstacles.ts';
import { loadHaltRecord } from '../../shared/app/halt-record.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { MODES, type Mode } from '../../shared/core/portfolio/account.ts';
import type { AwsStageParts } from './aws-stage.ts';

/**
 * What the table of a deployed stage says about orders and holdings of real money. Whatever mode the config names today: it
 * says nothing about what was bought under yesterday's.
 */
export async function readStageBooks(
  { killSwitch, table }: Pick<AwsStageParts, 'killSwitch' | 'table'>,
  { app }: Pick<LoadedConfig, 'app'>,
  left: readonly string[],
): Promise<StageBooks> {
  const { client, tableName } = await table();
  const scopeOf = (mode: Mode) => ({ botId: app.bot_id, mode });
  const account = await dynamoAccountStore(client, tableName, scopeOf('LIVE')).load();
  // A halt is recorded in the mode that ran: a stage that went back to DRY_RUN stands still as well.
  const halts = await Promise.all(
    MODES.map((mode) => loadHaltRecord(dynamoFactStore(client, tableName, scopeOf(mode)))),
  );
  const [halt] = halts.filter((known) => known !== undefined).sort((one, other) => other.at_ms - one.at_ms);
  return { killSwitch: await killSwitch.read(), account, halt, left };
}
