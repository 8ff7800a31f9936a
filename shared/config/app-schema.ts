import * as z from 'zod';
import { usdText } from '../core/money/codec.ts';
import { MODES } from '../core/portfolio/account.ts';
import { subscriptionSchema } from './subscription-schema.ts';

const dollars = usdText
  .refine((value) => value > 0n, 'must be more than 0')
  .describe('dollars in quotes, more than 0, such as "10.00"');

/** Plain http is for a simulator on this machine only. */
const apiUrl = z
  .string()
  .refine(isExchangeUrl, 'is not an exchange address')
  .describe(
    'an https address without path, query or credentials, such as https://api.coinbase.com (http for 127.0.0.1 only)',
  );

/** How the bot runs, as opposed to what it decides: app.yaml. Keys are spelled as in the file. */
export const appSchema = z.strictObject({
  /** First part of every client order id. */
  bot_id: z
    .string()
    .regex(/^[a-z0-9]{1,12}$/)
    .describe('1 to 12 lower-case letters and digits, such as 247t'),
  /** LIVE is a wish here: sending also needs a LiveAuthority, which no config can give [I10]. */
  mode: z.enum(MODES),
  quote_currency: z.literal('USD'),
  schedule: z.strictObject({
    interval_seconds: z.int().min(10).max(86_400),
    /** Of the interval [REQ-SCH1]. */
    jitter_pct: z.number().min(0).max(10),
  }),
  exchange: z.strictObject({
    api_url: apiUrl,
    jwt_host: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/)
      .describe('a host name without scheme or port, such as api.coinbase.com'),
    timeout_ms: z.int().min(100).max(30_000),
    rate_limit: z.strictObject({
      public_per_second: z.int().min(1).max(100),
      private_per_second: z.int().min(1).max(100),
    }),
    /** Full jitter between 0 and min(cap, base x 2^n) [REQ-CB1]. */
    retry: z.strictObject({
      base_ms: z.int().min(10).max(10_000),
      cap_ms: z.int().min(10).max(60_000),
      max_attempts: z.int().min(1).max(6),
    }),
    max_calls_per_cycle: z.int().min(10).max(1_000),
  }),
  kill: z.strictObject({
    /** A halt leaves stops that rest on the exchange behind positions where they are. */
    keep_protective_stops: z.boolean(),
  }),
  clock: z.strictObject({ max_drift_ms: z.int().min(1).max(100) }),
  paper: z.strictObject({ starting_cash_usd: dollars, slippage_bps: z.number().min(0).max(500) }),
  lease: z.strictObject({ ttl_seconds: z.int().min(5).max(3_600) }),
  alerts: z.strictObject({
    dedupe_seconds: z.int().min(1).max(3_600),
    remind_after_seconds: z.int().min(60).max(86_400),
    /** As long as one message may wait in a queue of SQS, at most. */
    escalate_after_seconds: z.int().min(10).max(900),
    escalate_again_seconds: z.int().min(60).max(86_400),
    /** 0: nobody is called. */
    max_escalations: z.int().min(0).max(20),
    storm_per_minute: z.int().min(1).max(1_000),
    runbook_url: z
      .string()
      .regex(/^[^\s#]{1,200}$/)
      .describe('where docs/runbook.md can be read, without "#..."'),
    /** The address itself is a secret and in no file. */
    webhook: z.enum(['none', 'slack', 'discord', 'telegram']),
    /** On AWS; on a laptop the screen tells. */
    subscriptions: z.array(subscriptionSchema).max(20),
  }),
  logging: z.strictObject({ level: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']) }),
  strategy_time: z.strictObject({
    /** What one strategy may take of a cycle. */
    budget_ms: z.int().min(10).max(30_000),
    /** One that took longer is not asked for so long. */
    bench_minutes: z.int().min(1).max(10_080),
  }),
  operator: z.strictObject({
    /** 0: nobody has to show up. */
    silent_days: z.int().min(0).max(365),
  }),
  retention_days: z.int().min(7).max(3_650),
});

export type App = z.output<typeof appSchema>;

function isExchangeUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  const isLoopback = url.hostname === '127.0.0.1' || url.hostname === 'localhost' || url.hostname === '[::1]';
  const isSecure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
  // Anything beside scheme, host and port would end up in every request.
  return isSecure && url.username === '' && url.password === '' && (text === url.origin || text === `${url.origin}/`);
}
