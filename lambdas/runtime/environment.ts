import * as z from 'zod';
import { STAGES } from '../../shared/config/stages.ts';

const set = z.string().min(1);

/** What everything that tells people is told by its stack. Lambda itself says where the code lies. */
const alertEnvironment = z.object({
  STAGE: z.enum(STAGES),
  TABLE_NAME: set,
  ALERT_TOPIC_ARN: set,
  ESCALATION_TOPIC_ARN: set,
  LAMBDA_TASK_ROOT: set,
});
export type AlertEnvironment = z.output<typeof alertEnvironment>;

/** What every function that trades is told. */
export const baseEnvironment = alertEnvironment.extend({ KILL_SWITCH_PARAMETER: set });
export type BaseEnvironment = z.output<typeof baseEnvironment>;

const archiveEnvironment = {
  ARCHIVE_BUCKET: set,
  /** Where an emulator stands in for AWS; the clients of the SDK read both by themselves. */
  AWS_ENDPOINT_URL: set.optional(),
  AWS_ENDPOINT_URL_S3: set.optional(),
};

export const decideEnvironment = baseEnvironment.extend({
  QUEUE_URL: set,
  DEAD_LETTER_QUEUE_URL: set,
  ...archiveEnvironment,
  VIEW_KEY_SECRET: set,
  /** 0 where the Scheduler's flexible window carries the jitter. */
  MAX_JITTER_MS: z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number),
});

export const tradingEnvironment = baseEnvironment.extend({ TRADE_KEY_SECRET: set });

export const escalateEnvironment = alertEnvironment.extend({ ESCALATION_QUEUE_URL: set });

export const hygieneEnvironment = alertEnvironment.extend({
  VIEW_KEY_SECRET: set,
  TRADE_KEY_SECRET: set,
  ...archiveEnvironment,
});
export type HygieneEnvironment = z.output<typeof hygieneEnvironment>;

export const webhookEnvironment = z.object({ STAGE: z.enum(STAGES), LAMBDA_TASK_ROOT: set, WEBHOOK_SECRET: set });

export const watchEnvironment = z.object({ KILL_SWITCH_PARAMETER: set, HALT_TOPIC_ARN: set });

/** Throws with every fault: a function that is set up wrongly must not start. */
export function readEnvironment<Schema extends z.ZodType>(schema: Schema, env: NodeJS.ProcessEnv): z.output<Schema> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new Error(`environment: ${z.prettifyError(parsed.error)}\nThe stack sets these variables: deploy it again.`);
}
