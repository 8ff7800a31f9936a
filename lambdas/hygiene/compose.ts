import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createCoinbaseClient } from '../../shared/adapters/coinbase/client.ts';
import { coinbaseMarketData } from '../../shared/adapters/coinbase/market-data.ts';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoEvidenceStore } from '../../shared/adapters/dynamodb/evidence-store.ts';
import { dynamoFactStore } from '../../shared/adapters/dynamodb/fact-store.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { openBucket } from '../../shared/adapters/s3/bucket.ts';
import { s3DayArchive } from '../../shared/adapters/s3/day-archive.ts';
import { secretsManagerVault } from '../../shared/adapters/secrets-manager/key-vault.ts';
import { noteDailyLook } from '../../shared/app/daily-look.ts';
import { judgeYesterday } from '../../shared/app/judge-day.ts';
import { keepProducts } from '../../shared/app/keep-products.ts';
import { checkKeyAges } from '../../shared/app/key-ages.ts';
import { type LiveLeftPorts, watchLiveLeft } from '../../shared/app/live-left.ts';
import { type LapsePorts, watchLapses } from '../../shared/app/watch-lapses.ts';
import { capsOf } from '../../shared/core/gates/caps.ts';
import { type HygieneEnvironment, hygieneEnvironment, readEnvironment } from '../runtime/environment.ts';
import { HURRIED } from '../runtime/hurried.ts';
import { lateAlerts } from '../runtime/late-alerts.ts';
import { createMeteredTelemetry, type MeteredTelemetry } from '../runtime/metrics.ts';
import type { Compose } from '../runtime/once.ts';
import { type FunctionConfig, stageConfig } from '../runtime/stage-config.ts';
import type { HygieneDeps } from './handler.ts';
import { reportAges } from './report.ts';

/** The function ends a good while later. What is not replayed by then is not replayed, and the log says so. */
const REPLAY_BUDGET_MS = 90_000;

/** Throws at start when the environment or the config is not right. It sees the ages of the keys and cannot read them. */
export function composeHygiene(env = process.env): { telemetry: MeteredTelemetry; compose: Compose<HygieneDeps> } {
  const environment = readEnvironment(hygieneEnvironment, env);
  const { TABLE_NAME, VIEW_KEY_SECRET: view, TRADE_KEY_SECRET: trade } = environment;
  const config = stageConfig(environment);
  const telemetry = createMeteredTelemetry(config);
  const { bot_id: botId, mode } = config.app;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(HURRIED));
  const facts = dynamoFactStore(client, TABLE_NAME, { botId, mode });
  const vault = secretsManagerVault(new SecretsManagerClient(HURRIED), { view, trade });
  const ports = { vault, facts, notifier: lateAlerts(environment, config, facts), clock: systemClock };
  const days = dayPorts(environment, config, client);
  // The books of LIVE, whatever runs now.
  const accounts = dynamoAccountStore(client, TABLE_NAME, { botId, mode: 'LIVE' });
  const judged = { mode, botId, binding: config.binding, budgetMs: REPLAY_BUDGET_MS };
  const deps: HygieneDeps = {
    checks: [
      { name: 'key ages', run: async () => reportAges(telemetry.measure, await checkKeyAges(ports)) },
      { name: 'products', run: async () => void (await keepProducts(days, config.app.quote_currency)) },
      { name: 'gates', run: () => watchLive({ ...ports, ...days, accounts }, config) },
      {
        name: 'replay',
        run: async () =>
          telemetry.logger.info('replayed', { ...(await judgeYesterday({ ...ports, ...days }, judged)) }),
      },
    ],
    report: (outcome) => telemetry.logger.info('daily check', { ...outcome }),
    ended: async () => void (await noteDailyLook(facts, systemClock.nowMs())),
  };
  return { telemetry, compose: () => deps };
}

/** In LIVE what will end it, in any other mode what it has left behind. */
async function watchLive(ports: LapsePorts & LiveLeftPorts, { app, binding, decision }: FunctionConfig): Promise<void> {
  const { bot_id: botId, mode } = app;
  if (mode !== 'LIVE') return watchLiveLeft(ports, botId, mode);
  const { code_version: codeVersion, risk_hash: riskHash } = binding;
  await watchLapses(ports, botId, { codeVersion, riskHash, caps: capsOf(decision) });
}

/** Products are public: no key is read for them. */
function dayPorts(environment: HygieneEnvironment, config: FunctionConfig, client: DynamoDBDocumentClient) {
  const { ARCHIVE_BUCKET: bucket, TABLE_NAME } = environment;
  const { app } = config;
  const files = openBucket(bucket, client.config, environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL);
  const { api_url, jwt_host, timeout_ms, rate_limit, retry } = app.exchange;
  const exchange = createCoinbaseClient({
    apiUrl: api_url,
    jwtHost: jwt_host,
    timeoutMs: timeout_ms,
    rateLimit: { publicPerSecond: rate_limit.public_per_second, privatePerSecond: rate_limit.private_per_second },
    retry: { baseMs: retry.base_ms, capMs: retry.cap_ms, maxAttempts: retry.max_attempts },
    clock: systemClock,
    random: Math.random,
  });
  return {
    marketData: coinbaseMarketData(exchange),
    archive: s3DayArchive(files, { botId: app.bot_id, mode: app.mode }),
    evidence: dynamoEvidenceStore(client, TABLE_NAME, app.bot_id),
    clock: systemClock,
  };
}
