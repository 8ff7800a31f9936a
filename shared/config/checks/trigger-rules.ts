import { weakestConvictions } from '../../core/strategies/classic-rules/conviction.ts';
import { classicParams } from '../../core/strategies/classic-rules/params.ts';
import { checkOf, unless } from './check.ts';

const NAME = 'classic-rules';

/**
 * A trigger that just fires must be worth proposing, or it fires for nothing. Only for a strategy that runs: the floor may
 * be raised without rewriting all others.
 */
export const triggerConvictions = checkOf(['policy', 'signals'], ({ policy: { proposals }, signals }) => {
  const settings = signals.strategy[NAME];
  const params = classicParams.safeParse(settings?.params);
  if (settings?.enabled !== true || !params.success) return [];
  const floor = proposals.min_conviction_to_propose;
  return Object.entries(weakestConvictions(params.data)).flatMap(([trigger, conviction]) =>
    unless(
      conviction >= floor,
      `signals.strategy.${NAME}.params.conviction_weights`,
      `a ${trigger} that just fires has a conviction of ${conviction.toFixed(3)}, below policy.proposals.min_conviction_to_propose of ${floor}: its threshold can never decide`,
      `raise the weights or the threshold of ${trigger}, or lower the policy's floor`,
    ),
  );
});
