import { Duration, TimeZone } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';

export interface ScheduledFunctionProps {
  readonly settings: StageSettings;
  readonly target: IFunction;
}

/** From here on the Scheduler's own flexible window carries the jitter; below, the function sleeps it [REQ-SCH1]. */
const FLEXIBLE_WINDOW_FROM_MINUTES = 10;
const MARGIN_SECONDS = 5;

/** One tick a slot, never repeated. That cycles go on arriving is watched by an alarm of their own. */
export class ScheduledFunction extends Construct {
  constructor(scope: Construct, id: string, { settings, target }: ScheduledFunctionProps) {
    super(scope, id);
    new Schedule(this, 'Tick', {
      description: `247trader ${settings.stage}: one decision cycle a slot`,
      // A cron expression fires on the slot itself; a rate would start at the second of its deployment.
      schedule: ScheduleExpression.expression(cronFor(settings.intervalMinutes), TimeZone.ETC_UTC),
      timeWindow: timeWindow(settings),
      target: new LambdaInvoke(target, {
        input: ScheduleTargetInput.fromObject({ slot: ContextAttribute.scheduledTime }),
        // A stale tick is worse than a missed one.
        retryAttempts: 0,
        maxEventAge: Duration.seconds(60),
      }),
    });
  }
}

/** What the function itself must sleep at most. */
export function jitterInFunction({ intervalMinutes, jitterPct }: StageSettings): Duration {
  if (intervalMinutes >= FLEXIBLE_WINDOW_FROM_MINUTES) return Duration.millis(0);
  return Duration.millis(Math.floor(intervalMinutes * 600 * jitterPct));
}

/**
 * What a cycle and the most jitter before it may take; it is over before the next tick. With less jitter a cycle may outlive its
 * lease: once somebody else has taken that, the fence has its writes of the account refused.
 */
export function cycleTimeout(settings: StageSettings): Duration {
  const seconds = settings.cycleSeconds + Math.ceil(jitterInFunction(settings).toMilliseconds() / 1_000);
  return Duration.seconds(Math.min(seconds, settings.intervalMinutes * 60 - MARGIN_SECONDS));
}

function timeWindow({ intervalMinutes, jitterPct }: StageSettings): TimeWindow {
  const minutes = Math.floor((intervalMinutes * jitterPct) / 100);
  if (intervalMinutes < FLEXIBLE_WINDOW_FROM_MINUTES || minutes < 1) return TimeWindow.off();
  return TimeWindow.flexible(Duration.minutes(minutes));
}

function cronFor(minutes: number): string {
  if (minutes === 1) return 'cron(* * * * ? *)';
  if (minutes < 60) return `cron(0/${minutes} * * * ? *)`;
  const hours = minutes / 60;
  return hours === 24 ? 'cron(0 0 * * ? *)' : `cron(0 0/${hours} * * ? *)`;
}
