import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import type { StageBooks } from '../../shared/app/destroy-obstacles.ts';
import { type HaltRecord, loadHaltRecord } from '../../shared/app/halt-record.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { MODES } from '../../shared/core/portfolio/account.ts';
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
  const account = await dynamoAccountStore(client, tableName, { botId: app.bot_id, mode: 'LIVE' }).load();
  const halt = await latestHalt({ client, tableName }, { app });
  return { killSwitch: await killSwitch.read(), account, halt, left };
}

/** A halt is recorded in the mode that ran, which need not be the one that the config names today. */
export async function latestHalt(
  { client, tableName }: Awaited<ReturnType<AwsStageParts['table']>>,
  { app }: Pick<LoadedConfig, 'app'>,
): Promise<HaltRecord | undefined> {
  const factsOf = (mode: (typeof MODES)[number]) => dynamoFactStore(client, tableName, { botId: app.bot_id, mode });
  const halts = await Promise.all(MODES.map((mode) => loadHaltRecord(factsOf(mode))));
  return halts.filter((known) => known !== undefined).sort((one, other) => other.at_ms - one.at_ms)[0];
}
