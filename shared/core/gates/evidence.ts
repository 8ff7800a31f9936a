import * as z from 'zod';

/**
 * What the system itself has seen, on which it lets itself be promoted. Nobody writes it by hand: cycles, drills, the
 * test gate and the promotion commands do, each bound to the code and, where it matters, to the risk config it was seen with.
 */
export const STEPS = ['PAPER', 'LIVE_CANARY', 'LIVE'] as const;
export type Step = (typeof STEPS)[number];

const ms = z.number().min(0);
const count = z.int().min(0);

const bound = {
  at_ms: ms,
  /** Digest of the sources that produced it. */
  code_version: z.string().min(1),
  /** Hash of policy, universe and signals. */
  risk_hash: z.string().min(1),
};

export const ciSchema = z.strictObject({
  kind: z.literal('ci'),
  ...bound,
  passed: count,
  failed: count,
  /** Of the assembly that was checked and is deployed; only a deployment knows it. */
  artifact_digest: z.string().optional(),
});

/** One UTC day of cycles at one step, with one code and one risk config. */
export const daySchema = z.strictObject({
  kind: z.literal('day'),
  ...bound,
  step: z.enum(STEPS),
  day_ms: ms,
  first_ms: ms,
  last_ms: ms,
  cycles: count,
  /** Time under observation: gaps between cycles longer than three intervals do not count. */
  observed_ms: ms,
  breaches: count,
  /** Breaches that safety did not catch, with what they were. */
  unhandled: z.array(z.string()),
  alerts: count,
  alerts_late: count,
  alerts_failed: count,
  /** Cycles with a measured latency, and with a jitter above 0. */
  latencies: count,
  jitters: count,
  slowest_ms: ms,
  /** Up to now, in a row. */
  slow_in_a_row: count,
  unknown_in_a_row: count,
});

export const drillSchema = z.strictObject({
  kind: z.literal('kill_drill'),
  ...bound,
  orders: count,
  detect_ms: ms,
  alert_ms: ms.nullable(),
  cancelled_ms: ms.nullable(),
  remaining: count,
  placed_after: count,
});

export const alertsConfirmedSchema = z.strictObject({
  kind: z.literal('alerts_confirmed'),
  ...bound,
  by: z.string().min(1),
});

/** An operator's word, for a while. */
export const confirmationSchema = z.strictObject({
  kind: z.literal('confirmation'),
  ...bound,
  to: z.enum(STEPS),
  by: z.string().min(1),
  expires_ms: ms,
  /** The caps that were confirmed: looser ones need a word of their own. */
  caps: z.record(z.string(), z.number()),
});

export const looseningSchema = z.strictObject({
  kind: z.literal('loosening'),
  ...bound,
  by: z.string().min(1),
  expires_ms: ms,
  caps: z.record(z.string(), z.number()),
});

export const demotionSchema = z.strictObject({
  kind: z.literal('demotion'),
  ...bound,
  to: z.enum(['DRY_RUN', 'PAPER', 'LIVE_CANARY']),
  by: z.string().min(1),
  reason: z.string(),
});

export const evidenceSchema = z.discriminatedUnion('kind', [
  ciSchema,
  daySchema,
  drillSchema,
  alertsConfirmedSchema,
  confirmationSchema,
  looseningSchema,
  demotionSchema,
]);
export type Evidence = Readonly<z.output<typeof evidenceSchema>>;
export type EvidenceOf<Kind extends Evidence['kind']> = Extract<Evidence, { readonly kind: Kind }>;
export type Day = EvidenceOf<'day'>;

/** The same evidence again replaces the earlier one; what is history keeps its time. */
export function evidenceId(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'day':
      return `day#${evidence.step}#${evidence.day_ms}#${evidence.code_version}#${evidence.risk_hash}`;
    case 'confirmation':
      return `confirmation#${evidence.to}`;
    case 'ci':
    case 'kill_drill':
    case 'alerts_confirmed':
    case 'loosening':
      return evidence.kind;
    // None may hide an earlier, deeper one.
    case 'demotion':
      return `demotion#${evidence.at_ms}`;
  }
}
