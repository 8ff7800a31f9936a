import type { ClassicParams } from './params.ts';
import { type Trigger, type TriggerName, weakestTriggers } from './triggers.ts';

type Weights = ClassicParams['conviction_weights'];

/** Strength and confidence by their weights, and something more for every sign that confirms. At most 1. */
export function convictionOf(
  { strength, confidence, confirmations }: Pick<Trigger, 'strength' | 'confidence' | 'confirmations'>,
  { trigger_strength, trigger_confidence, quality_boosts }: Weights,
): number {
  const boosts = confirmations.reduce((sum, sign) => sum + quality_boosts[sign], 0);
  return Math.min(1, trigger_strength * strength + trigger_confidence * confidence + boosts);
}

/**
 * The conviction of each trigger that just fires. Where it is less than a proposal needs, the trigger's threshold promises
 * what never happens.
 */
export function weakestConvictions(settings: ClassicParams): Readonly<Record<TriggerName, number>> {
  const { conviction_weights: weights } = settings;
  return Object.fromEntries(
    weakestTriggers(settings).map((trigger) => [
      trigger.name,
      convictionOf({ ...trigger, confirmations: [] }, weights),
    ]),
  ) as Record<TriggerName, number>;
}
