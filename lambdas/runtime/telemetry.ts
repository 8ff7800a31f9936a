import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { redact } from '../../shared/adapters/redact.ts';
import type { AuditLog } from '../../shared/ports/audit-log.ts';
import type { FunctionConfig } from './stage-config.ts';

export interface Telemetry {
  readonly logger: Logger;
  /** Records, not messages: no log level may silence them. */
  readonly audit: Logger;
}

/** The service's name comes from the variable that Powertools itself reads. */
export function createTelemetry({ app, stage, decision }: FunctionConfig): Telemetry {
  const options = {
    persistentKeys: { stage, mode: app.mode, config_hash: decision.configHash },
    // The last gate before the log, whatever was handed to the logger: the whole line passes through it [I11].
    jsonReplacerFn: (key: string, value: unknown) => (key === '' ? redact(value) : value),
  };
  return {
    logger: new Logger({ ...options, logLevel: app.logging.level }),
    audit: new Logger({ ...options, logLevel: 'INFO' }),
  };
}

/** The handler as Lambda calls it: every line carries the request it belongs to. */
export function observed<Result>({ logger, audit }: Telemetry, handle: (event: unknown) => Promise<Result>) {
  return middy(handle).use(injectLambdaContext([logger, audit]));
}

export function auditLog({ audit }: Telemetry): AuditLog {
  return { append: (event, record) => audit.info(event, { record: { ...record } }) };
}
