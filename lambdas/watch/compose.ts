import { Logger } from '@aws-lambda-powertools/logger';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { redact } from '../../shared/adapters/redact.ts';
import { ssmKillSwitch } from '../../shared/adapters/ssm/kill-switch.ts';
import { readEnvironment, watchEnvironment } from '../runtime/environment.ts';
import { HURRIED } from '../runtime/hurried.ts';
import type { Compose } from '../runtime/once.ts';
import type { WatchDeps } from './handler.ts';

/** A read takes some 50 ms: a pull is seen within 2 s. */
const POLL_MS = 1_500;
/** The next one starts each minute, give or take some seconds of the Scheduler's. */
const FOR_MS = 75_000;

/** Throws at start when the environment is not right. Holds no key and no table: it only reads and asks. */
export function composeWatch(env = process.env): Compose<WatchDeps> {
  const { KILL_SWITCH_PARAMETER, HALT_TOPIC_ARN } = readEnvironment(watchEnvironment, env);
  const logger = new Logger();
  const topic = new SNSClient(HURRIED);
  const deps: WatchDeps = {
    ports: {
      killSwitch: ssmKillSwitch(new SSMClient(HURRIED), KILL_SWITCH_PARAMETER),
      clock: systemClock,
      onFailure: (error) => logger.error('halt could not be asked for', { reason: redact(String(error)) }),
    },
    ask: async (request) => {
      await topic.send(new PublishCommand({ TopicArn: HALT_TOPIC_ARN, Message: JSON.stringify(request) }));
    },
    plan: { pollMs: POLL_MS, forMs: FOR_MS },
  };
  return () => deps;
}
