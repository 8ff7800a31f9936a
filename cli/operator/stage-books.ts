import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import type { StageBooks } from '../../shared/app/destroy-obstacles.ts';
import { loadHaltRecord } from '../../shared/app/halt-record.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
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
  const live = [client, tableName, { botId: app.bot_id, mode: 'LIVE' }] as const;
  const account = await dynamoAccountStore(...live).load();
  const halt = await loadHaltRecord(dynamoFactStore(...live));
  return { killSwitch: await killSwitch.read(), account, halt, left };
}
