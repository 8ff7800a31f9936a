import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { newestCycles } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { jitterSpread } from '../../shared/core/schedule/jitter-spread.ts';
import { type Finding, notChecked, ok, problem } from './finding.ts';
import type { StageParts } from './stage-checks.ts';

/** What fits into one page of the table and is enough to find a fault of a tenth. */
const CYCLES = 300;
/** From here on the Scheduler's own window carries it, and no cycle knows how long it waited. */
const SLEPT_BELOW_SECONDS = 600;

/** Whether the newest cycles waited as long as chance would have it [REQ-SCH1]. */
export async function jitterCheck({ clients, config }: StageParts, table: string): Promise<readonly Finding[]> {
  const { app, stage } = config;
  const { interval_seconds, jitter_pct } = app.schedule;
  if (jitter_pct === 0) return [notChecked('jitter', 'none is asked for', 'app.schedule.jitter_pct')];
  if (interval_seconds >= SLEPT_BELOW_SECONDS) {
    return [notChecked('jitter', "it is the Scheduler's flexible window", 'nothing to do')];
  }
  const client = DynamoDBDocumentClient.from(clients.dynamodb);
  const newest = await newestCycles(client, table, { botId: app.bot_id, mode: app.mode }, CYCLES);
  const offsets = newest.flatMap(({ summary: { jitter_ms } }) => (typeof jitter_ms === 'number' ? [jitter_ms] : []));
  const verdict = jitterSpread(offsets, interval_seconds * 10 * jitter_pct);
  if (verdict.kind === 'uniform') {
    return [ok('jitter', `${offsets.length} cycles, spread evenly over ${(interval_seconds * jitter_pct) / 100} s`)];
  }
  if (verdict.kind === 'too_few') return [notChecked('jitter', verdict.detail, 'look again in an hour')];
  const mend = `npx cdk deploy -c stage=${stage} sets MAX_JITTER_MS as the config asks`;
  return [problem('jitter', verdict.detail, mend)];
}
