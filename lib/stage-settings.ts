import { cycleSeconds } from '../shared/config/cycle-time.ts';
import type { LoadedConfig } from '../shared/config/parse-config.ts';
import type { Subscription } from '../shared/config/subscription-schema.ts';

/** The stages that live on AWS; `local` runs on a laptop. */
export type AwsStage = 'dev' | 'paper' | 'live';

/** What the stacks take from a stage's config. A stage differs from another in these values, never in code. */
export interface StageSettings {
  readonly stage: AwsStage;
  readonly intervalMinutes: number;
  readonly jitterPct: number;
  /** What a cycle may take once its jitter is over. */
  readonly cycleSeconds: number;
  readonly retentionDays: number;
  /** Guarded stages hold records worth more than a tidy account: their state outlives the stack. */
  readonly isGuarded: boolean;
  /** Orders may rest on an exchange, be it of paper: the kill switch is watched all the time. */
  readonly mayTrade: boolean;
  /** An alert that is open for so long is looked at again. */
  readonly escalateAfterSeconds: number;
  /** A chat is told besides the topics. */
  readonly hasChat: boolean;
  /** The people who are told. */
  readonly subscriptions: readonly Subscription[];
}

export const AWS_STAGES = ['dev', 'paper', 'live'] as const satisfies readonly AwsStage[];

/** Reads `-c stage=...`; without it the stage that can do the least harm. Throws on anything else. */
export function stageFromContext(value: unknown): AwsStage {
  if (value === undefined) return 'dev';
  const stage = AWS_STAGES.find((known) => known === value);
  if (stage !== undefined) return stage;
  const hint = value === 'local' ? ' ("local" runs with npm start, not on AWS)' : '';
  throw new Error(`context stage=${String(value)}: unknown stage${hint}; use one of ${AWS_STAGES.join(', ')}`);
}

export function stageSettings({ stage, app }: LoadedConfig): StageSettings {
  return {
    stage: stageFromContext(stage),
    intervalMinutes: wholeMinutes(app.schedule.interval_seconds),
    jitterPct: app.schedule.jitter_pct,
    cycleSeconds: cycleSeconds(app),
    retentionDays: app.retention_days,
    isGuarded: stage !== 'dev',
    mayTrade: app.mode !== 'DRY_RUN',
    escalateAfterSeconds: app.alerts.escalate_after_seconds,
    hasChat: app.alerts.webhook !== 'none',
    subscriptions: app.alerts.subscriptions,
  };
}

/** EventBridge Scheduler fires on whole minutes, and slots must fall on the same minutes every day. */
function wholeMinutes(seconds: number): number {
  const minutes = seconds / 60;
  if (
    Number.isInteger(minutes) &&
    (60 % minutes === 0 || minutes === 1440 || (minutes % 60 === 0 && 1440 % minutes === 0))
  ) {
    return minutes;
  }
  throw new Error(
    `app.schedule.interval_seconds=${seconds}: on AWS it must be whole minutes that divide an hour, or whole hours that divide a day`,
  );
}
