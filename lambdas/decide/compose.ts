import { randomUUID } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoCycleStore } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { dynamoLease } from '../../shared/adapters/dynamodb/lease.ts';
import { openBucket } from '../../shared/adapters/s3/bucket.ts';
import { s3SnapshotArchive } from '../../shared/adapters/s3/snapshot-archive.ts';
import { sqsIntentQueue } from '../../shared/adapters/sqs/intent-queue.ts';
import { watchDailyLook } from '../../shared/app/daily-look.ts';
import { createMarketCache } from '../../shared/app/market-cache.ts';
import { rehearse } from '../../shared/app/rehearse.ts';
import { strategyTimeOf } from '../../shared/app/strategy-bench.ts';
import { askingMs } from '../../shared/config/cycle-time.ts';
import { decideEnvironment, readEnvironment } from '../runtime/environment.ts';
import { HURRIED } from '../runtime/hurried.ts';
import { createMeteredTelemetry, type MeteredTelemetry } from '../runtime/metrics.ts';
import type { Compose } from '../runtime/once.ts';
import { stageConfig } from '../runtime/stage-config.ts';
import { composeTrading } from '../runtime/trading.ts';
import type { DecideDeps } from './handler.ts';
import { drawnJitterMs } from './jitter.ts';
import { reportCycle } from './report.ts';
import { loadStrategies } from './strategies.ts';

/** Throws at start when the environment or the config is not right. */
export function composeDecide(env = process.env): { telemetry: MeteredTelemetry; compose: Compose<DecideDeps> } {
  const environment = readEnvironment(decideEnvironment, env);
  const config = stageConfig(environment);
  const telemetry = createMeteredTelemetry(config);
  const { VIEW_KEY_SECRET: keySecret, TABLE_NAME, ARCHIVE_BUCKET: bucket, MAX_JITTER_MS } = environment;
  const queues = { queueUrl: environment.QUEUE_URL, deadLetterQueueUrl: environment.DEAD_LETTER_QUEUE_URL };
  const trading = composeTrading({ environment, config, telemetry, purpose: 'view', keySecret });
  const { client, scope } = trading;
  const own = {
    lease: dynamoLease(client, TABLE_NAME, scope),
    cycles: dynamoCycleStore(client, TABLE_NAME, scope),
    queue: sqsIntentQueue(new SQSClient(HURRIED), queues, `${scope.botId}-${scope.mode}`),
    archive: s3SnapshotArchive(
      openBucket(bucket, client.config, environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL),
      scope,
    ),
    marketCache: createMarketCache(),
  };
  const settings = {
    ...trading.settings,
    codeVersion: config.binding.code_version,
    owner: `decide-${randomUUID()}`,
    leaseTtlMs: config.app.lease.ttl_seconds * 1_000,
    maxCallsPerCycle: config.app.exchange.max_calls_per_cycle,
    strategyTime: strategyTimeOf(config.app.strategy_time),
    maxSilentDays: config.app.operator.silent_days,
    jitterMs: () => drawnJitterMs(MAX_JITTER_MS, Math.random),
  };
  const intervalMs = config.app.schedule.interval_seconds * 1_000;
  const { mode, bot_id: botId } = config.app;
  // Loaded at start, so that no cycle waits for them.
  const strategies = loadStrategies(config.decision.signals);
  const rehearsal = rehearse(trading, { mode, botId, intervalMs, binding: config.binding });
  return {
    telemetry,
    compose: async () => {
      const open = await rehearsal.open(
        { ...(await trading.ports(askingMs(config.app))), ...own },
        { ...settings, strategies: await strategies },
      );
      return {
        ...open,
        intervalMs,
        report: (report) => reportCycle(telemetry, report, trading.calls()),
        async note(report) {
          await open.note(report);
          await watchDailyLook(trading.parts, botId, { slotMs: report.slot_ms, intervalMs });
        },
      };
    },
  };
}
