import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { redact } from '../../shared/adapters/redact.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import type { AuditLog } from '../../shared/ports/audit-log.ts';

export interface Telemetry {
  readonly logger: Logger;
  /** Records, not messages: no log level may silence them. */
  readonly audit: Logger;
  readonly metrics: Metrics;
}

/** Service name and namespace come from the variables that Powertools itself reads. */
export function createTelemetry({ app, stage, decision }: LoadedConfig): Telemetry {
  const options = {
    persistentKeys: { stage, mode: app.mode, config_hash: decision.configHash },
    // The last gate before the log, whatever was handed to the logger: the whole line passes through it [I11].
    jsonReplacerFn: (key: string, value: unknown) => (key === '' ? redact(value) : value),
  };
  return {
    logger: new Logger({ ...options, logLevel: app.logging.level }),
    audit: new Logger({ ...options, logLevel: 'INFO' }),
    metrics: new Metrics({ defaultDimensions: { stage } }),
  };
}

/** The handler as Lambda calls it: every line carries the request, metrics leave with the last one. */
export function observed<Result>({ logger, audit, metrics }: Telemetry, handle: (event: unknown) => Promise<Result>) {
  return middy(handle)
    .use(injectLambdaContext([logger, audit]))
    .use(logMetrics(metrics));
}

export function auditLog({ audit }: Telemetry): AuditLog {
  return { append: (event, record) => audit.info(event, { record: { ...record } }) };
}
