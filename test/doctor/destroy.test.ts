import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { expect, it } from 'vitest';
import { stageConfig } from '../../cli/decision/read-inputs.ts';
import { readStageBooks } from '../../cli/operator/stage-books.ts';
import { TraderStack } from '../../lib/stacks/trader-stack.ts';
import { stageSettings } from '../../lib/stage-settings.ts';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { destroyObstacles } from '../../shared/app/destroy-obstacles.ts';
import { saveHaltRecord } from '../../shared/app/halt-record.ts';
import type { HaltPorts } from '../../shared/app/ports.ts';
import { quantity, usd } from '../../shared/core/money/fixed.ts';
import type { Account, Mode } from '../../shared/core/portfolio/account.ts';
import { openAccount } from '../../shared/core/portfolio/ledger.ts';
import type { KillState } from '../../shared/ports/kill-switch.ts';
import { freshDir, ROOT } from '../local/harness.ts';

const CONFIG = stageConfig(`${ROOT}/config`, 'live');

const HELD = {
  lots: [{ quantity: quantity('0.5'), cost: usd('20'), opened_at_ms: 0 }],
  strategy: 's',
  opened_at_ms: 0,
  stop_price: null,
  take_profit_price: null,
};

async function obstacles(account: { readonly mode: Mode; readonly held: boolean }, haltedIn: Mode, pulled: KillState) {
  const started = await startEmbeddedTable(freshDir());
  if (started.kind === 'locked') throw new Error('the folder is fresh');
  const { client, tableName, close } = started.table;
  const scope = (mode: Mode) => ({ botId: CONFIG.app.bot_id, mode });
  const opened = openAccount({ botId: CONFIG.app.bot_id, mode: account.mode, cash: usd('9'), external: {}, nowMs: 0 });
  const positions = account.held ? { 'BTC-USD': HELD } : {};
  await dynamoAccountStore(client, tableName, scope(account.mode)).save({
    ...opened,
    version: 1,
    positions,
  } as Account);
  const facts = dynamoFactStore(client, tableName, scope(haltedIn));
  await saveHaltRecord(
    { facts, clock: { nowMs: () => 2_000 } } as unknown as HaltPorts,
    { reason: 'the end', source: 'operator' },
    { detect_ms: 1, cancelled_ms: 2 },
  );
  const stage = {
    killSwitch: { read: async () => pulled, set: async () => undefined },
    table: async () => ({ client, tableName }),
  };
  const found = destroyObstacles(await readStageBooks(stage, CONFIG, []));
  await close();
  return found;
}

const PULLED: KillState = { kind: 'killed', reason: 'the end', atMs: 1_000 };

it('a live stage with holdings in its table must not be deleted, though its config says DRY_RUN', async () => {
  expect(CONFIG.app.mode).toBe('DRY_RUN');
  expect(await obstacles({ mode: 'LIVE', held: true }, 'LIVE', PULLED)).toEqual([
    expect.stringContaining('0.5 BTC-USD is held'),
  ]);
});

it.each(['LIVE', 'DRY_RUN'] as const)('an empty live stage that was halted in %s may be deleted', async (mode) => {
  expect(await obstacles({ mode: 'LIVE', held: false }, mode, PULLED)).toEqual([]);
});

it('holdings of paper keep no stage alive', async () => {
  expect(await obstacles({ mode: 'PAPER', held: true }, 'PAPER', { kind: 'armed' })).toEqual([]);
});

it.each(['dev', 'paper', 'live'] as const)(
  'the stack of %s is protected against deletion where it is guarded',
  (stage) => {
    const settings = stageSettings(stageConfig(`${ROOT}/config`, stage));
    const code = () => Code.fromInline('exports.handler = async () => {};');
    const stack = new TraderStack(new App(), 'Trader', { settings, code });

    expect(stack.terminationProtection).toBe(stage !== 'dev');
  },
);
