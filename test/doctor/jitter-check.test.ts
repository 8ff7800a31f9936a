import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DoctorClients } from '../../cli/doctor/clients.ts';
import { jitterCheck } from '../../cli/doctor/jitter-check.ts';
import { stageConfig } from '../../lib/stage-config.ts';
import { dynamoCycleStore } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { tempDir } from '../contracts/temp-dir.ts';

const CONFIG = stageConfig(`${import.meta.dirname}/../../config`, 'paper');
const SLOT = Date.UTC(2026, 0, 1);
const state = tempDir();
let table: EmbeddedTable;

beforeAll(async () => {
  const started = await startEmbeddedTable(state.path);
  if (started.kind === 'locked') throw new Error('the folder is fresh');
  table = started.table;
});
afterAll(async () => {
  await table.close();
  state.remove();
});

/** What the doctor says of cycles of this bot that waited so long. */
async function looked(botId: string, jittersMs: readonly number[], schedule = CONFIG.app.schedule) {
  const cycles = dynamoCycleStore(table.client, table.tableName, { botId, mode: 'PAPER' });
  for (const [index, jitter_ms] of jittersMs.entries()) {
    const slot_ms = SLOT + index * 60_000;
    await cycles.begin(slot_ms, slot_ms);
    await cycles.finish({ slot_ms, status: 'completed', started_at_ms: slot_ms, summary: { jitter_ms } });
  }
  const config: LoadedConfig = { ...CONFIG, app: { ...CONFIG.app, bot_id: botId, schedule } };
  const clients = { dynamodb: table.client } as unknown as DoctorClients;
  const [finding] = await jitterCheck({ clients, config, facts: null, nowMs: SLOT }, table.tableName);
  return finding;
}

const spread = (count: number) =>
  Array.from({ length: count }, (_, index) => Math.floor(((index * 37) % count) * (6_000 / count)));

describe('what the doctor says of the jitter of a deployed stage', () => {
  it('[REQ-SCH1] is that it is well when the recorded waits are spread evenly', async () => {
    expect(await looked('even', spread(60))).toMatchObject({
      status: 'ok',
      detail: '60 cycles, spread evenly over 6 s',
    });
  });

  it.each([
    ['none', Array(60).fill(0)],
    ['half', spread(60).map((ms) => ms / 2)],
    ['late', spread(60).map((ms) => ms + 4_000)],
  ])('[REQ-SCH1] is a problem when they are not: %s', async (botId, jitters) => {
    expect(await looked(botId, jitters)).toMatchObject({
      status: 'problem',
      mend: expect.stringContaining('cdk deploy'),
    });
  });

  it('is nothing as long as there are few cycles, or where the Scheduler waits', async () => {
    expect(await looked('few', spread(10))).toMatchObject({ status: 'not_checked' });
    const schedule = { interval_seconds: 900, jitter_pct: 10 };
    expect(await looked('window', [], schedule)).toMatchObject({ status: 'not_checked' });
  });
});
